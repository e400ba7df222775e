// One ELF file as the other readers see it: its headers, and its sections by name. No symbols, no DWARF.
import type { Machine } from '../api';
import { WarningList } from '../errors';
import type { SectionData, SectionSource } from '../sections';
import { NT_GNU_BUILD_ID, SHF_ALLOC, SHF_EXECINSTR, SHT_NOBITS, SHT_NOTE } from './constants';
import { FileBytes } from './fileBytes';
import { type ElfHeader, readElfHeader, type SectionHeader } from './header';
import { FileSection } from './sectionData';

/** An open ELF file. */
export class ElfImage implements SectionSource {
  readonly machine: Machine;
  readonly is64Bit: boolean;
  readonly isBigEndian: boolean;
  readonly path: string;
  private readonly byName = new Map<string, SectionHeader>();
  private readonly loaded = new Map<number, FileSection | undefined>();

  private constructor(
    private readonly file: FileBytes,
    readonly header: ElfHeader,
    readonly warnings: WarningList,
  ) {
    this.path = file.path;
    this.machine = header.machine;
    this.is64Bit = header.is64Bit;
    this.isBigEndian = header.isBigEndian;
    for (const section of header.sections) {
      const name = canonicalName(section.name);
      // A stripped program keeps headers without contents; the ones with contents go first.
      const known = this.byName.get(name);
      if (known === undefined || (known.type === SHT_NOBITS && section.type !== SHT_NOBITS))
        this.byName.set(name, section);
    }
  }

  /** @throws DebugInfoError when it is not an ELF file; the system's error when it cannot be read. */
  static open(path: string, warnings = new WarningList()): ElfImage {
    return ElfImage.from(FileBytes.open(path), warnings);
  }

  /** @throws DebugInfoError when it is not an ELF file. */
  static from(file: FileBytes, warnings = new WarningList()): ElfImage {
    try {
      return new ElfImage(file, readElfHeader(file, warnings), warnings);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Names are DWARF's own: `.debug_info` also finds `.zdebug_info`. Damaged headers give a warning and undefined. */
  section(name: string): SectionData | undefined {
    const header = this.byName.get(name);
    return header === undefined ? undefined : this.sectionOf(header);
  }

  sectionOf(header: SectionHeader): SectionData | undefined {
    if (header.type === SHT_NOBITS) return undefined;
    if (!this.loaded.has(header.index)) {
      const name = canonicalName(header.name);
      const read = () => new FileSection(this.file, name, header, this.is64Bit, this.isBigEndian);
      this.loaded.set(header.index, this.warnings.guard(read, undefined));
    }
    return this.loaded.get(header.index);
  }

  /** Bytes in memory at a virtual address, as far as the file holds them. */
  bytesAt(address: number, length: number): Uint8Array | undefined {
    for (const segment of this.header.segments) {
      const offset = address - segment.address;
      if (offset >= 0 && length >= 0 && offset + length <= segment.fileSize)
        return this.warnings.guard(() => this.file.read(segment.fileOffset + offset, length), undefined);
    }
    return undefined;
  }

  /** True when an executable section begins at address 0. */
  get hasCodeSectionAtZero(): boolean {
    return this.header.sections.some(
      ({ address, size, flags }) =>
        address === 0 && size > 0 && (flags & SHF_ALLOC) !== 0 && (flags & SHF_EXECINSTR) !== 0,
    );
  }

  /** Hexadecimal, from the first GNU build-id note. */
  buildId(): string | undefined {
    for (const header of this.header.sections) {
      if (header.type !== SHT_NOTE) continue;
      const id = this.warnings.guard(() => buildIdIn(this.sectionOf(header)), undefined);
      if (id !== undefined) return id;
    }
    return undefined;
  }

  close(): void {
    this.file.close();
    this.loaded.clear();
  }
}

function canonicalName(name: string): string {
  return name.startsWith('.zdebug_') ? `.${name.slice(2)}` : name;
}

function buildIdIn(section: SectionData | undefined): string | undefined {
  const reader = section?.reader();
  while (reader !== undefined && reader.remaining >= 12) {
    const nameSize = reader.u32();
    const descriptionSize = reader.u32();
    const type = reader.u32();
    const name = reader.slice(nameSize);
    reader.skip(Math.min(reader.remaining, -nameSize & 3));
    const description = reader.slice(descriptionSize);
    reader.skip(Math.min(reader.remaining, -descriptionSize & 3));
    if (type === NT_GNU_BUILD_ID && nameSize === 4 && name[0] === 0x47 && name[1] === 0x4e && name[2] === 0x55)
      return Buffer.from(description).toString('hex');
  }
  return undefined;
}
