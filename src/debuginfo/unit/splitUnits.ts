// Split units (DWARF 5 §7.3.2 and GNU's form before it): finds the `.dwo` or the part of a `.dwp` that belongs to a skeleton.
import fs from 'node:fs';
import path from 'node:path';
import type { Machine } from '../api';
import * as dw from '../dwarf/constants';
import { ElfImage } from '../elf/image';
import type { WarningList } from '../errors';
import type { SectionData, SectionSource } from '../sections';
import { DwarfFile } from './dwarfFile';
import { DwarfPackage } from './package';
import type { Unit } from './unit';

export class SplitUnits {
  private package: DwarfPackage | undefined | null = null;
  private readonly images: ElfImage[] = [];
  /** Files of split units that were opened, for searches by name. */
  readonly files: DwarfFile[] = [];

  constructor(
    private readonly programPath: string,
    private readonly warnings: WarningList,
  ) {}

  /** The split unit of a skeleton; undefined with a warning when its file is missing or another's. */
  readonly load = (skeleton: Unit): Unit | undefined => {
    return this.warnings.guard(() => this.find(skeleton), undefined);
  };

  private find(skeleton: Unit): Unit | undefined {
    const { root } = skeleton;
    const name = root.string(dw.DW_AT_dwo_name) ?? root.string(dw.DW_AT_GNU_dwo_name);
    const id = skeleton.header.signature ?? root.constant(dw.DW_AT_GNU_dwo_id);
    if (name === undefined || id === undefined) return undefined;
    const sections = this.fromPackage(skeleton, id) ?? this.fromFile(skeleton, name);
    if (sections === undefined) {
      const where = `${skeleton.section.name}`;
      this.warnings.add(
        where,
        skeleton.header.offset,
        `the split debug file ${name} was not found: this unit has line numbers only`,
      );
      return undefined;
    }
    const file = new DwarfFile(sections, skeleton.file.context, { skeleton });
    const unit = file.unitsOfInfo().find((candidate) => candidate.isCompileUnit && isMeant(candidate, id));
    if (unit === undefined) {
      this.warnings.add('.debug_info.dwo', 0, `${name} was made by another compiler run than the program`);
      return undefined;
    }
    this.files.push(file);
    return unit;
  }

  private fromPackage(skeleton: Unit, id: bigint): SectionSource | undefined {
    if (this.package === null) {
      const image = this.open(`${this.programPath}.dwp`);
      this.package = image && new DwarfPackage(image, skeleton.header.version);
    }
    return this.package?.sectionsOf(id);
  }

  private fromFile(skeleton: Unit, name: string): SectionSource | undefined {
    const own = path.dirname(path.resolve(this.programPath));
    const candidates = [
      path.resolve(skeleton.directory === '' ? own : skeleton.directory, name),
      path.resolve(own, name),
      path.join(own, path.basename(name)),
    ];
    for (const candidate of candidates) {
      const image = this.open(candidate);
      if (image !== undefined) return new SplitSections(image);
    }
    return undefined;
  }

  private open(candidate: string): ElfImage | undefined {
    if (!fs.existsSync(candidate)) return undefined;
    const image = this.warnings.guard(() => ElfImage.open(candidate, this.warnings), undefined);
    if (image !== undefined) this.images.push(image);
    return image;
  }

  close(): void {
    for (const image of this.images) image.close();
  }
}

function isMeant(unit: Unit, id: bigint): boolean {
  return (unit.header.signature ?? unit.root.constant(dw.DW_AT_GNU_dwo_id)) === id;
}

/** The sections of a `.dwo` under the names they have elsewhere. */
class SplitSections implements SectionSource {
  readonly machine: Machine;
  readonly is64Bit: boolean;
  readonly isBigEndian: boolean;
  readonly warnings: WarningList;

  constructor(private readonly image: ElfImage) {
    ({ machine: this.machine, is64Bit: this.is64Bit, isBigEndian: this.isBigEndian, warnings: this.warnings } = image);
  }

  section(name: string): SectionData | undefined {
    return this.image.section(`${name}.dwo`);
  }
}
