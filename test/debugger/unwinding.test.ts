// Stacks that are damaged or have no unwind tables: each ends in order, with the reason, and RISC-V traps are crossed.
import assert from 'node:assert/strict';
import { type MadeFunction, madeEngine, stackOf, type World } from './support/world';

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

  it('explain faults with the address', async () => {
    const engine = madeEngine(world({ mcause: 5, mtval: 0x40000000 }));
    const fault = await engine.fault(1);
    assert.equal(fault?.report.summary, 'Load access fault, at address 0x40000000');
    assert.equal(fault?.interrupted?.name, 'main');
  });
});
