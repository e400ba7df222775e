// For which architecture an Arm ELF file was built, from its .ARM.attributes section (Arm ABI, addenda32 §3).

const SHT_ARM_ATTRIBUTES = 0x70000003;
const SECTION_HEADER_BYTES = 40;
const TAG_FILE = 1;
const TAG_CPU_ARCH = 6;
/** Tags whose value is a string; from 32 on the odd ones are too. */
const STRING_TAGS = [4, 5];
const TAG_COMPATIBILITY = 32;

/** Values of Tag_CPU_arch. */
const ARCHITECTURES = [
  ...['Armv4 or older', 'Armv4', 'Armv4T', 'Armv5T', 'Armv5TE', 'Armv5TEJ', 'Armv6', 'Armv6KZ', 'Armv6T2', 'Armv6K'],
  ...['Armv7', 'Armv6-M', 'Armv6S-M', 'Armv7E-M', 'Armv8-A', 'Armv8-R', 'Armv8-M Baseline', 'Armv8-M Mainline'],
];

/** The name of the architecture, or undefined where the file does not say. */
export function architectureOf(elf: Buffer): string | undefined {
  const table = elf.readUInt32LE(32);
  const entryBytes = elf.readUInt16LE(46);
  for (let i = 0; i < elf.readUInt16LE(48); i++) {
    const at = table + i * entryBytes;
    if (at + SECTION_HEADER_BYTES > elf.length) return undefined;
    if (elf.readUInt32LE(at + 4) !== SHT_ARM_ATTRIBUTES) continue;
    const start = elf.readUInt32LE(at + 16);
    const value = findTag(elf.subarray(start, start + elf.readUInt32LE(at + 20)));
    return value === undefined ? undefined : (ARCHITECTURES[value] ?? `Arm architecture ${value}`);
  }
  return undefined;
}

/** Tag_CPU_arch of the file sub-section of vendor “aeabi”. */
function findTag(section: Buffer): number | undefined {
  const vendorEnd = section.indexOf(0, 5);
  if (section[0] !== 0x41 || section.toString('latin1', 5, vendorEnd) !== 'aeabi') return undefined;
  let at = vendorEnd + 1;
  if (section[at] !== TAG_FILE) return undefined;
  at += 5;
  const uleb = () => {
    let value = 0;
    for (let shift = 0; at < section.length; shift += 7) {
      const byte = section[at++] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  const skipString = () => {
    const end = section.indexOf(0, at);
    at = end < 0 ? section.length : end + 1;
  };
  while (at < section.length) {
    const tag = uleb();
    if (tag === TAG_CPU_ARCH) return uleb();
    if (tag === TAG_COMPATIBILITY) uleb();
    if (tag === TAG_COMPATIBILITY || STRING_TAGS.includes(tag) || (tag > TAG_COMPATIBILITY && tag % 2 === 1))
      skipString();
    else uleb();
  }
  return undefined;
}
