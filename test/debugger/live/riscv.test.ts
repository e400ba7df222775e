// What a RISC-V core and OpenOCD 0.12 say about halts and memory, recorded from the simulator Spike; riscv.openocd.ts runs on it.
import assert from 'node:assert/strict';
import { haltCause, memoryAccess } from '../../../src/debugger/arch/riscv/haltCause';
import { DoubtfulMemory } from '../../../src/debugger/live/doubtfulMemory';
import type { Session } from '../../../src/openocd';

describe('the cause of a halt on RISC-V', () => {
  for (const [dcsr, cause] of [
    [0x4000b043n, 'breakpoint'],
    [0x4000b083n, 'trigger'],
    [0x4000b0c3n, 'debug-request'],
    [0x4000b107n, 'single-step'],
    [0x4000b003n, undefined],
  ] as const) {
    it(`is ${cause ?? 'not known'} with dcsr = 0x${dcsr.toString(16)}`, () => assert.equal(haltCause(dcsr), cause));
  }
});

describe('the memory that a RISC-V instruction accesses', () => {
  const registers = (x: number) => (x === 0 ? 0n : BigInt(x) * 0x1000n);
  const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex').reverse());
  const cases: readonly (readonly [string, string, 32 | 64, bigint, number])[] = [
    ['06f72f23', 'sw a5,126(a4)', 32, 0xe07en, 4],
    ['00075783', 'lhu a5,0(a4)', 32, 0xe000n, 2],
    ['fec42783', 'lw a5,-20(s0)', 32, 0x7fecn, 4],
    ['01002783', 'lw a5,16(zero)', 32, 16n, 4],
    ['0a47b507', 'fld fa0,164(a5)', 32, 0xf0a4n, 8],
    ['c398', 'c.sw a4,0(a5)', 32, 0xf000n, 4],
    ['239c', 'c.fld fa5,0(a5)', 32, 0xf000n, 8],
    ['206a', 'c.fldsp ft0,152(sp)', 32, 0x2098n, 8],
    ['60a2', 'c.ldsp ra,8(sp)', 64, 0x2008n, 8],
    ['67e6', 'c.ldsp a5,88(sp)', 64, 0x2058n, 8],
  ];
  for (const [hex, text, bits, address, size] of cases) {
    it(`of ${text} is ${size} bytes at 0x${address.toString(16)}`, () =>
      assert.deepEqual(memoryAccess(bytes(hex), registers, bits === 64), { address, bytes: size }));
  }

  for (const [hex, text] of [
    ['0001', 'c.nop'],
    ['9002', 'c.ebreak'],
    ['00000013', 'nop'],
  ] as const) {
    it(`is none for ${text}`, () => assert.equal(memoryAccess(bytes(hex), registers, false), undefined));
  }

  it('is not known without the register', () =>
    assert.equal(
      memoryAccess(bytes('c398'), () => undefined, false),
      undefined,
    ));
});

describe('memory through the program buffer of OpenOCD 0.12', () => {
  /** Memory up to `end`; blocks are zeros behind it and no error, single words are one. */
  function openOcd(end: number, content = 0) {
    const commands: string[] = [];
    const reads: string[] = [];
    const session = {
      memory: {
        readBytes: async (address: number, size: number) => {
          reads.push(`${address.toString(16)}+${size}`);
          if (size <= 4 && address + size > end) throw new Error('read_memory: failed to read memory');
          return Buffer.from(Array.from({ length: size }, (_, i) => (address + i < end ? content : 0)));
        },
        writeBytes: async (address: number) => {
          if (address >= end) throw new Error('write_memory: failed to write memory');
        },
      },
      command: async (tcl: string) => {
        commands.push(tcl);
        return '';
      },
    };
    return { session: session as unknown as Session, commands, reads };
  }

  it('believes a block that ends with something else than zero', async () => {
    const { session, reads } = openOcd(0x2000, 7);
    const bytes = await new DoubtfulMemory(session, ['s1'], () => true).readBytes(0x1000, 64);
    assert.deepEqual([...bytes], Array(64).fill(7));
    assert.deepEqual(reads, ['1000+64']);
  });

  it('believes zeros whose last word can be read alone', async () => {
    const { session, reads } = openOcd(0x2000);
    assert.equal((await new DoubtfulMemory(session, ['s1'], () => true).readBytes(0x13f0, 32)).length, 32);
    assert.deepEqual(reads, ['13f0+16', '13fc+4', '1400+16', '140c+4']);
  });

  it('refuses zeros that are not there, and gives the registers their values again', async () => {
    const { session, commands } = openOcd(0x2000);
    const memory = new DoubtfulMemory(session, ['fp', 's1'], () => true);
    await assert.rejects(memory.readBytes(0x1ff0, 32), /failed to read memory/);
    assert.equal(commands.length, 1);
    assert.match(commands[0] ?? '', /^foreach n \{fp s1\} \{catch \{reg \$n /);
    await assert.rejects(memory.writeBytes(0x2000, Uint8Array.of(1)), /failed to write memory/);
    assert.equal(commands.length, 2);
  });

  it('leaves the registers of a running core alone', async () => {
    const { session, commands } = openOcd(0x1000);
    await assert.rejects(new DoubtfulMemory(session, ['fp', 's1'], () => false).readBytes(0x1000, 4));
    assert.deepEqual(commands, []);
  });
});
