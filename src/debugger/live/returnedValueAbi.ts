// What the program's own sections tell of the calling convention it was compiled for: Arm's build attributes and the compilers' marks.
import type { Program } from '../../debuginfo/api';

/** Arm build attributes (ADDENDA32 3.3.6): how floating-point numbers are passed. */
const TAG_VFP_ARGS = 28;
const TAG_FILE = 1;
/** Attributes below 32 are numbers but for these, which are strings (CPU_raw_name, CPU_name). */
const STRINGS = [4, 5];
const TAG_COMPATIBILITY = 32;

/**
 * Whether floating-point numbers are returned in registers of their own: false for the base standard, true for the VFP variant,
 * undefined when the program does not say.
 */
export function floatConvention(program: Program): boolean | undefined {
  const section = program.machine === 'arm' ? program.sectionBytes('.ARM.attributes') : undefined;
  if (section === undefined) return undefined;
  const value = fileAttribute(section, TAG_VFP_ARGS, program.isBigEndian);
  return value === 0 ? false : value === 1 ? true : undefined;
}

/** Clang's code for Arm does not give back the address of a result in memory. */
export function isByClang(program: Program): boolean {
  const comment = program.sectionBytes('.comment');
  return comment !== undefined && /clang/i.test(Buffer.from(comment).toString('latin1'));
}

/** A number among the attributes of the whole file; 0 when it is absent, undefined when the section is damaged. */
function fileAttribute(section: Uint8Array, wanted: number, isBigEndian: boolean): number | undefined {
  const bytes = Buffer.from(section.buffer, section.byteOffset, section.byteLength);
  const word = (at: number) => (isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));
  // Format A, then the first vendor's part: length, name, and in it the attributes of the file.
  const vendor = bytes.indexOf(0, 5);
  if (bytes[0] !== 0x41 || vendor < 0 || bytes.toString('latin1', 5, vendor) !== 'aeabi') return undefined;
  const start = vendor + 1;
  if (bytes[start] !== TAG_FILE || start + 5 > bytes.length) return undefined;
  const end = Math.min(bytes.length, start + word(start + 1));
  let at = start + 5;
  const number = () => {
    let value = 0;
    for (let shift = 0; at < end; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  const skipText = () => {
    const zero = bytes.indexOf(0, at);
    at = zero < 0 ? end : zero + 1;
  };
  while (at < end) {
    const tag = number();
    if (tag === TAG_COMPATIBILITY) {
      number();
      skipText();
    } else if (STRINGS.includes(tag) || (tag > TAG_COMPATIBILITY && tag % 2 === 1)) skipText();
    else {
      const value = number();
      if (tag === wanted) return value;
    }
  }
  return 0;
}
