// The smallest program worth debugging, as Cortex-M0 machine code: no compiler needed. It counts in a loop:
//   counter = 0; for (;;) *(uint32_t *)0x20000100 = ++counter;
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const COUNTER = 0x20000100;
export const FLASH = 0x08000000;
/** First instruction. */
export const ENTRY = 0x080000c0;
/** `adds r0, #1`, the head of the loop. */
export const LOOP = 0x080000c4;
/** `str r0, [r1]`. */
export const STORE = 0x080000c6;

export function spinner(): Buffer {
  const image = Buffer.alloc(0xd0);
  image.writeUInt32LE(0x20004000, 0); // initial stack pointer
  for (let vector = 1; vector < 48; vector++) image.writeUInt32LE(ENTRY | 1, vector * 4);
  const code = [0x4902, 0x2000, 0x3001, 0x6008, 0xe7fc, 0xbf00]; // ldr r1,=COUNTER; movs r0,#0; adds r0,#1; str r0,[r1]; b LOOP; nop
  for (const [index, half] of code.entries()) image.writeUInt16LE(half, 0xc0 + index * 2);
  image.writeUInt32LE(COUNTER, 0xcc);
  return image;
}

/** A folder of its own for a test file; `remove` after it. */
export function temporaryFolder(): {
  folder: string;
  write: (name: string, data: Uint8Array | string) => string;
  remove: () => void;
} {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-client-test-'));
  return {
    folder,
    write: (name, data) => {
      const file = path.join(folder, name);
      fs.writeFileSync(file, data);
      return file;
    },
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}
