// System memory of an STM32F072 from 0x1FFFC800: boot ROM, unique identity, flash size, option bytes.
import { Memory } from '../bus';

const BASE = 0x1fffc800;
const SIZE = 0x3810;
const UNIQUE_ID = 0x1ffff7ac;
const FLASH_SIZE_KB = 0x1ffff7cc;
/** Option bytes: each is followed by its complement. */
export const OPTION_BYTES = 0x1ffff800;
/** As delivered: readable (0xAA), everything else 0xFF. */
const DEFAULT_OPTIONS = [0xaa, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

const ROM_STACK = 0x20000400;
const ROM_HANDLER = BASE + 0x40;
/** cpsid i; loop: wfi; b loop — a boot loader that waits for a host that never calls. */
const ROM_CODE = [0xb672, 0xbf30, 0xe7fd];

export function createSystemMemory(flashBytes: number): Memory {
  const memory = new Memory(BASE, SIZE, 0xff);
  memory.s32[0] = ROM_STACK;
  for (let vector = 1; vector < 16; vector++) memory.s32[vector] = ROM_HANDLER | 1;
  memory.u16.set(ROM_CODE, (ROM_HANDLER - BASE) >> 1);
  memory.u8.set(
    [...'simulated 72'].map((c) => c.charCodeAt(0)),
    UNIQUE_ID - BASE,
  );
  memory.u16[(FLASH_SIZE_KB - BASE) >> 1] = flashBytes >> 10;
  memory.u8.set(
    DEFAULT_OPTIONS.flatMap((byte) => [byte, ~byte & 255]),
    OPTION_BYTES - BASE,
  );
  return memory;
}
