// Fingerprints of memory that a Cortex-M core makes itself: the program that does it, and the same arithmetic here. A fingerprint is
// MurmurHash3 (x86, 32 bits, seed 0, without its last mixing) over little-endian words. At four cycles a byte it is some twenty times faster
// than the CRC of OpenOCD's own loader (`src/target/armv7m.c`, `armv7m_checksum_memory`), which works bit by bit. Talks to nobody.

const N = 0xe6546b64;
const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

/** @param data its length a multiple of 4 */
export function fingerprint(data: Buffer): number {
  let hash = 0;
  for (let at = 0; at < data.length; at += 4) {
    let word = Math.imul(data.readInt32LE(at), C1);
    word = (word << 15) | (word >>> 17);
    hash ^= Math.imul(word, C2);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + N) | 0;
  }
  return hash >>> 0;
}

/** Whole words of memory. */
export interface WordBlock {
  readonly address: number;
  readonly words: number;
}

/** Armv6-M instructions, so that every Cortex-M runs them, with the constants behind them; the table of blocks follows. */
const CODE = [
  0xa00c, //        adr   r0, constants
  0xc8f6, //        ldmia r0!, {r1, r2, r4, r5, r6, r7}
  0x4688, //        mov   r8, r1        n
  0x4692, //        mov   r10, r2       end of the table
  0x4681, //        mov   r9, r0        table
  0x464b, // block: mov   r3, r9
  0xcb03, //        ldmia r3!, {r0, r1} address, words
  0x2200, //        movs  r2, #0        hash
  0xc808, // word:  ldmia r0!, {r3}
  0x4363, //        muls  r3, r4        c1
  0x41f3, //        rors  r3, r6        17
  0x436b, //        muls  r3, r5        c2
  0x405a, //        eors  r2, r3
  0x41fa, //        rors  r2, r7        19
  0x0093, //        lsls  r3, r2, #2
  0x18d2, //        adds  r2, r2, r3
  0x4442, //        add   r2, r8
  0x3901, //        subs  r1, #1
  0xd1f4, //        bne   word
  0x464b, //        mov   r3, r9
  0xc304, //        stmia r3!, {r2}     the hash in place of the address
  0x3304, //        adds  r3, #4
  0x4699, //        mov   r9, r3
  0x4553, //        cmp   r3, r10
  0xd1eb, //        bne   block
  0xbe00, // end:   bkpt  #0
];
const CONSTANTS_BYTES = 24;
const TABLE = CODE.length * 2 + CONSTANTS_BYTES;
const ENTRY_BYTES = 8;

/** Registers that the program changes, in the names of Arm; their case differs between versions of OpenOCD. */
export const CHANGED_REGISTERS: readonly string[] = [
  ...Array.from({ length: 11 }, (_, number) => `r${number}`),
  ...['pc', 'xpsr', 'primask'],
];

/** How many blocks a table has room for in RAM of this size. */
export const blocksIn = (areaBytes: number): number => Math.max(0, Math.floor((areaBytes - TABLE) / ENTRY_BYTES));

export interface FingerprintProgram {
  /** Code, constants and table, as words for the start of the RAM. */
  readonly words: readonly number[];
  /** Address of the breakpoint instruction that ends it. */
  readonly end: number;
  /** Where the table is, two words for each block; the first becomes the fingerprint. */
  readonly table: number;
}

/** The program for some blocks, to run at an address of RAM that is a multiple of 4. */
export function fingerprintProgram(at: number, blocks: readonly WordBlock[]): FingerprintProgram {
  const bytes = Buffer.alloc(TABLE + blocks.length * ENTRY_BYTES);
  for (const [index, instruction] of CODE.entries()) bytes.writeUInt16LE(instruction, index * 2);
  const entries = blocks.flatMap(({ address, words }) => [address, words]);
  for (const [index, value] of [N, at + bytes.length, C1, C2, 17, 19, ...entries].entries()) {
    bytes.writeUInt32LE(value, CODE.length * 2 + index * 4);
  }
  const words = Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(index * 4));
  return { words, end: at + (CODE.length - 1) * 2, table: at + TABLE };
}
