// Finds and hides sections in the bytes of 32-bit little endian ELF files, for tests that damage one section.

export interface SectionPlace {
  readonly name: string;
  /** Where the section's header has its size. */
  readonly sizeAt: number;
  readonly offset: number;
  readonly size: number;
}

export function sectionsOf(bytes: Uint8Array): SectionPlace[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const table = view.getUint32(32, true);
  const count = view.getUint16(48, true);
  const names = view.getUint32(table + view.getUint16(50, true) * 40 + 16, true);
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * 40;
    const start = names + view.getUint32(at, true);
    const name = Buffer.from(bytes.subarray(start, bytes.indexOf(0, start))).toString();
    return { name, sizeAt: at + 20, size: view.getUint32(at + 20, true), offset: view.getUint32(at + 16, true) };
  });
}

export function sectionNamed(bytes: Uint8Array, name: string): SectionPlace {
  const found = sectionsOf(bytes).find((section) => section.name === name);
  if (found === undefined) throw new Error(`the file has no section ${name}`);
  return found;
}

/** A copy in which the sections have other names. */
export function withoutSections(bytes: Uint8Array, names: readonly string[]): Uint8Array {
  const copy = Buffer.from(bytes);
  for (const name of names) {
    const text = `${name}\0`;
    for (let at = copy.indexOf(text); at >= 0; at = copy.indexOf(text, at + 1)) copy[at + 1] = 0x78;
  }
  return new Uint8Array(copy);
}
