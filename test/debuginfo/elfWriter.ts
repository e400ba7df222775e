// Writes small ELF files with hand-made debug sections, for tests of what no compiler would make.

/** Grows bytes; little endian. */
export class Bytes {
  private readonly list: number[] = [];

  get length(): number {
    return this.list.length;
  }

  u8(...values: number[]): this {
    for (const value of values) this.list.push(value & 0xff);
    return this;
  }

  u16(value: number): this {
    return this.u8(value, value >> 8);
  }

  u32(value: number): this {
    return this.u8(value, value >> 8, value >> 16, value >> 24);
  }

  uleb(value: number): this {
    let rest = value;
    while (rest >= 0x80) {
      this.u8((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    return this.u8(rest);
  }

  text(value: string): this {
    return this.u8(...Buffer.from(value), 0);
  }

  append(other: Bytes): this {
    for (const value of other.list) this.list.push(value);
    return this;
  }

  take(): Uint8Array {
    return Uint8Array.from(this.list);
  }
}

/** A 32-bit little endian Arm ELF file with the given sections. */
export function elfFile(sections: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const names = new Bytes().u8(0);
  const all = [...Object.entries(sections), ['.shstrtab', undefined] as const];
  const headers = new Bytes();
  for (let left = 10; left > 0; left--) headers.u32(0);
  const nameOffsets = all.map(([name]) => {
    const offset = names.length;
    names.text(name);
    return offset;
  });
  let offset = 52;
  const contents: Uint8Array[] = [];
  for (const [index, [, bytes]] of all.entries()) {
    const data = bytes ?? names.take();
    headers
      .u32(nameOffsets[index] as number)
      .u32(bytes === undefined ? 3 : 1)
      .u32(0)
      .u32(0);
    headers.u32(offset).u32(data.length).u32(0).u32(0).u32(1).u32(0);
    contents.push(data);
    offset += data.length;
  }
  const header = new Bytes().u8(0x7f, 0x45, 0x4c, 0x46, 1, 1, 1).u8(0, 0, 0, 0, 0, 0, 0, 0, 0);
  header.u16(2).u16(40).u32(1).u32(0x8000).u32(0).u32(offset).u32(0);
  header
    .u16(52)
    .u16(0)
    .u16(0)
    .u16(40)
    .u16(all.length + 1)
    .u16(all.length);
  const file = new Uint8Array(offset + headers.length);
  let at = 0;
  for (const part of [header.take(), ...contents, headers.take()]) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** Abbreviation declarations: code, tag, children, then attribute and form pairs. */
export function abbreviations(
  ...declarations: readonly (readonly [number, number, boolean, ...number[]])[]
): Uint8Array {
  const bytes = new Bytes();
  for (const [code, tag, hasChildren, ...pairs] of declarations) {
    bytes
      .uleb(code)
      .uleb(tag)
      .u8(hasChildren ? 1 : 0);
    for (const value of pairs) bytes.uleb(value);
    bytes.u8(0, 0);
  }
  return bytes.u8(0).take();
}

/** A DWARF 4 compile unit with 4-byte addresses around entries. */
export function unit4(entries: Bytes, length?: number): Uint8Array {
  const bytes = new Bytes()
    .u32(length ?? entries.length + 7)
    .u16(4)
    .u32(0)
    .u8(4);
  return bytes.append(entries).take();
}
