// Exceptions as software sees them: entry, return, priorities, nesting, late arrival, tail-chaining, escalation,
// integrity checks, privilege, sleep, lockup (DDI0419 B1.4, B1.5).
import assert from 'node:assert/strict';
import { HARDFAULT, IRQ0, NMI, PENDSV, SVCALL, SYSTICK } from '../../src/simulator/core/exceptions';
import { handler, SimulatedCore, STACK_TOP } from './simulatedCore';

const NOP = 0xbf00;
const WFI = 0xbf30;
const WFE = 0xbf20;
const SEV = 0xbf40;
const CPSID = 0xb672;
const CPSIE = 0xb662;
const SVC = 0xdf00;
const BX_LR = 0x4770;
const NVIC_ISER = 0xe000e100;
const NVIC_ISPR = 0xe000e200;
const NVIC_IPR0 = 0xe000e400;
const ICSR = 0xe000ed04;
const SCR = 0xe000ed10;
const SHPR2 = 0xe000ed1c;
const SHPR3 = 0xe000ed20;
const THREAD_MAIN = 0xfffffff9 | 0;
const THREAD_PROCESS = 0xfffffffd | 0;
const TO_HANDLER = 0xfffffff1 | 0;

/** A core with interrupts 0–3 enabled, at priorities 0, 1, 2 and 3. */
function coreWithInterrupts(code: readonly number[] = []): SimulatedCore {
  const core = new SimulatedCore(code);
  core.writePrivate(NVIC_IPR0, 0xc0804000);
  core.writePrivate(NVIC_ISER, 0xf);
  return core;
}

/** Makes a handler return at once. */
function returnAtOnce(core: SimulatedCore, ...exceptions: number[]): void {
  for (const n of exceptions) core.setCode([BX_LR], handler(n));
}

describe('Exceptions: entry and return', () => {
  it('stacks eight words, aligned to 8 bytes, and restores them', () => {
    const core = coreWithInterrupts();
    core.r.set([1, 2, 3, 4]);
    core.r[12] = 12;
    core.r[14] = 14;
    core.r[13] = STACK_TOP - 4;
    core.registers.setFlags(0xa0000000);
    const before = Array.from(core.r);
    core.exceptions.pend(IRQ0);
    core.step(); // entry alone
    assert.equal(core.registers.pc, handler(IRQ0));
    assert.equal(core.registers.ipsr, IRQ0);
    assert.equal(core.r[14], THREAD_MAIN);
    assert.equal(core.r[13], STACK_TOP - 40);
    assert.deepEqual(core.frame(), {
      ...{ r0: 1, r1: 2, r2: 3, r3: 4, r12: 12, lr: 14, pc: core.origin },
      xpsr: 0xa1000200, // N and C, T, and the padding
    });
    core.setCode([BX_LR], handler(IRQ0));
    core.step();
    assert.deepEqual(Array.from(core.r), before);
    assert.equal(core.registers.pc, core.origin);
    assert.equal(core.registers.xpsr, 0xa1000000);
  });

  it('uses the process stack of a thread and the main stack of its handler', () => {
    const core = coreWithInterrupts();
    core.registers.psp = 0x20002000;
    core.registers.control = 2;
    core.exceptions.pend(IRQ0);
    core.step();
    assert.equal(core.r[14], THREAD_PROCESS);
    assert.equal(core.registers.psp, 0x20002000 - 32);
    assert.equal(core.r[13], STACK_TOP);
    assert.equal(core.registers.control, 0);
    core.setCode([BX_LR], handler(IRQ0));
    core.step();
    assert.equal(core.registers.control, 2);
    assert.equal(core.r[13], 0x20002000);
  });

  it('returns by POP {pc} as well', () => {
    const core = coreWithInterrupts();
    core.setCode([0xb500, 0xbd00], handler(IRQ0)); // PUSH {lr}; POP {pc}
    core.exceptions.pend(IRQ0);
    for (let i = 0; i < 3; i++) core.step();
    assert.equal(core.registers.pc, core.origin);
    assert.equal(core.registers.ipsr, 0);
    assert.equal(core.r[13], STACK_TOP);
  });

  it('does not treat an EXC_RETURN value as one in Thread mode', () => {
    const core = new SimulatedCore([BX_LR]);
    core.r[14] = THREAD_MAIN;
    core.run(4);
    assert.equal(core.registers.ipsr, HARDFAULT);
    assert.equal(core.frame().pc, 0xfffffff8);
  });

  const illegal: readonly [name: string, excReturn: number][] = [
    ['to a nested handler that does not exist', TO_HANDLER],
    ['with a reserved low digit', 0xfffffff5 | 0],
    ['with reserved bits clear', 0xf0000009 | 0],
  ];
  for (const [name, excReturn] of illegal) {
    it(`faults on a return ${name}`, () => {
      const core = coreWithInterrupts();
      core.setCode([BX_LR], handler(IRQ0));
      core.exceptions.pend(IRQ0);
      core.step();
      core.r[14] = excReturn;
      core.run(2);
      assert.equal(core.registers.ipsr, HARDFAULT);
      assert.equal(core.frame().pc, handler(IRQ0));
    });
  }

  it('faults where the frame restores a handler into Thread mode', () => {
    const core = coreWithInterrupts();
    core.setCode([BX_LR], handler(IRQ0));
    core.exceptions.pend(IRQ0);
    core.step();
    core.bus.write((core.r[13] as number) + 28, 0x01000000 | SVCALL, 4);
    core.run(2);
    assert.equal(core.registers.ipsr, HARDFAULT);
  });

  it('clears T from a vector with bit 0 clear, and faults in the handler', () => {
    const core = coreWithInterrupts();
    core.bus.flash.s32[IRQ0] = handler(IRQ0);
    core.exceptions.pend(IRQ0);
    core.step();
    assert.equal(core.registers.thumb, false);
    core.run(2);
    assert.equal(core.registers.ipsr, HARDFAULT);
    assert.equal(core.frame().pc, handler(IRQ0));
  });
});

describe('Exceptions: priorities', () => {
  it('takes the most urgent, and of equals the lowest number', () => {
    const core = coreWithInterrupts();
    core.writePrivate(NVIC_IPR0, 0x40804080);
    for (const irq of [0, 1, 2, 3]) core.exceptions.pend(IRQ0 + irq);
    core.step();
    assert.equal(core.registers.ipsr, IRQ0 + 1);
  });

  it('nests a more urgent one in a less urgent one, and not the other way', () => {
    const core = coreWithInterrupts();
    core.exceptions.pend(IRQ0 + 2);
    core.step();
    core.exceptions.pend(IRQ0 + 3);
    core.step();
    assert.equal(core.registers.ipsr, IRQ0 + 2);
    core.exceptions.pend(IRQ0 + 1);
    core.step();
    assert.equal(core.registers.ipsr, IRQ0 + 1);
    assert.equal(core.r[14], TO_HANDLER);
    returnAtOnce(core, IRQ0 + 1);
    core.step();
    assert.equal(core.registers.ipsr, IRQ0 + 2);
  });

  it('does not nest equals', () => {
    const core = coreWithInterrupts();
    core.writePrivate(NVIC_IPR0, 0x40404040);
    core.exceptions.pend(IRQ0 + 2);
    core.step();
    core.exceptions.pend(IRQ0);
    core.step();
    assert.equal(core.registers.ipsr, IRQ0 + 2);
  });

  it('lets a later but more urgent exception go first (late arrival)', () => {
    const core = coreWithInterrupts([SVC]);
    core.writePrivate(SHPR2, 0xc0000000);
    core.exceptions.pend(IRQ0 + 1); // arrives while SVC executes
    core.registers.primask = 0;
    core.run(1);
    assert.equal(core.registers.ipsr, IRQ0 + 1);
  });

  it('tail-chains: the frame stays, LR keeps its value', () => {
    const core = coreWithInterrupts();
    returnAtOnce(core, IRQ0 + 1, IRQ0 + 2);
    core.exceptions.pend(IRQ0 + 1);
    core.exceptions.pend(IRQ0 + 2);
    core.step();
    const sp = core.r[13];
    const before = core.core.cycles;
    core.step();
    assert.equal(core.registers.ipsr, IRQ0 + 2);
    assert.equal(core.r[13], sp);
    assert.equal(core.r[14], THREAD_MAIN);
    assert.equal(core.registers.pc, handler(IRQ0 + 2));
    assert(core.core.cycles - before < 15, 'cheaper than a return and an entry');
    core.step();
    assert.equal(core.registers.pc, core.origin);
  });

  it('holds everything but NMI and HardFault while PRIMASK is set', () => {
    const core = coreWithInterrupts([CPSID, NOP, CPSIE, NOP]);
    core.step();
    for (const n of [IRQ0, PENDSV, SYSTICK]) core.exceptions.pend(n);
    core.step();
    assert.equal(core.registers.ipsr, 0);
    core.exceptions.pend(NMI);
    core.step();
    assert.equal(core.registers.ipsr, NMI);
    returnAtOnce(core, NMI);
    core.step();
    core.step(); // CPSIE
    core.step();
    assert.equal(core.registers.ipsr, PENDSV, 'the lowest number of priority 0');
  });

  it('implements two bits of each priority', () => {
    const core = new SimulatedCore();
    core.writePrivate(NVIC_IPR0, 0xffffffff);
    assert.equal(core.readPrivate(NVIC_IPR0), 0xc0c0c0c0);
    core.writePrivate(SHPR3, 0xffffffff);
    assert.equal(core.readPrivate(SHPR3), 0xc0c00000);
  });

  it('shows pending and active exceptions in ICSR', () => {
    const core = coreWithInterrupts();
    core.exceptions.pend(IRQ0 + 1);
    core.step();
    core.writePrivate(ICSR, 0x14000000);
    core.writePrivate(NVIC_ISPR, 1);
    const icsr = core.readPrivate(ICSR);
    assert.equal(icsr & 0x3f, IRQ0 + 1);
    assert.equal((icsr >>> 12) & 0x3f, PENDSV);
    assert.equal(icsr & 0x14400000, 0x14400000);
    core.writePrivate(ICSR, 0x0a000000);
    assert.equal(core.readPrivate(ICSR) & 0x14000000, 0);
  });

  it('makes a level interrupt pending again while its line is high', () => {
    const core = coreWithInterrupts();
    returnAtOnce(core, IRQ0);
    core.exceptions.setLine(0, true);
    core.step();
    core.step(); // returns, and is entered again
    assert.equal(core.registers.ipsr, IRQ0);
    core.exceptions.setLine(0, false);
    core.step();
    assert.equal(core.registers.ipsr, 0);
  });
});

describe('Exceptions: SVC, faults and lockup', () => {
  it('takes SVC with the next instruction as return address', () => {
    const core = new SimulatedCore([SVC, NOP]);
    core.step();
    assert.equal(core.registers.ipsr, SVCALL);
    assert.equal(core.registers.pc, handler(SVCALL));
    assert.equal(core.frame().pc, core.origin + 2);
  });

  it('escalates an SVC that cannot be taken to HardFault, at the SVC', () => {
    const core = new SimulatedCore([CPSID, SVC]);
    core.run(2);
    assert.equal(core.registers.ipsr, HARDFAULT);
    assert.equal(core.frame().pc, core.origin + 2);
    assert.equal(core.exceptions.isPending(SVCALL), false);
  });

  it('locks up on a fault in the HardFault handler; NMI gets through', () => {
    const core = new SimulatedCore([0xde00]);
    core.setCode([0xde00], handler(HARDFAULT));
    core.run(100);
    assert.equal(core.core.lockup, true);
    assert.equal(core.registers.pc >>> 0, 0xfffffffe);
    core.exceptions.pend(NMI);
    core.run(3);
    assert.equal(core.core.lockup, false);
    assert.equal(core.registers.ipsr, NMI);
    assert.equal(core.frame().pc, 0xfffffffe);
  });

  it('locks up on a fault in the NMI handler', () => {
    const core = new SimulatedCore();
    core.setCode([0xde00], handler(NMI));
    core.exceptions.pend(NMI);
    core.run(100);
    assert.equal(core.core.lockup, true);
  });

  it('locks up where HardFault cannot stack its frame', () => {
    const core = new SimulatedCore([0xde00]);
    core.r[13] = 0x30000000;
    core.run(100);
    assert.equal(core.core.lockup, true);
    assert.equal(core.registers.ipsr, HARDFAULT);
  });

  it('takes HardFault where an interrupt cannot stack its frame; the interrupt stays pending', () => {
    const core = coreWithInterrupts();
    core.r[13] = 0x30000000;
    core.exceptions.pend(IRQ0);
    core.run(4);
    assert.equal(core.registers.ipsr, HARDFAULT);
    assert.equal(core.core.lockup, false);
    assert.equal(core.exceptions.isPending(IRQ0), true);
  });

  it('takes HardFault where the process stack cannot be read back', () => {
    const core = coreWithInterrupts();
    returnAtOnce(core, IRQ0);
    core.registers.psp = 0x20002000;
    core.registers.control = 2;
    core.exceptions.pend(IRQ0);
    core.step();
    core.registers.psp = 0x30000000;
    core.run(4);
    assert.equal(core.registers.ipsr, HARDFAULT);
    assert.equal(core.r[14], THREAD_PROCESS);
  });

  it('locks up at reset where the vectors cannot be read', () => {
    const core = new SimulatedCore();
    core.bus.alias = Object.assign(Object.create(core.bus.flash), { size: 0 });
    core.core.reset();
    assert.equal(core.core.lockup, true);
  });
});

describe('Exceptions: privilege', () => {
  const MSR_CONTROL = [0xf380, 0x8814]; // MSR CONTROL, r0
  const unprivileged = (code: readonly number[]) => {
    const core = new SimulatedCore([...MSR_CONTROL, ...code]);
    core.r[0] = 1;
    core.step();
    assert.equal(core.registers.privileged, false);
    return core;
  };

  it('keeps unprivileged code from the private peripheral bus', () => {
    const core = unprivileged([0x6808]);
    core.r[1] = ICSR | 0;
    core.run(1);
    assert.equal(core.registers.ipsr, HARDFAULT);
    assert.equal(core.registers.privileged, true, 'handlers are privileged');
  });

  it('ignores CPS, and MSR to everything but the flags', () => {
    const core = unprivileged([CPSID, 0xf380, 0x8810, 0xf380, 0x8809, 0xf380, 0x8814, 0xf380, 0x8800]);
    core.step();
    core.r[0] = 0xf0000000 | 0;
    for (let i = 0; i < 4; i++) core.step();
    assert.equal(core.registers.primask, 0);
    assert.equal(core.registers.psp, 0);
    assert.equal(core.registers.control, 1);
    assert.equal(core.registers.flags >>> 28, 15);
  });

  it('reads stack pointers and PRIMASK as zero, CONTROL as it is', () => {
    const core = unprivileged([0xf3ef, 0x8108, 0xf3ef, 0x8210, 0xf3ef, 0x8314]); // MRS r1 MSP, r2 PRIMASK, r3 CONTROL
    core.r.fill(9, 1, 4);
    for (let i = 0; i < 3; i++) core.step();
    assert.deepEqual([...core.r.subarray(1, 4)], [0, 0, 1]);
  });

  it('returns to unprivileged code after a handler', () => {
    const core = unprivileged([SVC]);
    returnAtOnce(core, SVCALL);
    core.step();
    assert.equal(core.registers.privileged, true);
    core.step();
    assert.equal(core.registers.privileged, false);
  });

  it('does not change SPSEL in a handler', () => {
    const core = new SimulatedCore([SVC]);
    core.setCode(MSR_CONTROL, handler(SVCALL));
    core.step();
    core.r[0] = 3;
    core.step();
    assert.equal(core.registers.control, 1);
  });
});

describe('Exceptions: sleep', () => {
  it('sleeps in WFI until an interrupt, and passes time', () => {
    const core = coreWithInterrupts([WFI, NOP]);
    core.run(1000);
    assert.equal(core.core.sleeping, 'wfi');
    assert(core.core.cycles >= 1000);
    assert(core.core.instructions < 5);
    core.exceptions.pend(IRQ0);
    core.run(2);
    assert.equal(core.core.sleeping, 'awake');
    assert.equal(core.frame().pc, core.origin + 2);
  });

  it('wakes from WFI with PRIMASK set, without taking the interrupt', () => {
    const core = coreWithInterrupts([CPSID, WFI, NOP]);
    core.run(100);
    core.exceptions.pend(IRQ0);
    core.run(2);
    assert.equal(core.core.sleeping, 'awake');
    assert.equal(core.registers.ipsr, 0);
  });

  it('does not wake from WFI for an interrupt that is disabled', () => {
    const core = new SimulatedCore([WFI]);
    core.run(10);
    core.exceptions.pend(IRQ0);
    core.run(10);
    assert.equal(core.core.sleeping, 'wfi');
  });

  it('passes WFE once after SEV', () => {
    const core = new SimulatedCore([SEV, WFE, NOP, WFE, NOP]);
    core.run(100);
    assert.equal(core.core.sleeping, 'wfe');
    assert.equal(core.registers.pc, core.origin + 8);
  });

  it('wakes from WFE for a disabled interrupt only with SEVONPEND', () => {
    const core = new SimulatedCore([WFE, NOP]);
    core.run(10);
    core.exceptions.pend(IRQ0);
    core.run(10);
    assert.equal(core.core.sleeping, 'wfe');
    core.exceptions.unpend(IRQ0);
    core.writePrivate(SCR, 0x10);
    core.exceptions.pend(IRQ0);
    core.run(2);
    assert.equal(core.core.sleeping, 'awake');
  });

  it('sleeps on exit when SLEEPONEXIT is set', () => {
    const core = coreWithInterrupts();
    returnAtOnce(core, IRQ0);
    core.writePrivate(SCR, 2);
    core.exceptions.pend(IRQ0);
    core.run(200);
    assert.equal(core.core.sleeping, 'wfi');
    assert.equal(core.registers.pc, core.origin);
  });

  it('does not sleep while it is stepped', () => {
    const core = new SimulatedCore([WFI, NOP]);
    core.step();
    assert.equal(core.core.sleeping, 'awake');
    assert.equal(core.registers.pc, core.origin + 2);
  });
});
