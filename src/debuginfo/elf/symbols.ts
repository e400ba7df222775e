// The symbol table: kept as typed arrays, symbols made into objects when asked for. Arm's and RISC-V's mapping symbols become the
// table that tells code from data.
import type { CodeKind, ElfSymbol } from '../api';
import { decodeText, Reader } from '../bytes';
import { demangle } from '../demangle';
import { DebugInfoError } from '../errors';
import { lastNotAbove } from '../search';
import {
  SHF_ALLOC,
  SHF_EXECINSTR,
  SHN_ABS,
  SHN_LORESERVE,
  SHN_UNDEF,
  SHN_XINDEX,
  SHT_DYNSYM,
  SHT_SYMTAB,
  SHT_SYMTAB_SHNDX,
  STT_ARM_TFUNC,
  STT_FILE,
  STT_FUNC,
  STT_GNU_IFUNC,
  STT_OBJECT,
  STT_SECTION,
  STT_TLS,
} from './constants';
import type { SectionHeader } from './header';
import type { ElfImage } from './image';

const KINDS: Readonly<Record<number, ElfSymbol['kind']>> = {
  [STT_OBJECT]: 'object',
  [STT_FUNC]: 'function',
  [STT_SECTION]: 'section',
  [STT_FILE]: 'file',
  [STT_TLS]: 'tls',
  [STT_GNU_IFUNC]: 'function',
  [STT_ARM_TFUNC]: 'function',
};

/** How far back a lookup goes for a sized symbol that covers the address: nested symbols are rare and shallow. */
const MAX_OVERLAP = 64;

/** The symbols of one ELF file. */
export class SymbolTable {
  private readonly names: Uint8Array;
  private readonly nameOffsets: Uint32Array;
  private readonly values: Float64Array;
  private readonly sizes: Float64Array;
  private readonly infos: Uint8Array;
  private readonly sectionIndexes: Uint32Array;
  private readonly made = new Map<number, ElfSymbol>();
  private all: readonly ElfSymbol[] | undefined;
  private sorted: { readonly indexes: Uint32Array; readonly addresses: Float64Array } | undefined;
  private mapping: { readonly addresses: Float64Array; readonly kinds: readonly CodeKind[] } | undefined;

  /** Reads `.symtab`, or `.dynsym` where there is no other. Damage becomes warnings. */
  constructor(private readonly image: ElfImage) {
    const header =
      image.header.sections.find((section) => section.type === SHT_SYMTAB) ??
      image.header.sections.find((section) => section.type === SHT_DYNSYM);
    const bytes = image.warnings.guard(() => header && image.sectionOf(header)?.bytes(), undefined);
    const namesHeader = image.header.sections[header?.link ?? 0];
    this.names =
      image.warnings.guard(() => namesHeader && image.sectionOf(namesHeader)?.bytes(), undefined) ?? new Uint8Array(0);
    const entrySize = image.is64Bit ? 24 : 16;
    const count = Math.floor((bytes?.length ?? 0) / entrySize);
    this.nameOffsets = new Uint32Array(count);
    this.values = new Float64Array(count);
    this.sizes = new Float64Array(count);
    this.infos = new Uint8Array(count);
    this.sectionIndexes = new Uint32Array(count);
    if (header !== undefined && bytes !== undefined)
      this.read(new Reader(bytes, header.name, image.isBigEndian), header);
  }

  private read(reader: Reader, header: SectionHeader): void {
    const { view } = reader;
    const little = !this.image.isBigEndian;
    const { is64Bit } = this.image;
    for (let index = 0, at = 0; index < this.values.length; index++, at += is64Bit ? 24 : 16) {
      this.nameOffsets[index] = view.getUint32(at, little);
      this.infos[index] = view.getUint8(at + (is64Bit ? 4 : 12));
      this.sectionIndexes[index] = view.getUint16(at + (is64Bit ? 6 : 14), little);
      if (is64Bit) {
        reader.position = at + 8;
        this.values[index] = reader.address(8);
        this.sizes[index] = reader.address(8);
      } else {
        this.values[index] = view.getUint32(at + 4, little);
        this.sizes[index] = view.getUint32(at + 8, little);
      }
    }
    this.readExtendedIndexes(header);
  }

  /** Section numbers that do not fit 16 bits stand in a section of their own. */
  private readExtendedIndexes(header: SectionHeader): void {
    const extended = this.image.header.sections.find(
      (section) => section.type === SHT_SYMTAB_SHNDX && section.link === header.index,
    );
    if (extended === undefined) return;
    this.image.warnings.guard(() => {
      const reader = this.image.sectionOf(extended)?.reader();
      for (let index = 0; reader !== undefined && index < this.values.length && !reader.atEnd; index++) {
        const section = reader.u32();
        if (this.sectionIndexes[index] === SHN_XINDEX) this.sectionIndexes[index] = section;
      }
    }, undefined);
  }

  get isEmpty(): boolean {
    return this.values.length <= 1;
  }

  private functionAtZero: boolean | undefined;

  /** True when a function lies at address 0 (with no symbols at all it cannot be ruled out for code there). */
  get hasFunctionAtZero(): boolean {
    this.functionAtZero ??= this.findFunctionAtZero();
    return this.functionAtZero;
  }

  private findFunctionAtZero(): boolean {
    if (this.isEmpty) return true;
    const symbol = this.at(0)?.symbol;
    return (
      symbol?.address === 0 && (symbol.kind === 'function' || symbol.kind === 'none') && this.codeKindAt(0) !== 'data'
    );
  }

  /** Address of the next symbol behind an address. */
  nextAfter(address: number): number | undefined {
    const { addresses } = this.sortedSymbols();
    return addresses[lastNotAbove(addresses, address) + 1];
  }

  /** All symbols in file order, without the null symbol and mapping symbols. */
  symbols(): readonly ElfSymbol[] {
    if (this.all === undefined) {
      const symbols: ElfSymbol[] = [];
      for (let index = 1; index < this.values.length; index++)
        if (!this.isMapping(index)) symbols.push(this.symbol(index));
      this.all = symbols;
    }
    return this.all;
  }

  /** Names of functions and objects as their language writes them, without making symbols of them all. */
  *displayNames(): Iterable<string> {
    for (let index = 1; index < this.values.length; index++) {
      const kind = KINDS[(this.infos[index] as number) & 15];
      if (kind === 'function' || kind === 'object') yield demangle(this.nameAt(this.nameOffsets[index] as number));
    }
  }

  /** The symbol of that name as the file spells it; global ones before weak before local, defined before undefined. */
  named(name: string): ElfSymbol | undefined {
    let best: number | undefined;
    for (const offset of this.offsetsOfName(name)) {
      for (
        let index = this.nameOffsets.indexOf(offset);
        index >= 0;
        index = this.nameOffsets.indexOf(offset, index + 1)
      )
        if (best === undefined || this.rank(index) > this.rank(best)) best = index;
    }
    return best === undefined ? undefined : this.symbol(best);
  }

  private rank(index: number): number {
    const binding = (this.infos[index] ?? 0) >> 4;
    return (this.sectionIndexes[index] === SHN_UNDEF ? 0 : 4) + (binding === 1 ? 2 : binding === 2 ? 1 : 0);
  }

  /** Where in the string table the name stands; also as the tail of a longer one, since linkers share tails. */
  private offsetsOfName(name: string): number[] {
    const table = Buffer.from(this.names.buffer, this.names.byteOffset, this.names.byteLength);
    const wanted = Buffer.from(`${name}\0`);
    const offsets: number[] = [];
    if (name === '') return offsets;
    for (let at = table.indexOf(wanted); at >= 0; at = table.indexOf(wanted, at + 1)) offsets.push(at);
    return offsets;
  }

  /** The best symbol that covers the address; see `Program.symbolAt`. */
  at(address: number): { readonly symbol: ElfSymbol; readonly offset: number } | undefined {
    const { indexes, addresses } = this.sortedSymbols();
    const last = lastNotAbove(addresses, address);
    let unsized: number | undefined;
    for (let at = last; at >= 0 && at > last - MAX_OVERLAP; at--) {
      const index = indexes[at] as number;
      const offset = address - (addresses[at] as number);
      const size = this.sizes[index] as number;
      if (size > offset) return { symbol: this.symbol(index), offset };
      if (size === 0) unsized ??= index;
    }
    if (unsized === undefined) return undefined;
    const symbol = this.symbol(unsized);
    // A label reaches to the end of its section at most, and no further than the next sized symbol's end.
    const section = this.image.header.sections[this.sectionIndexes[unsized] as number];
    const nearest = last >= 0 ? (indexes[last] as number) : unsized;
    const isPastSized = (this.values[nearest] as number) > symbol.address && (this.sizes[nearest] as number) > 0;
    if (isPastSized || section === undefined || address >= section.address + section.size) return undefined;
    return { symbol, offset: address - symbol.address };
  }

  /** Symbols that mean a place in memory, by address; of several at one address the best stands last. */
  private sortedSymbols(): { readonly indexes: Uint32Array; readonly addresses: Float64Array } {
    if (this.sorted !== undefined) return this.sorted;
    const chosen: number[] = [];
    for (let index = 1; index < this.values.length; index++) if (this.isPlace(index)) chosen.push(index);
    const address = (index: number) => this.addressOf(index);
    const goodness = (index: number) => {
      const type = (this.infos[index] as number) & 15;
      const isTyped = type === STT_FUNC || type === STT_OBJECT || type === STT_ARM_TFUNC || type === STT_GNU_IFUNC;
      return (this.sizes[index] === 0 ? 0 : 8) + (isTyped ? 4 : 0) + (this.rank(index) & 3);
    };
    chosen.sort((a, b) => address(a) - address(b) || goodness(a) - goodness(b) || b - a);
    this.sorted = { indexes: Uint32Array.from(chosen), addresses: Float64Array.from(chosen, address) };
    return this.sorted;
  }

  private isPlace(index: number): boolean {
    const section = this.sectionIndexes[index] as number;
    const type = (this.infos[index] as number) & 15;
    if (section === SHN_UNDEF || section === SHN_ABS || this.nameOffsets[index] === 0) return false;
    if (type === STT_SECTION || type === STT_FILE || type === STT_TLS || this.isMapping(index)) return false;
    if (section >= SHN_LORESERVE && this.image.header.sections[section] === undefined) return false;
    return ((this.image.header.sections[section]?.flags ?? SHF_ALLOC) & SHF_ALLOC) !== 0;
  }

  codeKindAt(address: number): CodeKind {
    this.mapping ??= this.readMapping();
    const { addresses, kinds } = this.mapping;
    const section = this.image.header.sections.find(
      ({ flags, address: start, size }) => (flags & SHF_ALLOC) !== 0 && address >= start && address < start + size,
    );
    if (section === undefined) return 'unknown';
    const at = lastNotAbove(addresses, address);
    if (at >= 0 && (addresses[at] as number) >= section.address) return kinds[at] as CodeKind;
    if ((section.flags & SHF_EXECINSTR) === 0) return 'data';
    return this.image.machine === 'riscv32' || this.image.machine === 'riscv64' ? 'riscv' : 'unknown';
  }

  private readMapping(): { readonly addresses: Float64Array; readonly kinds: readonly CodeKind[] } {
    const found: { address: number; kind: CodeKind }[] = [];
    for (let index = 1; index < this.values.length; index++) {
      if (!this.isMapping(index)) continue;
      const letter = this.names[(this.nameOffsets[index] as number) + 1];
      const kind = letter === 0x61 ? 'arm' : letter === 0x74 ? 'thumb' : letter === 0x64 ? 'data' : this.plainCode();
      found.push({ address: this.values[index] as number, kind });
    }
    found.sort((a, b) => a.address - b.address);
    return { addresses: Float64Array.from(found, (entry) => entry.address), kinds: found.map((entry) => entry.kind) };
  }

  /** What `$x` means. */
  private plainCode(): CodeKind {
    return this.image.machine === 'aarch64' ? 'unknown' : 'riscv';
  }

  /** `$a $t $d $x`, alone or followed by a dot and anything (AAELF32 §5.5.5), RISC-V's `$x` also by an ISA string. */
  private isMapping(index: number): boolean {
    const at = this.nameOffsets[index] as number;
    if (this.names[at] !== 0x24 || ((this.infos[index] as number) & 15) !== 0) return false;
    const letter = this.names[at + 1];
    const next = this.names[at + 2];
    if (letter === 0x78) return next === 0 || next === 0x2e || next === 0x72;
    return (letter === 0x61 || letter === 0x74 || letter === 0x64) && (next === 0 || next === 0x2e);
  }

  private isThumb(index: number): boolean {
    const type = (this.infos[index] as number) & 15;
    if (this.image.machine !== 'arm') return false;
    return type === STT_ARM_TFUNC || (type === STT_FUNC && (this.values[index] as number) % 2 === 1);
  }

  private addressOf(index: number): number {
    const value = this.values[index] as number;
    return this.isThumb(index) && value % 2 === 1 ? value - 1 : value;
  }

  private symbol(index: number): ElfSymbol {
    let symbol = this.made.get(index);
    if (symbol === undefined) {
      const info = this.infos[index] as number;
      symbol = new LazySymbol(
        this.nameAt(this.nameOffsets[index] as number),
        this.addressOf(index),
        this.sizes[index] as number,
        KINDS[info & 15] ?? 'none',
        info >> 4 === 0 ? 'local' : info >> 4 === 2 ? 'weak' : 'global',
        this.isThumb(index),
      );
      this.made.set(index, symbol);
    }
    return symbol;
  }

  private nameAt(offset: number): string {
    const end = this.names.indexOf(0, offset);
    if (end >= 0) return decodeText(this.names, offset, end);
    this.image.warnings.addError(new DebugInfoError('.strtab', offset, 'symbol name without an end'));
    return '';
  }
}

/** A symbol whose name is demangled when somebody looks. */
class LazySymbol implements ElfSymbol {
  constructor(
    readonly name: string,
    readonly address: number,
    readonly size: number,
    readonly kind: ElfSymbol['kind'],
    readonly binding: ElfSymbol['binding'],
    readonly isThumb: boolean,
  ) {}

  get displayName(): string {
    return demangle(this.name);
  }
}
