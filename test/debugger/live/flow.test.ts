// The branch decoders against Capstone: every 16-bit instruction of Thumb and compressed RISC-V, and many random 32-bit ones.
import assert from 'node:assert/strict';
import type { DisassemblyMode } from '../../../src/debugger/arch/architecture';
import { decodeArm } from '../../../src/debugger/arch/arm/armFlow';
import { decodeThumb } from '../../../src/debugger/arch/arm/thumbFlow';
import type { Flow, FlowDecoder } from '../../../src/debugger/arch/flow';
import { decodeRiscV } from '../../../src/debugger/arch/riscv/flow';
import { Decoders } from '../../../src/debugger/disassembly/capstone';

const address = 0x08001000;

function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    // The low bits of such a generator repeat soon.
    return ((state >>> 16) | (Math.imul(state, 22695477) & 0xffff0000)) >>> 0;
  };
}

function bytesOf(value: number, length: 2 | 4): Uint8Array {
  const bytes = Buffer.alloc(length);
  if (length === 2) bytes.writeUInt16LE(value & 0xffff);
  else bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

/** Our flow in a few words. */
function ours(flow: Flow): string {
  switch (flow.kind) {
    case 'jump':
    case 'branch':
      return `${flow.kind} ${(flow.target >>> 0).toString(16)}`;
    case 'call':
      return flow.target === undefined ? 'call' : `call ${(flow.target >>> 0).toString(16)}`;
    default:
      return flow.kind;
  }
}

/** Capstone's text in the same words, for Arm. @param toPc instructions that may write the pc; from others anything may come */
function armFlow(text: string, toPc: RegExp): string {
  const [mnemonic = '', ...rest] = text.split(' ');
  const operands = rest.join(' ');
  const name = mnemonic.replace(/\.[wn]$/, '');
  const target = /#(?:0x)?([0-9a-f]+)$/.exec(operands)?.[1] ?? '';
  const conditions = 'eq|ne|hs|lo|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le';
  if (name === 'bkpt') return 'trap';
  if (/^cbn?z$/.test(name)) return `branch ${target}`;
  if (/^(bl|blx)/.test(name) && !/^(ble|blt|bls|blo)$/.test(name))
    return operands.startsWith('#') ? `call ${target}` : 'call';
  if (name === 'b') return `jump ${target}`;
  if (new RegExp(`^b(${conditions})$`).test(name)) return `branch ${target}`;
  if (/^(bx|bxj|bxns|tbb|tbh|rfe|eret)/.test(name)) return 'indirect';
  if (/^(ldm|pop)/.test(name)) return /\bpc\b[^{]*\}/.test(operands) ? 'indirect' : 'sequential';
  if (/^(cmp|cmn|tst|teq|str|stm|push|pld|pli|msr|mcr|mcrr|stc|vst|vmsr|svc|swp)/.test(name)) return 'sequential';
  if (!/^pc(,|$)/.test(operands)) return 'sequential';
  return toPc.test(name) ? 'indirect' : 'unpredictable';
}

function riscvFlow(text: string, at: number): string {
  const [mnemonic = '', ...rest] = text.split(' ');
  const operands = rest.join(' ').split(', ');
  const name = mnemonic.replace(/^c\./, '');
  const last = operands.at(-1) ?? '';
  const offset = () => (last.startsWith('-') ? -Number(last.slice(1)) : Number(last));
  const target = () => ((at + offset()) >>> 0).toString(16);
  // Zcmp and Zcmt use the same encodings on cores without D: a stop more does no harm where they are stores.
  if (name === 'fsdsp') return 'unpredictable';
  if (name === 'ebreak') return 'trap';
  if (/^(mret|sret|uret|dret)$/.test(name)) return 'indirect';
  if (name === 'j') return `jump ${target()}`;
  if (name === 'jal') return operands.length === 2 && operands[0] === 'zero' ? `jump ${target()}` : `call ${target()}`;
  if (name === 'ret' || name === 'jr') return 'indirect';
  if (name === 'jalr') return operands.length > 1 && operands[0] === 'zero' ? 'indirect' : 'call';
  if (/^(beq|bne|blt|bge|bltu|bgeu|beqz|bnez|blez|bgez|bltz|bgtz)$/.test(name)) return `branch ${target()}`;
  return 'sequential';
}

interface Comparison {
  readonly mode: DisassemblyMode;
  readonly decode: FlowDecoder;
  readonly read: (text: string) => string;
}

describe('branch decoders agree with Capstone', function () {
  this.timeout(60_000);
  let decoders: Decoders;
  before(async () => {
    decoders = await Decoders.load();
  });
  after(() => decoders.close());

  /** Differences as text; what Capstone does not know is left out. */
  const compare = ({ mode, decode, read }: Comparison, values: Iterable<number>, length: 2 | 4): string[] => {
    const different: string[] = [];
    for (const value of values) {
      const bytes = bytesOf(value, length);
      const [first] = decoders.decode(mode, bytes, address);
      if (first === undefined || first.length !== length) continue;
      const decoded = decode(bytes, address, false);
      const flow = decoded === undefined ? 'nothing' : ours(decoded.flow);
      const expected = read(first.text);
      if (expected === 'unpredictable') continue;
      if (flow !== expected || decoded?.length !== first.length) {
        different.push(`${(value >>> 0).toString(16)} “${first.text}”: ${flow}, not ${expected}`);
      }
    }
    return different;
  };
  const all16 = (accept: (value: number) => boolean) =>
    Array.from({ length: 0x10000 }, (_, value) => value).filter(accept);
  const some32 = (count: number, shape: (value: number) => number) => {
    const next = random(1);
    return Array.from({ length: count }, () => shape(next()) >>> 0);
  };

  const thumb: Comparison = {
    mode: { architecture: 'arm', bits: 32, isThumb: true, isMProfile: true },
    decode: decodeThumb,
    read: (text) => armFlow(text, /^(ldr|mov|add|subs)$/),
  };
  it('for every 16-bit Thumb instruction', () => {
    assert.deepEqual(
      compare(
        thumb,
        all16((value) => value < 0xe800),
        2,
      ),
      [],
    );
  });
  it('for 32-bit Thumb instructions', () => {
    const shape = (value: number) => (value & 0xffff0000) | 0xe800 | (value & 0x17ff) | ((value & 1) << 12);
    // Of the wide ones only these may write the pc.
    const wide = { ...thumb, read: (text: string) => armFlow(text, /^(ldr|subs)$/) };
    assert.deepEqual(compare(wide, some32(60_000, shape), 4).slice(0, 20), []);
  });
  it('for Arm instructions', () => {
    const arm: Comparison = {
      mode: { architecture: 'arm', bits: 32, isThumb: false, isMProfile: false },
      decode: decodeArm,
      read: (text) =>
        armFlow(
          text,
          /^(ldr|mvns?|movs?|adds?|subs?|rsbs?|adcs?|sbcs?|rscs?|ands?|orrs?|eors?|bics?|lsls?|lsrs?|asrs?|rors?|rrxs?)$/,
        ),
    };
    const shape = (value: number) => (value & 0x0fffffff) | 0xe0000000;
    assert.deepEqual(compare(arm, some32(60_000, shape), 4).slice(0, 20), []);
  });
  for (const bits of [32, 64] as const) {
    const riscv: Comparison = {
      mode: { architecture: 'riscv', bits, isThumb: false, isMProfile: false },
      decode: decodeRiscV(bits === 64),
      read: (text) => riscvFlow(text, address),
    };
    it(`for every compressed RISC-V instruction of RV${bits}`, () => {
      assert.deepEqual(
        compare(
          riscv,
          all16((value) => (value & 3) !== 3),
          2,
        ).slice(0, 20),
        [],
      );
    });
    it(`for 32-bit RISC-V instructions of RV${bits}`, () => {
      const opcodes = [0x6f, 0x67, 0x63, 0x73, 0x13, 0x33, 0x03];
      const shape = (value: number) => (value & ~0x7f) | (opcodes[value % opcodes.length] ?? 0x13);
      assert.deepEqual(compare(riscv, some32(40_000, shape), 4).slice(0, 20), []);
    });
  }
});
