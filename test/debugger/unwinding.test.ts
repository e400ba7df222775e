// Stacks that are damaged or have no unwind tables: each ends in order, with the reason, and RISC-V traps are crossed.
import assert from 'node:assert/strict';
import { contextOf } from '../../src/debugger/stack';
import { type MadeFunction, madeEngine, shortName, stackOf, type World } from './support/world';

const words = (address: number, ...values: number[]): Record<number, number> =>
  Object.fromEntries(values.map((value, index) => [address + 4 * index, value]));

const leaf = { name: 'leaf', low: 0x1000, high: 0x1100, frame: { size: 8, saved: { 14: -4 } } };
const caller = { name: 'caller', low: 0x1100, high: 0x1200, frame: { size: 8, saved: { 14: -4 } } };

function arm(
  memory: Record<number, number>,
  registers: Record<string, number> = {},
  functions: readonly MadeFunction[] = [leaf, caller],
): World {
  const base = { sp: 0x2000, lr: 0x1111, pc: 0x1010, xpsr: 0x01000000 };
  return { machine: 'arm', coreType: 'armv7m', functions, memory, registers: { ...base, ...registers } };
}

describe('the end of a stack', () => {
  it('is named when a return address leads out of the program', async () => {
    const stack = await stackOf(arm(words(0x2000, 0, 0x1111, 0, 0x55555555)));
    assert.deepEqual(stack, ['leaf', 'caller', '! the return address 0x55555554 is not in the program']);
  });

  it('is named when memory is missing', async () => {
    assert.deepEqual(await stackOf(arm(words(0x2000, 0, 0x1111))), [
      'leaf',
      'caller',
      '! the return address at 0x200c cannot be read',
    ]);
  });

  it('is plain when the return address is 0, and says Reset at the reset value', async () => {
    assert.deepEqual(await stackOf(arm(words(0x2000, 0, 0x1111, 0, 0))), ['leaf', 'caller']);
    assert.deepEqual(await stackOf(arm(words(0x2000, 0, 0x1111, 0, 0xffffffff))), ['leaf', 'caller', '! Reset']);
  });

  it('is named when the stack does not move', async () => {
    const stuck = { ...caller, frame: { size: 0, saved: { 14: 0 } } };
    const stack = await stackOf(arm(words(0x2000, 0, 0x1111, 0x1111), {}, [leaf, stuck]));
    assert.deepEqual(stack, [
      'leaf',
      'caller',
      '! the stack pointer does not move on from 0x2008: the stack is damaged',
    ]);
  });

  it('is named when a function that never returns did not save its return address', async () => {
    const noreturn = { ...caller, frame: { size: 8, saved: {} } };
    const stack = await stackOf(arm(words(0x2000, 0, 0x1111, 0, 0), {}, [leaf, noreturn]));
    assert.match(stack[2] ?? '', /return address was not saved/);
  });

  it('comes in order for a program counter that is nowhere', async () => {
    const stack = await stackOf(arm({}, { pc: 0x70000000, lr: 0x70000001, sp: 0x2000 }));
    assert.match(stack.at(-1) ?? '', /^! /);
    assert.ok(stack.length <= 3);
  });

  it('is reached through a deep recursion without one frame more than asked for', async () => {
    const memory: Record<number, number> = words(0x2000, 0, 0x1111);
    for (let i = 1; i < 5000; i++) Object.assign(memory, words(0x2000 + 8 * i, 0, 0x1111));
    Object.assign(memory, words(0x2000 + 8 * 5000, 0, 0));
    const engine = madeEngine(arm(memory));
    const first = await engine.frames(1, 0, 20);
    assert.equal(first.frames.length, 20);
    assert.equal(first.total, undefined);
    const all = await engine.frames(1, 0, 10_000);
    assert.equal(all.total, 5001);
  });
});

describe('code without unwind tables', () => {
  it('is unwound by its Thumb prologue', async () => {
    // push {r4, r7, lr}; sub sp, #20; add r7, sp, #0; … then bl
    const bare = { name: 'bare', low: 0x1000, high: 0x1100 };
    const code = words(0x1000, 0xb085b590, 0xf000af00, 0xbf00f800, 0xbf00bf00);
    const stack = words(0x2000, 0, 0, 0, 0, 0, 0x44, 0x77, 0x1111, 0, 0);
    const world = arm({ ...code, ...stack }, { r7: 0x2000, pc: 0x100c }, [bare, caller]);
    assert.deepEqual(await stackOf(world), ['bare', 'caller']);
  });

  it('is unwound by its RISC-V prologue', async () => {
    // addi sp,sp,-32; sw ra,28(sp); sw s0,24(sp); addi s0,sp,32; nop
    const bare = { name: 'bare', low: 0x1000, high: 0x1100 };
    const outer = { name: 'outer', low: 0x1100, high: 0x1200, frame: { size: 16, saved: { 1: -4 } } };
    const world: World = {
      machine: 'riscv32',
      coreType: 'riscv',
      functions: [bare, outer],
      memory: {
        ...words(0x1000, 0xfe010113, 0x00112e23, 0x00812c23, 0x02010413, 0x00000013, 0x00000013),
        ...words(0x2000, 0, 0, 0, 0, 0, 0, 0x88, 0x1110, 0, 0, 0, 0),
      },
      registers: { pc: 0x1014, x1: 0x1110, x2: 0x2000, x8: 0x2020 },
    };
    assert.deepEqual(await stackOf(world), ['bare', 'outer']);
  });
});

describe('RISC-V traps', () => {
  const handler = { name: 'trap_entry', low: 0x1000, high: 0x1020 };
  const main = { name: 'main', low: 0x1100, high: 0x1200, frame: { size: 16, saved: { 1: -4 } } };
  // addi sp,sp,-16; sw ra,12(sp); nop; lw ra,12(sp); addi sp,sp,16; mret; nop; nop
  const code = words(0x1000, 0xff010113, 0x00112623, 0x00000013, 0x00c12083, 0x01010113, 0x30200073, 0x13, 0x13);
  const world = (registers: Record<string, number>): World => ({
    machine: 'riscv32',
    coreType: 'riscv',
    functions: [handler, main],
    memory: { ...code, ...words(0x2000, 0, 0, 0, 0x9999, 0, 0, 0, 0) },
    registers: { pc: 0x1008, x1: 0x9999, x2: 0x2000, x8: 0, mepc: 0x1110, mcause: 0x80000007, mtval: 0, ...registers },
  });

  it('are crossed by mepc and named by mcause', async () => {
    assert.deepEqual(await stackOf(world({})), ['trap_entry', '<Machine timer interrupt>', 'main']);
  });

  /** As vendors write it: a common part behind several entries, everything stored by hand, no unwind tables, no size. */
  const assembly = { name: 'trap_common', low: 0x1000, high: 0x1100, hasNoSize: true };
  const service = { name: 'service', low: 0x1200, high: 0x1300, frame: { size: 16, saved: { 1: -4 } } };
  const common = words(
    0x1000,
    0x00512223, // sw t0, 4(sp)
    0x00812423, // sw s0, 8(sp)
    0x341022f3, // csrr t0, mepc
    0x00512623, // sw t0, 12(sp)
    0x02010413, // addi s0, sp, 32
    0x00812823, // sw s0, 16(sp)
    0x00000097, // auipc ra, 0
    0x1e8080e7, // jalr ra, 488(ra)
    0x00c12283, // lw t0, 12(sp)
    0x34129073, // csrw mepc, t0
    0x00012083, // lw ra, 0(sp)
    0x00412283, // lw t0, 4(sp)
    0x00812403, // lw s0, 8(sp)
    0x01012103, // lw sp, 16(sp)
    0x30200073, // mret
  );
  const nestedWorld = (mepc: number, extra: Record<number, number> = {}): World => ({
    machine: 'riscv32',
    coreType: 'riscv',
    functions: [assembly, service, main],
    memory: {
      ...common,
      // service: ra into trap_common.
      ...words(0x2000, 0, 0, 0, 0x1020),
      // The entry's frame: ra, t0, s0, mepc, sp.
      ...words(0x2010, 0x1150, 0x55, 0x88, 0x1110, 0x2030, 0, 0, 0),
      ...words(0x2030, 0, 0, 0, 0),
      ...extra,
    },
    registers: { pc: 0x1210, x1: 0x9999, x2: 0x2000, x8: 0x2030, mepc, mcause: 0x80000007, mtval: 0 },
  });

  it('are crossed through handlers in assembly, to what the handler is going to bring back', async () => {
    const engine = madeEngine(nestedWorld(0x1110));
    const { frames } = await engine.frames(1, 0, 10);
    assert.deepEqual(frames.map(shortName), ['service', 'trap_common', '<Machine timer interrupt>', 'main']);
    const interrupted = frames[3];
    assert.ok(interrupted?.kind === 'call');
    const registers = await engine.run(() => [2, 1, 5, 8].map((dwarf) => contextOf(interrupted).register(dwarf)));
    assert.deepEqual(registers, [0x2030n, 0x1150n, 0x55n, 0x88n]);
  });

  it('use what the handler saved when a later trap has overwritten mepc', async () => {
    assert.deepEqual((await stackOf(nestedWorld(0x1204))).slice(2), ['<Machine timer interrupt>', 'main']);
  });

  it('are crossed without any CSR: core files often have the general registers alone', async () => {
    const { registers, ...world } = nestedWorld(0);
    const { mepc: _epc, mcause: _cause, mtval: _value, ...general } = registers;
    assert.deepEqual((await stackOf({ ...world, registers: general })).slice(2), ['<Trap>', 'main']);
  });

  it('nest: the outer one is left by what its handler saved', async () => {
    const inner = nestedWorld(0x1210);
    const world: World = {
      ...inner,
      memory: {
        ...inner.memory,
        // A second trap took the first one's service: another frame of the entry below it.
        ...words(0x1f00, 0, 0, 0, 0x1020),
        ...words(0x1f10, 0x9999, 0x66, 0x2030, 0x1210, 0x2000, 0, 0, 0),
      },
      registers: { ...inner.registers, pc: 0x1204, x2: 0x1f00, x8: 0x1f30, mcause: 0x80000003 },
    };
    assert.deepEqual(await stackOf(world), [
      ...['service', 'trap_common', '<Machine software interrupt>'],
      ...['service', 'trap_common', '<Trap>', 'main'],
    ]);
  });

  it('explain faults with the address', async () => {
    const engine = madeEngine(world({ mcause: 5, mtval: 0x40000000 }));
    const fault = await engine.fault(1);
    assert.equal(fault?.report.summary, 'Load access fault, at address 0x40000000');
    assert.equal(fault?.interrupted?.name, 'main');
  });
});
