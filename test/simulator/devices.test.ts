// The peripherals of the board by their registers: what firmware and a peripheral view see (RM0091).
import assert from 'node:assert/strict';
import { Board } from '../../src/simulator/board';
import { IRQ0 } from '../../src/simulator/core/exceptions';
import { TIM2_IRQ } from '../../src/simulator/devices/tim2';
import { USART1_IRQ } from '../../src/simulator/devices/usart1';
import { handler, SimulatedCore } from './simulatedCore';

const RCC = 0x40021000;
const FLASH = 0x40022000;
const TIM2 = 0x40000000;
const USART1 = 0x40013800;
const GPIOA = 0x48000000;
const SYSCFG = 0x40010000;
const SYST_CSR = 0xe000e010;
const SYST_RVR = 0xe000e014;
const SYST_CVR = 0xe000e018;

/** A board whose core loops over NOPs. */
function looping(): SimulatedCore {
  const core = new SimulatedCore([0xbf00, 0xe7fd]);
  core.core.halted = false;
  return core;
}

describe('SysTick', () => {
  it('counts down, wraps after RVR + 1 cycles, and clears COUNTFLAG when software reads it', () => {
    const core = looping();
    core.writePrivate(SYST_RVR, 99);
    core.writePrivate(SYST_CVR, 5);
    core.writePrivate(SYST_CSR, 5);
    core.board.advance(50);
    const value = core.readPrivate(SYST_CVR);
    assert(value > 40 && value < 55, String(value));
    assert.equal(core.readPrivate(SYST_CSR, true) & 0x10000, 0);
    core.board.advance(60);
    assert.equal(core.readPrivate(SYST_CSR, true) & 0x10000, 0x10000);
    assert.equal(core.readPrivate(SYST_CSR) & 0x10000, 0x10000, 'the debugger did not clear it');
    assert.equal(core.readPrivate(SYST_CSR) & 0x10000, 0);
  });

  it('counts an eighth of the core clock where CLKSOURCE is clear', () => {
    const core = looping();
    core.writePrivate(SYST_RVR, 99);
    core.writePrivate(SYST_CSR, 1);
    core.board.advance(8 * 50);
    const value = core.readPrivate(SYST_CVR);
    assert(value > 45 && value < 55, String(value));
  });

  it('keeps its count while it is disabled, and stands still while the core is halted', () => {
    const core = looping();
    core.writePrivate(SYST_RVR, 999);
    core.writePrivate(SYST_CSR, 5);
    core.board.advance(500);
    core.writePrivate(SYST_CSR, 4);
    const stopped = core.readPrivate(SYST_CVR);
    core.board.advance(100);
    assert.equal(core.readPrivate(SYST_CVR), stopped);
    core.writePrivate(SYST_CSR, 5);
    core.core.halted = true;
    core.board.advance(100);
    assert.equal(core.readPrivate(SYST_CVR), stopped);
  });

  it('raises its exception once a period', () => {
    const core = looping();
    core.writePrivate(SYST_RVR, 99);
    core.writePrivate(SYST_CSR, 7);
    core.setCode([0x3401, 0x4770], 0x08001000 + 0x20 * 15); // ADDS r4, #1; BX lr
    core.board.advance(1050);
    assert.equal(core.r[4], 10);
  });
});

describe('TIM2', () => {
  it('counts clocks divided by PSC + 1 from 0 to ARR', () => {
    const { board, bus } = looping();
    bus.write(TIM2 + 0x28, 9, 4);
    bus.write(TIM2 + 0x2c, 99, 4);
    bus.write(TIM2 + 0x14, 1, 4); // UG takes the prescaler over
    bus.write(TIM2 + 0x10, 0, 4);
    bus.write(TIM2, 1, 4);
    board.advance(505);
    assert.equal(bus.read(TIM2 + 0x24, 4), 50);
    assert.equal(bus.read(TIM2 + 0x10, 4), 0);
    board.advance(500);
    assert.equal(bus.read(TIM2 + 0x24, 4), 0);
    assert.equal(bus.read(TIM2 + 0x10, 4), 1);
    board.advance(100_000);
    assert.equal(bus.read(TIM2 + 0x24, 4), 0);
  });

  it('interrupts at each update while UIE is set', () => {
    const core = looping();
    core.bus.write(TIM2 + 0x2c, 199, 4);
    core.bus.write(TIM2 + 0x0c, 1, 4);
    core.bus.write(TIM2, 1, 4);
    core.board.advance(150);
    assert.equal(core.exceptions.isPending(IRQ0 + TIM2_IRQ), false);
    core.board.advance(100);
    assert.equal(core.exceptions.isPending(IRQ0 + TIM2_IRQ), true);
  });

  it('stops after one period in one-pulse mode, and counts on while the core is halted unless DBGMCU says no', () => {
    const { board, bus, core } = looping();
    bus.write(TIM2 + 0x2c, 99, 4);
    bus.write(TIM2, 9, 4);
    board.advance(250);
    assert.equal(bus.read(TIM2, 4), 8);
    assert.equal(bus.read(TIM2 + 0x24, 4), 0);
    bus.write(TIM2 + 0x2c, 0xffffffff, 4);
    bus.write(TIM2, 1, 4);
    core.halted = true;
    board.advance(100);
    assert.equal(bus.read(TIM2 + 0x24, 4), 100);
    bus.write(0x40015808, 1, 4);
    board.advance(100);
    assert.equal(bus.read(TIM2 + 0x24, 4), 100);
  });
});

describe('USART1', () => {
  const send = (bytes: number[], onUsart?: (byte: number) => void) => {
    const board = new Board(onUsart ? { onUsart } : {});
    board.bus.write(USART1 + 0x0c, 16, 4);
    board.bus.write(USART1, 0x2d, 4);
    for (const byte of bytes) board.bus.write(USART1 + 0x28, byte, 4);
    return board;
  };
  const isr = (board: Board) => board.bus.read(USART1 + 0x1c, 4);

  it('sends a byte in ten bit times, to the log and to itself', () => {
    const log: number[] = [];
    const board = send([0x41], (byte) => log.push(byte));
    assert.equal(isr(board), 0x80);
    board.advance(159);
    assert.deepEqual(log, []);
    board.advance(1);
    assert.deepEqual(log, [0x41]);
    assert.equal(isr(board), 0xe0);
    assert.equal(board.cores[0]!.core.exceptions.isPending(IRQ0 + USART1_IRQ), true);
    assert.equal(board.bus.read(USART1 + 0x24, 4), 0x41);
    assert.equal(isr(board), 0xc0);
  });

  it('holds a second byte in TDR, and reports an overrun where nobody reads', () => {
    const log: number[] = [];
    const board = send([1, 2], (byte) => log.push(byte));
    assert.equal(isr(board), 0);
    board.advance(330);
    assert.deepEqual(log, [1, 2]);
    assert.equal(isr(board) & 0x28, 0x28);
    assert.equal(board.bus.read(USART1 + 0x24, 4), 1);
    board.bus.write(USART1 + 0x20, 8, 4);
    assert.equal(isr(board), 0xc0);
  });

  it('sends nothing while it is off', () => {
    const board = new Board();
    board.bus.write(USART1 + 0x28, 0x41, 4);
    board.advance(1000);
    assert.equal(isr(board), 0xc0);
  });
});

describe('GPIO', () => {
  it('drives outputs by ODR, BSRR and BRR, and reads them back', () => {
    const { bus } = new Board();
    bus.write(GPIOA, 0x28000005, 4);
    bus.write(GPIOA + 0x18, 0x00000003, 4);
    assert.equal(bus.read(GPIOA + 0x10, 4) & 3, 3);
    bus.write(GPIOA + 0x18, 0x00010001, 4);
    assert.equal(bus.read(GPIOA + 0x14, 4), 3, 'setting wins');
    bus.write(GPIOA + 0x28, 1, 4);
    assert.equal(bus.read(GPIOA + 0x14, 4), 2);
  });

  it('reads inputs as driven, else as pulled', () => {
    const board = new Board();
    const level = () => board.bus.read(GPIOA + 0x10, 4) & 1;
    assert.equal(level(), 0);
    board.bus.write(GPIOA + 0x0c, 0x24000001, 4);
    assert.equal(level(), 1);
    const { gpio, pin } = board.findPin('PA0');
    gpio.drive(pin, false);
    assert.equal(level(), 0);
    gpio.drive(pin, undefined);
    assert.equal(level(), 1);
  });

  it('keeps the other bytes at narrow writes', () => {
    const { bus } = new Board();
    bus.write(GPIOA + 0x20, 0x11223344, 4);
    bus.write(GPIOA + 0x21, 0xff, 1);
    bus.write(GPIOA + 0x22, 0xabcd, 2);
    assert.equal(bus.read(GPIOA + 0x20, 4), 0xabcdff44);
    assert.equal(bus.read(GPIOA + 0x23, 1), 0xab);
  });
});

describe('RCC, SYSCFG and resets', () => {
  it('reports oscillators ready and clock switches made', () => {
    const { bus } = new Board();
    bus.write(RCC, 0x01010083, 4);
    assert.equal(bus.read(RCC, 4), 0x03030083);
    bus.write(RCC + 4, 2, 4);
    assert.equal(bus.read(RCC + 4, 4), 0x0a);
  });

  it('remembers why it was reset until it is told to forget', () => {
    const core = new SimulatedCore();
    const flags = () => core.bus.read(RCC + 0x24, 4) >>> 24;
    assert.equal(flags() & 0x0c, 0x0c);
    core.bus.write(RCC + 0x24, 1 << 24, 4);
    assert.equal(flags(), 0);
    core.writePrivate(0xe000ed0c, 0x05fa0004, true);
    assert.equal(flags(), 0x14);
  });

  it('remaps address 0 by MEM_MODE', () => {
    const { bus } = new SimulatedCore();
    assert.equal(bus.read(0, 4), 0x20003000);
    bus.write(SYSCFG, 3, 4);
    bus.write(0x20000000, 0x12345678, 4);
    assert.equal(bus.read(0, 4), 0x12345678);
    bus.write(SYSCFG, 1, 4);
    assert.equal(bus.read(0, 4), 0x20000400);
  });

  it('resets when software asks, between two instructions', () => {
    const core = looping();
    core.setCode([0x6001, 0x2605]); // STR r1, [r0]; MOVS r6, #5
    core.r[0] = 0xe000ed0c | 0;
    core.r[1] = 0x05fa0004;
    core.board.advance(20);
    assert.equal(core.r[6], 0);
    assert.equal(core.registers.pc >>> 12, 0x08001);
  });
});

describe('A reset by an instruction that is stepped', () => {
  it('happens after the instruction, and the core runs on', () => {
    const core = new SimulatedCore([0x6001]); // STR r1, [r0]
    core.r[0] = 0xe000ed0c | 0;
    core.r[1] = 0x05fa0004;
    core.step();
    assert.equal(core.registers.pc, handler(1));
    assert.equal(core.core.halted, false);
  });
});

describe('The flash controller', () => {
  const unlock = (board: Board) => {
    board.bus.write(FLASH + 4, 0x45670123, 4);
    board.bus.write(FLASH + 4, 0xcdef89ab, 4);
  };

  it('stays locked until reset after a wrong key', () => {
    const board = new Board();
    board.bus.write(FLASH + 4, 0x45670123, 4);
    board.bus.write(FLASH + 4, 1, 4);
    unlock(board);
    assert.equal(board.bus.read(FLASH + 0x10, 4) & 0x80, 0x80);
    board.holdReset('button', true);
    board.holdReset('button', false);
    unlock(board);
    assert.equal(board.bus.read(FLASH + 0x10, 4) & 0x80, 0);
  });

  it('programs half-words, onto erased cells or to zero', () => {
    const board = new Board();
    assert.throws(() => board.bus.write(0x08000000, 1, 2));
    unlock(board);
    board.bus.write(FLASH + 0x10, 1, 4);
    board.bus.write(0x08000000, 0x1234, 2);
    assert.equal(board.bus.read(FLASH + 0x0c, 4), 0x20);
    board.bus.write(0x08000000, 0x5678, 2);
    assert.equal(board.bus.read(FLASH + 0x0c, 4), 0x24);
    board.bus.write(0x08000000, 0, 2);
    assert.equal(board.bus.read(0x08000000, 4), 0xffff0000);
    assert.throws(() => board.bus.write(0x08000004, 1, 4));
    board.bus.write(FLASH + 0x0c, 0x24, 4);
    assert.equal(board.bus.read(FLASH + 0x0c, 4), 0);
  });

  it('keeps option bytes with their complement, and loads them at a reset', () => {
    const board = new Board();
    unlock(board);
    board.bus.write(FLASH + 8, 0x45670123, 4);
    board.bus.write(FLASH + 8, 0xcdef89ab, 4);
    board.bus.write(FLASH + 0x10, 0x220, 4);
    board.bus.write(FLASH + 0x10, 0x260, 4);
    assert.equal(board.bus.read(0x1ffff800, 4), 0xffffffff);
    board.bus.write(FLASH + 0x10, 0x210, 4);
    board.bus.write(0x1ffff800, 0xaa, 2);
    board.bus.write(0x1ffff808, 0xfe, 2);
    assert.equal(board.bus.read(0x1ffff808, 2), 0x01fe);
    assert.equal(board.bus.read(FLASH + 0x20, 4), 0xffffffff);
    board.bus.write(FLASH + 0x10, 0x2000, 4);
    assert.equal(board.bus.read(FLASH + 0x20, 4), 0xfffffffe);
    assert.equal(board.bus.read(FLASH + 0x1c, 4) & 6, 0);
  });
});

describe('Two cores', () => {
  it('share memory, take turns, and boot from their own vectors', () => {
    const board = new Board({ cores: 2 });
    const code = [0x6801, 0x3101, 0x6001, 0xe7fb]; // LDR r1, [r0]; ADDS r1, #1; STR r1, [r0]; B back
    for (const [i, base] of [0x08000000, 0x08010000].entries()) {
      const offset = base - 0x08000000;
      board.bus.flash.s32[offset >> 2] = 0x20002000 + 0x1000 * i;
      board.bus.flash.s32[(offset >> 2) + 1] = base + 0x101;
      board.bus.flash.u16.set(code, (offset + 0x100) >> 1);
    }
    board.holdReset('button', true);
    board.holdReset('button', false);
    board.cores.forEach(({ core }, i) => {
      assert.equal(core.registers.pc, 0x08000100 + 0x10000 * i);
      core.registers.r[0] = 0x20000000 + 4 * i;
    });
    board.advance(10_000);
    const [first, second] = [board.bus.read(0x20000000, 4), board.bus.read(0x20000004, 4)];
    assert(first > 500 && Math.abs(first - second) < 50, `${first}, ${second}`);
  });

  it('wake each other by SEV', () => {
    const board = new Board({ cores: 2 });
    const [first, second] = board.cores.map(({ core }) => core);
    board.bus.ram.u16.set([0xbf40, 0xe7fe], 0); // SEV; stay
    board.bus.ram.u16.set([0xbf20, 0x2607, 0xe7fe], 16); // WFE; MOVS r6, #7; stay
    first!.registers.pc = 0x20000000;
    second!.registers.pc = 0x20000020;
    first!.halted = true;
    board.advance(1000);
    assert.equal(second!.sleeping, 'wfe');
    first!.halted = false;
    board.advance(1000);
    assert.equal(second!.registers.r[6], 7);
  });
});
