// Exception frames of Arm M-profile in made-up states: which stack, how long, which registers, and what is said where it ends.
import assert from 'node:assert/strict';
import { contextOf } from '../../src/debugger/stack';
import { describe as textOf } from '../../src/debugger/values/describe';
import { Value } from '../../src/debugger/values/value';
import { madeEngine, shortName, stackOf, throughCoreFile, type World } from './support/world';

const handler = {
  name: 'TIM2_IRQHandler',
  low: 0x08000100,
  high: 0x08000200,
  frame: { size: 8, saved: { 7: -8, 14: -4 } },
};
const worker = { name: 'worker', low: 0x08000200, high: 0x08000300, frame: { size: 16, saved: { 4: -8, 14: -4 } } };
const main = { name: 'main', low: 0x08000300, high: 0x08000400, frame: { size: 0, saved: {}, isOutermost: true } };
const functions = [handler, worker, main];

/** Words from an address up. */
const words = (address: number, ...values: number[]): Record<number, number> =>
  Object.fromEntries(values.map((value, index) => [address + 4 * index, value]));

/** r0–r3, r12, lr, pc, xPSR. */
const frame = (pc: number, xpsr = 0x01000000, lr = 0xffffffff) => [0x10, 0x11, 0x12, 0x13, 0x1c, lr, pc, xpsr];

const workerFrame = [0xa4a4a4a4, 0, 0x44444444, 0x08000311];

function irqWorld(
  excReturn: number,
  extra: Partial<World> & { interrupted: Record<number, number>; psp?: number },
): World {
  return {
    machine: 'arm',
    coreType: extra.coreType ?? 'armv7m',
    functions: extra.functions ?? functions,
    memory: { ...words(0x20001000, 0x77777777, excReturn), ...extra.interrupted, ...extra.memory },
    registers: {
      ...{ r0: 0, r4: 4, r5: 5, r7: 7, sp: 0x20001000, lr: excReturn, pc: 0x08000110, xpsr: 0x01000000 | (16 + 28) },
      msp: 0x20001000,
      psp: extra.psp ?? 0x20008000,
      ...extra.registers,
    },
  };
}

describe('exception frames of Arm M-profile', () => {
  it('lie on the main stack behind the handler’s own frame', async () => {
    const world = irqWorld(0xfffffff9, { interrupted: words(0x20001008, ...frame(0x08000210), ...workerFrame) });
    assert.deepEqual(await stackOf(world), ['TIM2_IRQHandler', '<IRQ 28>', 'worker', 'main']);
  });

  it('lie on the process stack when EXC_RETURN says so', async () => {
    const world = irqWorld(0xfffffffd, { interrupted: words(0x20008000, ...frame(0x08000210), ...workerFrame) });
    const { frames } = await madeEngine(world).frames(1, 0, 10);
    assert.deepEqual(frames.map(shortName), ['TIM2_IRQHandler', '<IRQ 28>', 'worker', 'main']);
    const interrupted = frames[2];
    assert.ok(interrupted?.kind === 'call');
    assert.equal(interrupted.cfa, 0x20008000 + 32 + 16);
    const engine = madeEngine(world);
    const again = (await engine.frames(1, 2, 1)).frames[0];
    assert.ok(again?.kind === 'call');
    const registers = await engine.run(() => [0, 3, 12, 13, 4, 7].map((dwarf) => contextOf(again).register(dwarf)));
    // r4 is the handler's caller's, r7 was saved by the handler.
    assert.deepEqual(registers, [0x10n, 0x13n, 0x1cn, 0x20008020n, 4n, 0x77777777n]);
  });

  it('skip the word that aligned the stack', async () => {
    const world = irqWorld(0xfffffffd, {
      interrupted: words(0x20008000, ...frame(0x08000210, 0x01000200), 0, ...workerFrame),
    });
    assert.deepEqual(await stackOf(world), ['TIM2_IRQHandler', '<IRQ 28>', 'worker', 'main']);
  });

  it('hold floating-point registers when the frame is an extended one', async () => {
    const floats = Array.from({ length: 18 }, (_, i) => 0x3f800000 + i);
    const world = irqWorld(0xffffffed, {
      interrupted: words(0x20008000, ...frame(0x08000210), ...floats, ...workerFrame),
      registers: { s0: 1, s1: 2, s16: 3, fpscr: 0 },
    });
    const engine = madeEngine(world);
    const { frames } = await engine.frames(1, 0, 10);
    assert.deepEqual(frames.map(shortName), ['TIM2_IRQHandler', '<IRQ 28>', 'worker', 'main']);
    const interrupted = frames[2];
    assert.ok(interrupted?.kind === 'call');
    const values = await engine.run(() => [64, 65, 80, 256].map((dwarf) => contextOf(interrupted).register(dwarf)));
    assert.deepEqual(values, [0x3f800000n, 0x3f800001n, 3n, 0x3f8000013f800000n]);
  });

  it('leave lazily stacked floating-point registers where they still are', async () => {
    const world = irqWorld(0xffffffed, {
      interrupted: words(
        0x20008000,
        ...frame(0x08000210),
        ...Array.from({ length: 18 }, () => 0xdeadbeef),
        ...workerFrame,
      ),
      memory: { [0xe000ef34]: 0xc0000001, [0xe000ef38]: 0x20008020 },
      registers: { s0: 0x40000000, s15: 0x41000000 },
    });
    const engine = madeEngine(world);
    const { frames } = await engine.frames(1, 0, 10);
    const interrupted = frames[2];
    assert.ok(interrupted?.kind === 'call');
    const values = await engine.run(() => [64, 79].map((dwarf) => contextOf(interrupted).register(dwarf)));
    assert.deepEqual(values, [0x40000000n, 0x41000000n]);
  });

  it('nest, each named by the exception number below it', async () => {
    const sysTick = {
      name: 'SysTick_Handler',
      low: 0x08000400,
      high: 0x08000500,
      frame: { size: 8, saved: { 14: -4 } },
    };
    const world = irqWorld(0xfffffff1, {
      functions: [...functions, sysTick],
      interrupted: words(0x20001008, ...frame(0x08000410, 0x0100000f), 0, 0xfffffffd),
      memory: words(0x20008000, ...frame(0x08000210), ...workerFrame),
    });
    assert.deepEqual(await stackOf(world), [
      'TIM2_IRQHandler',
      '<IRQ 28>',
      'SysTick_Handler',
      '<SysTick>',
      'worker',
      'main',
    ]);
  });

  it('are named by the vector table where it can be read', async () => {
    const world = irqWorld(0xfffffff9, {
      interrupted: words(0x20001008, ...frame(0x08000210), ...workerFrame),
      memory: { [0xe000ed08]: 0x08000000, [0x08000000 + 4 * 44]: 0x08000101 },
    });
    assert.equal((await stackOf(world))[1], '<IRQ 28 (TIM2_IRQHandler)>');
  });

  it('of Armv8-M without the security extension are found', async () => {
    for (const [excReturn, at] of [
      [0xffffffbc, 0x20008000],
      [0xffffffb8, 0x20001008],
    ] as const) {
      const world = irqWorld(excReturn, {
        coreType: 'armv8m',
        interrupted: words(at, ...frame(0x08000210), ...workerFrame),
      });
      assert.deepEqual(await stackOf(world), ['TIM2_IRQHandler', '<IRQ 28>', 'worker', 'main'], excReturn.toString(16));
    }
  });

  it('of secure code interrupted by the non-secure world carry r4–r11 behind a signature', async () => {
    const context = [0xfefa125b, 0, ...[4, 5, 6, 7, 8, 9, 10, 11].map((register) => 0x500 + register)];
    const secure = (signature: number): World =>
      irqWorld(0xfffffffc, {
        coreType: 'armv8m',
        interrupted: words(0x30008000, signature, ...context.slice(1), ...frame(0x08000210), ...workerFrame),
        registers: { psp_s: 0x30008000, msp_s: 0x30001000, msp_ns: 0x20001000, psp_ns: 0x20008000 },
      });
    const engine = madeEngine(secure(0xfefa125b));
    const { frames } = await engine.frames(1, 0, 10);
    assert.deepEqual(frames.map(shortName), ['TIM2_IRQHandler', '<IRQ 28>', 'worker', 'main']);
    const interrupted = frames[2];
    assert.ok(interrupted?.kind === 'call');
    assert.equal(await engine.run(() => contextOf(interrupted).register(11)), 0x50bn);
    assert.deepEqual((await stackOf(secure(0x12345678))).slice(2), [
      '! the secure stack has no integrity signature at 0x30008000',
    ]);
  });

  it('end with the reason when the frame is not in memory', async () => {
    const world = irqWorld(0xfffffffd, { interrupted: {} });
    assert.deepEqual((await stackOf(world)).slice(1), [
      '<IRQ 28>',
      '! the exception frame at 0x20008000 cannot be read',
    ]);
  });

  it('end with the reason when storing them failed', async () => {
    const status = { [0xe000ed28]: 0x1000, [0xe000ed2c]: 0x40000000, [0xe000ed38]: 0 };
    const world = irqWorld(0xfffffffd, {
      interrupted: {},
      memory: status,
      registers: { xpsr: 0x01000000 | 3 },
    });
    assert.equal(
      (await stackOf(world)).at(-1),
      '! the exception frame at 0x20008000 was not written (CFSR.STKERR): the stack was full or not accessible',
    );
  });

  it('end with the reason when they contradict EXC_RETURN', async () => {
    // Thread mode with an exception number.
    const world = irqWorld(0xfffffffd, { interrupted: words(0x20008000, ...frame(0x08000210, 0x0100000f)) });
    assert.equal(
      (await stackOf(world)).at(-1),
      '! the exception frame at 0x20008000 does not fit EXC_RETURN: it was overwritten or never written',
    );
  });

  it('are found in lockup where the handler has not used its stack', async () => {
    const lockup = (lr: number) => {
      const world = irqWorld(0xfffffff9, {
        interrupted: words(0x20001000, ...frame(0x08000210), ...workerFrame),
        memory: { [0xe000ed28]: 0x02000000, [0xe000ed2c]: 0x40000000 },
        registers: { pc: 0xfffffffe, lr, xpsr: 0x01000000 | 3 },
      });
      return madeEngine(world);
    };
    const direct = lockup(0xfffffff9);
    const { frames } = await direct.frames(1, 0, 10);
    assert.deepEqual(frames.map(shortName), ['<Lockup: a fault while HardFault was handled>', 'worker', 'main']);
    const fault = await direct.fault(1);
    assert.equal(fault?.report.name, 'Lockup');
    assert.equal(fault?.report.details[0], 'HardFault: division by zero');
    const deeper = (await lockup(0x08000111).frames(1, 0, 10)).frames.map(shortName);
    assert.deepEqual(deeper.slice(1), ['! a core in lockup does not tell where it stood']);
  });

  it('end with the reason when EXC_RETURN is no valid one', async () => {
    const world = irqWorld(0xfffffff5, { interrupted: {} });
    assert.deepEqual((await stackOf(world)).slice(2), ['! 0xfffffff5 is not a valid EXC_RETURN value']);
  });

  it('find the secure caller of non-secure code', async () => {
    const callee = { ...handler, name: 'non_secure_function' };
    const world = irqWorld(0xfeffffff, {
      coreType: 'armv8m',
      functions: [callee, worker, main],
      interrupted: words(0x30001000, 0x08000211, 0, ...workerFrame),
      registers: { msp_s: 0x30001000, control_s: 0 },
    });
    const stack = await stackOf(world);
    assert.deepEqual(stack, ['non_secure_function', '<Call from secure state (0x8000210)>', 'worker', 'main']);
  });

  it('explain faults in words', async () => {
    const faulty = (coreType: string, memory: Record<number, number>, number = 3) =>
      irqWorld(0xfffffff9, {
        coreType,
        interrupted: words(0x20001008, ...frame(0x08000210), ...workerFrame),
        memory,
        registers: { xpsr: 0x01000000 | number },
      });
    const summary = async (world: World) => (await madeEngine(world).fault(1))?.report.summary;
    assert.match((await summary(faulty('armv6m', {}))) ?? '', /execution at 0x08000210, which cannot be read/);
    assert.match((await summary(faulty('armv7m', {}))) ?? '', /cannot be read/);
    const status = (cfsr: number, hfsr = 0) => ({
      [0xe000ed28]: cfsr,
      [0xe000ed2c]: hfsr,
      [0xe000ed34]: 0x10,
      [0xe000ed38]: 0x20,
    });
    assert.equal(await summary(faulty('armv7m', status(0x02000000, 0x40000000))), 'HardFault: division by zero');
    assert.match(
      (await summary(faulty('armv7m', status(0x82), 4))) ?? '',
      /^MemManage: data access that the memory protection forbids, at address 0x00000010$/,
    );
    assert.match(
      (await summary(faulty('armv7m', status(0x8200), 5))) ?? '',
      /^BusFault: bus error on a data access, at address 0x00000020$/,
    );
    assert.match((await summary(faulty('armv7m', status(0x00010000), 6))) ?? '', /^UsageFault: undefined instruction$/);
    const secure = { [0xe000ed28]: 0, [0xe000ed2c]: 0, [0xe000ede4]: 0x48, [0xe000ede8]: 0x10000000 };
    assert.match(
      (await summary(faulty('armv8m', secure, 7))) ?? '',
      /^SecureFault: non-secure access to a secure address, at address 0x10000000$/,
    );
  });

  it('look the same from a saved core file', async () => {
    const world = irqWorld(0xffffffed, {
      interrupted: words(0x20008000, ...frame(0x08000210), ...Array.from({ length: 18 }, (_, i) => i), ...workerFrame),
      registers: { s0: 0x40000000, control: 2, primask: 1 },
    });
    const engine = await throughCoreFile(world, [
      { address: 0x20001000, length: 8 },
      { address: 0x20008000, length: 32 + 72 + 16 },
      { address: 0x30000000, length: 64 },
    ]);
    const { frames } = await engine.frames(1, 0, 10);
    assert.deepEqual(frames.map(shortName), await stackOf(world));
    assert.equal(await engine.run(() => engine.threadState(1).register('control')), 2n);
    assert.equal(engine.threads[0]?.name, 'core');
    // What is not in it is named by where it begins.
    const value = Value.at(engine.space, engine.types.unsignedInt, 0x40000000);
    assert.match(
      await engine.run(() => textOf(value)),
      /^<unavailable: the memory at 0x40000000 is not in the core file>$/,
    );
  });
});
