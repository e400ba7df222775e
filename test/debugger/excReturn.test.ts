// Every EXC_RETURN value of Armv6-M, Armv7-M and Armv8-M against the rules of the architecture manuals: which stack the frame lies
// on, how long it is, what is in it, and which values are none. The frame exists at the one right place only.
import assert from 'node:assert/strict';
import { contextOf } from '../../src/debugger/stack';
import { madeEngine, shortName, type World } from './support/world';

const handler = { name: 'handler', low: 0x1000, high: 0x1100, frame: { size: 0, saved: {} } };
const worker = { name: 'worker', low: 0x1100, high: 0x1200, frame: { size: 0, saved: {}, isOutermost: true } };

const stacks = { msp_s: 0x30001000, psp_s: 0x30002000, msp_ns: 0x20001000, psp_ns: 0x20002000 } as const;
type Stack = keyof typeof stacks;

const TS = 1 << 26;

/** What a value means, field by field (DDI0553 D1.2, EXC_RETURN). */
const fieldsOf = (value: number) => ({
  S: (value >>> 6) & 1,
  DCRS: (value >>> 5) & 1,
  FType: (value >>> 4) & 1,
  Mode: (value >>> 3) & 1,
  SPSEL: (value >>> 2) & 1,
  ES: value & 1,
});

interface Shape {
  readonly stack: Stack;
  readonly hasCalleeContext: boolean;
  readonly isExtended: boolean;
  readonly hasUpperFloats: boolean;
  readonly isThread: boolean;
}

/** The state as it is when a handler has just been entered, with the frame as the manual wants it. */
function enteredBy(
  value: number,
  coreType: string,
  shape: Shape,
  options: { readonly controls?: Record<string, number>; readonly isPadded: boolean; readonly isSecure: boolean },
): { readonly world: World; readonly spAfter: number } {
  const base = stacks[shape.stack];
  const memory: Record<number, number> = {};
  let at = base;
  const put = (...values: number[]) => {
    for (const word of values) {
      memory[at] = word;
      at += 4;
    }
  };
  if (shape.hasCalleeContext)
    put(0xfefa125a | (shape.isExtended ? 0 : 1), 0, ...[4, 5, 6, 7, 8, 9, 10, 11].map((r) => 0x400 + r));
  const xpsr = 0x01000000 | (options.isPadded ? 0x200 : 0) | (shape.isThread ? 0 : 15);
  put(0x100, 0x101, 0x102, 0x103, 0x10c, 0x1111, 0x1110, xpsr);
  if (shape.isExtended) {
    put(...Array.from({ length: 16 }, (_, i) => 0x500 + i), 0, 0);
    if (shape.hasUpperFloats) put(...Array.from({ length: 16 }, (_, i) => 0x510 + i));
    memory[0xe000ef34] = shape.hasUpperFloats ? TS : 0;
    memory[0xe000ef38] = 0;
  }
  const own = (value & 1) === 1 && options.isSecure ? stacks.msp_s : stacks.msp_ns;
  const banked: Record<string, number> =
    options.controls === undefined ? { msp: stacks.msp_ns, psp: stacks.psp_ns } : { ...stacks, ...options.controls };
  const registers: Record<string, number> = { pc: 0x1010, sp: own, lr: value, xpsr: 0x01000000 | 16, ...banked };
  for (let i = 0; i < 13; i++) registers[`r${i}`] = i;
  for (let i = 0; i < 32; i++) registers[`s${i}`] = 0x600 + i;
  const world: World = { machine: 'arm', coreType, functions: [handler, worker], memory, registers };
  return { world, spAfter: at + (options.isPadded ? 4 : 0) };
}

async function check(
  value: number,
  coreType: string,
  shape: Shape,
  options: Parameters<typeof enteredBy>[3],
): Promise<void> {
  const place = `${coreType} 0x${value.toString(16)} ${JSON.stringify(options)}`;
  const { world, spAfter } = enteredBy(value, coreType, shape, options);
  const engine = madeEngine(world);
  const { frames } = await engine.frames(1, 0, 10);
  assert.deepEqual(frames.map(shortName), ['handler', '<IRQ 0>', 'worker'], place);
  const interrupted = frames[2];
  assert.ok(interrupted?.kind === 'call');
  const wanted = [13, 0, 12, 14, 4, 11, 64, 79, 80, 95];
  const found = await engine.run(() => {
    const context = contextOf(interrupted);
    return wanted.map((dwarf) => Number(context.register(dwarf) ?? -1n));
  });
  const callee = shape.hasCalleeContext ? 0x400 : 0;
  // What a frame does not hold and a handler need not preserve is lost.
  const float = (index: number) => {
    if (shape.isExtended && (index < 16 || shape.hasUpperFloats)) return 0x500 + index;
    return index < 16 ? -1 : 0x600 + index;
  };
  assert.deepEqual(
    found,
    [spAfter, 0x100, 0x10c, 0x1111, callee + 4, callee + 11, ...[0, 15, 16, 31].map(float)],
    place,
  );
}

async function isRefused(value: number, coreType: string): Promise<void> {
  const shape: Shape = {
    stack: 'psp_ns',
    hasCalleeContext: false,
    isExtended: false,
    hasUpperFloats: false,
    isThread: true,
  };
  const { world } = enteredBy(value, coreType, shape, { isPadded: false, isSecure: false });
  const { frames } = await madeEngine(world).frames(1, 0, 10);
  assert.equal(frames.at(-1)?.name, `0x${value.toString(16)} is not a valid EXC_RETURN value`, coreType);
}

const allValues = Array.from({ length: 0x7f }, (_, index) => 0xffffff80 + index);
const flags = [false, true];

describe('every value of EXC_RETURN', () => {
  it('of Armv6-M and Armv7-M: three values, and three more with floating point', async () => {
    // DDI0419 table B1-7, DDI0403 table B1-8.
    const known: Readonly<Record<number, Omit<Shape, 'hasCalleeContext' | 'hasUpperFloats'>>> = {
      4294967281: { stack: 'msp_ns', isExtended: false, isThread: false },
      4294967289: { stack: 'msp_ns', isExtended: false, isThread: true },
      4294967293: { stack: 'psp_ns', isExtended: false, isThread: true },
      4294967265: { stack: 'msp_ns', isExtended: true, isThread: false },
      4294967273: { stack: 'msp_ns', isExtended: true, isThread: true },
      4294967277: { stack: 'psp_ns', isExtended: true, isThread: true },
    };
    for (const coreType of ['armv6m', 'armv7m']) {
      for (const value of allValues) {
        const shape = known[value];
        if (shape === undefined || (coreType === 'armv6m' && shape.isExtended)) await isRefused(value, coreType);
        else {
          for (const isPadded of flags)
            await check(
              value,
              coreType,
              { ...shape, hasCalleeContext: false, hasUpperFloats: false },
              { isPadded, isSecure: false },
            );
        }
      }
    }
  });

  it('of Armv8-M without the security extension', async () => {
    for (const value of allValues) {
      const { S, DCRS, FType, Mode, SPSEL, ES } = fieldsOf(value);
      if ((value & 2) !== 0) await isRefused(value, 'armv8m');
      if ((value & 2) !== 0 || S === 1 || ES === 1 || DCRS === 0) continue;
      const stack = Mode === 1 && SPSEL === 1 ? 'psp_ns' : 'msp_ns';
      const shape = { stack, hasCalleeContext: false, isExtended: FType === 0, hasUpperFloats: false } as const;
      for (const isPadded of flags)
        await check(value, 'armv8m', { ...shape, isThread: Mode === 1 }, { isPadded, isSecure: false });
    }
  });

  it('of Armv8-M with the security extension, with every CONTROL of both states', async () => {
    let count = 0;
    for (const value of allValues) {
      const { S, DCRS, FType, Mode, SPSEL, ES } = fieldsOf(value);
      if ((value & 2) !== 0) continue;
      for (const control_s of [0, 2]) {
        for (const control_ns of [0, 2]) {
          for (const hasUpperFloats of FType === 0 && S === 1 ? flags : [false]) {
            // ExceptionReturn() writes SPSEL to CONTROL of the state that ES names, then PopStack() looks the stack pointer up in the
            // state that S names: in handler mode the main one, in thread mode the one that its CONTROL.SPSEL selects.
            const selected = ES === S ? SPSEL : (S === 1 ? control_s : control_ns) >> 1;
            const kind = Mode === 1 && selected === 1 ? 'psp' : 'msp';
            const shape: Shape = {
              stack: `${kind}_${S === 1 ? 's' : 'ns'}`,
              // PopStack(): “if toSecure && (ES == '0' || DCRS == '0')”.
              hasCalleeContext: S === 1 && (ES === 0 || DCRS === 0),
              isExtended: FType === 0,
              hasUpperFloats,
              isThread: Mode === 1,
            };
            const controls = { control_s, control_ns };
            await check(value, 'armv8m', shape, { controls, isPadded: (count++ & 1) === 1, isSecure: true });
          }
        }
      }
    }
    assert.ok(count > 256);
  });
});

describe('stacks across the security states', () => {
  const words = (address: number, ...values: number[]): Record<number, number> =>
    Object.fromEntries(values.map((value, index) => [address + 4 * index, value]));
  const code = (name: string, low: number, isOutermost = false) => ({
    name,
    low,
    high: low + 0x100,
    frame: { size: 0, saved: {}, isOutermost },
  });
  const frame = (pc: number, exception: number, lr: number) => [0, 1, 2, 3, 12, lr, pc, 0x01000000 | exception];
  const registers = (sp: number, pc: number, lr: number, exception: number) => ({
    ...{ r0: 0, r1: 0, r2: 0, r3: 0, r4: 4, r5: 5, r6: 6, r7: 7, r8: 8, r9: 9, r10: 10, r11: 11, r12: 12 },
    ...{ sp, pc, lr, xpsr: 0x01000000 | exception },
  });

  it('nest: each handler’s stack pointer and selection are those of its own time', async () => {
    // Non-secure thread on its process stack, secure IRQ 1, non-secure IRQ 2 (callee registers stacked), secure IRQ 3.
    const functions = [code('secure_3', 0x1000), code('non_secure_2', 0x1100), code('secure_1', 0x1200)];
    const world: World = {
      machine: 'arm',
      coreType: 'armv8m',
      functions: [...functions, code('thread', 0x1300, true)],
      memory: {
        // IRQ 3 interrupted IRQ 2: handler mode, non-secure main stack.
        ...words(0x20001000, ...frame(0x1110, 18, 0xfffffff4)),
        // IRQ 2 interrupted IRQ 1: secure main stack, with callee registers.
        ...words(0x30001000, 0xfefa125b, 0, 4, 5, 6, 7, 8, 9, 10, 11, ...frame(0x1210, 17, 0xffffffb9)),
        // IRQ 1 interrupted the thread: non-secure process stack, by CONTROL_NS.SPSEL as IRQ 2 will bring it back.
        ...words(0x20002000, ...frame(0x1310, 0, 0)),
      },
      registers: {
        ...registers(0x30001000, 0x1010, 0xffffffb1, 19),
        ...{ msp_s: 0x30000f00, psp_s: 0x30003000, msp_ns: 0x20001000, psp_ns: 0x20002000 },
        ...{ control_s: 0, control_ns: 0 },
      },
    };
    const { frames } = await madeEngine(world).frames(1, 0, 10);
    assert.deepEqual(frames.map(shortName), [
      ...['secure_3', '<IRQ 3>', 'non_secure_2', '<IRQ 2>', 'secure_1', '<IRQ 1>', 'thread'],
    ]);
  });

  it('go on at the non-secure caller of a secure function', async () => {
    const world: World = {
      machine: 'arm',
      coreType: 'armv8m',
      functions: [code('secure_service', 0x1000), code('application', 0x1100, true)],
      memory: {},
      registers: {
        // SG cleared bit 0 of LR.
        ...registers(0x30001000, 0x1010, 0x1110, 0),
        ...{
          msp_s: 0x30001000,
          psp_s: 0x30003000,
          msp_ns: 0x20001000,
          psp_ns: 0x20002000,
          control_s: 0,
          control_ns: 2,
        },
      },
    };
    const { frames } = await madeEngine(world).frames(1, 0, 10);
    assert.deepEqual(frames.map(shortName), ['secure_service', '<Call from non-secure state (0x1110)>', 'application']);
    const caller = frames[2];
    assert.ok(caller?.kind === 'call');
    assert.equal(caller.cfa, 0x20002000);
    assert.equal(caller.lookupPc, 0x110f);
  });
});
