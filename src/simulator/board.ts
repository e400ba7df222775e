// The board: an STM32F072 look-alike put together from cores, memories and peripherals, its reset and power, and its
// time in cycles. Pacing by the wall clock is in pacer.ts.
import { Bus, Memory } from './bus';
import { CoreComplex } from './coreComplex';
import { DebugPort } from './dap';
import { FlashController } from './devices/flash';
import { Gpio } from './devices/gpio';
import type { RegisterBlock, ResetCause, Scheduler, TimedDevice } from './devices/registerBlock';
import { Dbgmcu, Pwr, Rcc, Syscfg } from './devices/systemControl';
import { createSystemMemory } from './devices/systemMemory';
import { Tim2 } from './devices/tim2';
import { Usart1 } from './devices/usart1';
import type { Image } from './image';
import { Tap } from './jtag';
import { FLASH, RAM, SECOND_CORE_VECTORS } from './memoryMap';

/** JTAG IDCODE of a Cortex-M0's debug port, which OpenOCD's target/stm32f0x.cfg expects. */
const IDCODE = 0x0bb11477;
const REGISTER_BLOCK_BYTES = 0x400;
/** With two cores each runs for so many cycles before the other has its turn. */
const TURN_CYCLES = 200;
const PORTS = 'ABCDEF';

export interface BoardOptions {
  /** 1 or 2. */
  cores?: number;
  /** Answer packed transfers, which a real Cortex-M0 does not; on unless switched off. */
  packedTransfers?: boolean;
  /** A byte left USART1. */
  onUsart?: (byte: number) => void;
}

export class Board implements Scheduler {
  readonly bus = new Bus(
    new Memory(FLASH.base, FLASH.bytes, 0xff),
    new Memory(RAM.base, RAM.bytes),
    createSystemMemory(FLASH.bytes),
  );
  readonly cores: readonly CoreComplex[];
  readonly port: DebugPort;
  readonly tap: Tap;
  readonly peripherals: readonly RegisterBlock[];
  private readonly gpio: readonly Gpio[];
  private readonly timed: readonly TimedDevice[];
  private readonly tim2: Tim2;
  private readonly dbgmcu = new Dbgmcu();
  /** Cycles since power-on, without the turn that is running. */
  private elapsed = 0;
  /** The core whose turn it is and its cycle count when the turn began. */
  private turn: { core: CoreComplex; start: number } | undefined;
  private isPowered = true;
  /** Why the reset that a core was asked to make between two instructions happens. */
  private requestedReset: ResetCause = 'software';
  /** The two that can hold the reset line: the debug adapter and the button of the control port. */
  private readonly resetHeldBy = new Set<'adapter' | 'button'>();

  constructor(options: BoardOptions = {}) {
    const { bus } = this;
    const packed = options.packedTransfers ?? true;
    const vectors = [
      () => 0,
      () => (bus.read(SECOND_CORE_VECTORS, 4) === 0xffffffff ? bus.system.base : SECOND_CORE_VECTORS),
    ];
    this.cores = vectors.slice(0, options.cores ?? 1).map((base) => new CoreComplex(bus, base, packed));
    this.gpio = [...PORTS].map((port, i) => new Gpio(port, 0x48000000 + i * REGISTER_BLOCK_BYTES));
    this.tim2 = new Tim2(this);
    const usart1 = new Usart1(this, options.onUsart ?? (() => undefined));
    this.timed = [this.tim2, usart1];
    const flash = new FlashController(bus);
    const control = [new Rcc(), flash, new Pwr(), new Syscfg(bus), this.dbgmcu];
    this.peripherals = [...control, ...this.gpio, this.tim2, usart1];
    for (const block of this.peripherals) bus.map(block.base, REGISTER_BLOCK_BYTES, block);
    this.port = new DebugPort(
      IDCODE,
      this.cores.map((complex) => complex.accessPort),
    );
    this.tap = new Tap(this.port);
    this.tap.onSystemReset = (asserted) => this.holdReset('adapter', asserted);
    flash.onOptionLoad = () => this.requestReset('options');
    for (const { core, privateBus } of this.cores) {
      privateBus.onSystemReset = () => this.reset('software');
      core.onResetRequest = () => this.reset(this.requestedReset);
      core.onSendEvent = () => {
        for (const other of this.cores) other.core.exceptions.event = true;
      };
    }
    this.powerOnReset();
  }

  /** Puts an image into memory and resets, as if it had been there at power-on. */
  load(image: Image): void {
    for (const { address, bytes } of image.segments) {
      const memory = address >= RAM.base ? this.bus.ram : this.bus.flash;
      memory.u8.set(bytes, address - memory.base);
    }
    this.reset('power');
  }

  // Time.

  now(): number {
    return this.elapsed + (this.turn ? this.turn.core.core.cycles - this.turn.start : 0);
  }

  rescheduled(): void {
    this.turn?.core.core.stopSoon();
  }

  setInterrupt(irq: number, high: boolean): void {
    for (const { core } of this.cores) core.exceptions.setLine(irq, high);
  }

  /** True while no core would execute anything even if time passed: halted, in reset, or without power. */
  get isStill(): boolean {
    return !this.isPowered || this.resetHeldBy.size > 0 || this.cores.every(({ core }) => core.halted);
  }

  /** Lets `cycles` cycles pass. */
  advance(cycles: number): void {
    if (!this.isPowered || this.resetHeldBy.size > 0) return;
    for (const end = this.elapsed + cycles; this.elapsed < end; ) {
      const next = Math.min(...this.timed.map((device) => device.nextEvent));
      const span = Math.max(1, Math.min(end, next) - this.elapsed);
      this.elapsed += this.runCores(this.cores.length > 1 ? Math.min(span, TURN_CYCLES) : span);
      for (const device of this.timed) if (this.elapsed >= device.nextEvent) device.service();
    }
  }

  /** One turn for every core; @returns the cycles that passed. */
  private runCores(span: number): number {
    for (const complex of this.cores) {
      const { core } = complex;
      if (core.halted) continue;
      this.turn = { core: complex, start: core.cycles };
      core.run(span);
      const used = core.cycles - this.turn.start;
      this.turn = undefined;
      // A timer that was set meanwhile shortens the turn; a halt does not stop the time of the board.
      if (!core.halted) span = Math.max(1, used);
    }
    if (this.cores[0]?.core.halted && this.dbgmcu.stopsTim2) this.tim2.freeze(span);
    return span;
  }

  // Reset and power.

  /** A reset that an instruction asked for happens when that instruction is over. */
  private requestReset(cause: ResetCause): void {
    const asking = this.cores.find(({ core }) => core.executing);
    if (!asking) {
      this.reset(cause);
      return;
    }
    this.requestedReset = cause;
    asking.core.requestReset();
  }

  /** A system reset: everything but debug settings, RAM, flash and the pins' outside world. */
  private reset(cause: ResetCause): void {
    this.requestedReset = 'software';
    for (const block of this.peripherals) block.reset(cause);
    for (const complex of this.cores) complex.reset();
  }

  private powerOnReset(): void {
    this.port.reset();
    this.tap.reset();
    for (const { debugUnit } of this.cores) debugUnit.powerOnReset();
    this.reset('power');
  }

  /** Holds the reset line low, or lets it go. The core begins anew once nobody holds it. */
  holdReset(who: 'adapter' | 'button', held: boolean): void {
    const before = this.resetHeldBy.size;
    if (held) this.resetHeldBy.add(who);
    else this.resetHeldBy.delete(who);
    if (this.resetHeldBy.size > 0 === before > 0) return;
    this.reset('pin');
    for (const complex of this.cores) {
      if (held) complex.privateBus.inReset = true;
      else complex.leaveReset();
    }
  }

  get powered(): boolean {
    return this.isPowered;
  }

  /** Without power the debug port is silent, and RAM is lost; flash and option bytes stay. */
  setPower(on: boolean): void {
    if (on === this.isPowered) return;
    this.isPowered = on;
    this.tap.powered = on;
    this.bus.ram.u8.fill(0);
    this.powerOnReset();
  }

  /** A core that has died answers the debugger no more; the others go on. @throws RangeError for a core that is not there */
  setCoreDead(index: number, isDead: boolean): void {
    const complex = this.cores[index];
    if (!complex) throw new RangeError(`There is no core ${index}: the board has ${this.cores.length}.`);
    complex.accessPort.isDead = isDead;
  }

  // The world outside.

  /** A pin by a name such as `PA0`. @throws RangeError for a pin that does not exist */
  findPin(name: string): { gpio: Gpio; pin: number } {
    const [, port = '?', pin] = /^P([A-F])(\d|1[0-5])$/.exec(name) ?? [];
    const gpio = this.gpio[PORTS.indexOf(port)];
    if (!gpio) throw new RangeError(`There is no pin “${name}”. Pins are PA0–PA15 to PF0–PF15.`);
    return { gpio, pin: Number(pin) };
  }

  /** Level of every pin, one word for each port. */
  get pinLevels(): Record<string, number> {
    return Object.fromEntries(this.gpio.map((gpio) => [gpio.port, gpio.levels]));
  }

  get stats(): BoardStats {
    return {
      scans: this.tap.scans,
      clocks: this.tap.clocks,
      apTransfers: this.port.transfers,
      instructions: this.cores.reduce((sum, { core }) => sum + core.instructions, 0),
      cycles: this.now(),
    };
  }
}

/** Counters since the board was made. */
export interface BoardStats {
  /** JTAG data register scans. */
  scans: number;
  /** Rising edges of TCK. */
  clocks: number;
  /** Transactions that reached an access port. */
  apTransfers: number;
  /** Instructions executed, by all cores. */
  instructions: number;
  /** Core clock cycles that passed. */
  cycles: number;
}
