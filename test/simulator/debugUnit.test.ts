// The debug registers as a debugger uses them through the access port (DDI0419 C1).
import assert from 'node:assert/strict';
import { HARDFAULT, IRQ0, SVCALL } from '../../src/simulator/core/exceptions';
import { handler, SimulatedCore } from './simulatedCore';

const DFSR = 0xe000ed30;
const DHCSR = 0xe000edf0;
const DCRSR = 0xe000edf4;
const DCRDR = 0xe000edf8;
const DEMCR = 0xe000edfc;
const KEY = 0xa05f0000;
const BP_CTRL = 0xe0002000;
const DWT_COMP0 = 0xe0001020;
const NOP = 0xbf00;

class Debugged extends SimulatedCore {
  constructor(code: readonly number[] = []) {
    super(code);
    this.write(DHCSR, KEY | 3);
  }
  read(address: number): number {
    return this.readPrivate(address, true) >>> 0;
  }
  write(address: number, value: number): void {
    this.writePrivate(address, value, true);
  }
  resume(cycles: number): void {
    this.write(DHCSR, KEY | 1);
    this.core.run(cycles);
  }
}

describe('The debug unit', () => {
  it('ignores DHCSR writes without the key', () => {
    const core = new SimulatedCore();
    core.writePrivate(DHCSR, 3, true);
    assert.equal(core.core.halted, false);
  });

  it('is not reached by software', () => {
    const core = new SimulatedCore();
    core.writePrivate(DHCSR, KEY | 3);
    assert.equal(core.core.halted, false);
    core.writePrivate(DHCSR, KEY | 3, true);
    assert.equal(core.readPrivate(DHCSR), 0);
  });

  it('tells once about a reset and about retired instructions', () => {
    const core = new Debugged([NOP]);
    assert.equal(core.read(DHCSR) & 0x02000000, 0x02000000);
    assert.equal(core.read(DHCSR) & 0x03000000, 0);
    core.write(DHCSR, KEY | 5);
    assert.equal(core.read(DHCSR) & 0x01020004, 0x01020004);
    assert.equal(core.read(DHCSR) & 0x01000000, 0);
    assert.equal(core.registers.pc, core.origin + 2);
  });

  it('lets the core run when C_DEBUGEN is cleared', () => {
    const core = new Debugged([NOP]);
    core.write(DHCSR, KEY);
    assert.equal(core.core.halted, false);
  });

  it('transfers registers only while the core is halted', () => {
    const core = new Debugged();
    core.write(DCRDR, 0x1234);
    core.write(DCRSR, 0x10003);
    assert.equal(core.r[3], 0x1234);
    core.resume(1);
    core.write(DCRDR, 0x9999);
    core.write(DCRSR, 0x10003);
    assert.equal(core.r[3], 0x1234);
  });

  it('steps into an exception and stops before its first instruction', () => {
    const core = new Debugged([0xdf00]);
    core.write(DHCSR, KEY | 5);
    assert.equal(core.registers.pc, handler(SVCALL));
    assert.equal(core.core.halted, true);
  });

  it('holds interrupts, but not SVC, while C_MASKINTS is set', () => {
    const core = new Debugged([NOP, 0xdf00]);
    core.exceptions.irqEnabled = 1;
    core.exceptions.pend(IRQ0);
    core.write(DHCSR, KEY | 13);
    assert.equal(core.registers.pc, core.origin + 2);
    core.write(DHCSR, KEY | 13);
    assert.equal(core.registers.ipsr, SVCALL);
  });

  it('stops before the instruction at a breakpoint in the code region, in each half of a word', () => {
    for (const [comparator, address] of [
      [0x40000001, 0x08001020],
      [0x80000001, 0x08001022],
    ] as const) {
      const core = new Debugged();
      core.write(BP_CTRL, 3);
      core.write(BP_CTRL + 8, (comparator | 0x08001020) >>> 0);
      core.registers.pc = 0x08001020;
      core.resume(50);
      assert.equal(core.registers.pc, address);
      assert.equal(core.read(DFSR), 3);
      core.write(DFSR, 2);
      assert.equal(core.read(DFSR), 1);
    }
  });

  it('gives a pending exception precedence over a breakpoint at the PC', () => {
    const core = new Debugged();
    core.exceptions.irqEnabled = 1;
    core.registers.pc = 0x08001020;
    core.write(BP_CTRL, 3);
    core.write(BP_CTRL + 8, 0x48001021);
    core.exceptions.pend(IRQ0);
    core.resume(1);
    assert.equal(core.registers.ipsr, IRQ0);
  });

  it('stops after an access to a watched range, and says which comparator matched', () => {
    const store = 0x6008; // STR r0, [r1]
    const load = 0x6808;
    for (const [kind, code, stops] of [
      [6, store, true],
      [6, load, false],
      [5, load, true],
      [5, store, false],
      [7, load, true],
    ] as const) {
      const core = new Debugged([code, NOP]);
      core.write(DEMCR, 0x01000000);
      core.write(DWT_COMP0 + 0x10, 0x20002000);
      core.write(DWT_COMP0 + 0x14, 3);
      core.write(DWT_COMP0 + 0x18, kind);
      core.r[1] = 0x20002004;
      core.resume(20);
      assert.equal(core.core.halted, stops, `kind ${kind}, opcode ${code.toString(16)}`);
      if (!stops) continue;
      assert.equal(core.registers.pc, core.origin + 2);
      assert.equal(core.read(DFSR) & 4, 4);
      assert.equal(core.read(DWT_COMP0 + 0x18) & 0x01000000, 0x01000000);
      assert.equal(core.read(DWT_COMP0 + 0x18) & 0x01000000, 0, 'MATCHED clears when read');
      assert.equal(core.read(DWT_COMP0 + 0x08) & 0x01000000, 0, 'the other comparator did not match');
    }
  });

  it('stops after an instruction whose address is watched', () => {
    const core = new Debugged([NOP, NOP, NOP]);
    core.write(DEMCR, 0x01000000);
    core.write(DWT_COMP0, core.origin + 2);
    core.write(DWT_COMP0 + 8, 4);
    core.resume(20);
    assert.equal(core.registers.pc, core.origin + 4);
    assert.equal(core.read(DFSR) & 4, 4);
  });

  it('stops at BKPT, with the PC on it', () => {
    const core = new Debugged([NOP, 0xbeab]);
    core.resume(20);
    assert.equal(core.registers.pc, core.origin + 2);
    assert.equal(core.read(DFSR) & 2, 2);
  });

  it('catches a HardFault and a reset', () => {
    const core = new Debugged([0xde00]);
    core.write(DEMCR, 0x401);
    core.resume(20);
    assert.equal(core.registers.pc, handler(HARDFAULT));
    assert.equal(core.read(DFSR) & 8, 8);
    core.writePrivate(0xe000ed0c, 0x05fa0004, true);
    assert.equal(core.core.halted, true);
    assert.equal(core.registers.pc, handler(1));
  });

  it('survives a system reset but not the loss of power', () => {
    const core = new Debugged();
    core.write(DEMCR, 0x01000401);
    core.writePrivate(0xe000ed0c, 0x05fa0004, true);
    assert.equal(core.read(DEMCR), 0x01000401);
    core.board.setPower(false);
    core.board.setPower(true);
    assert.equal(core.read(DEMCR), 0);
    assert.equal(core.core.debugEnabled, false);
  });

  it('halts at once when a reset is let go in which it was told to', () => {
    const core = new Debugged();
    core.board.holdReset('button', true);
    core.write(DHCSR, KEY | 3);
    assert.equal(core.read(DHCSR) & 0x02020000, 0x02000000);
    core.board.holdReset('button', false);
    assert.equal(core.core.halted, true);
    assert.equal(core.registers.pc, handler(1));
  });
});
