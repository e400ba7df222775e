// One Armv6-M core: reset, running in slices, sleep, lockup, halting and stepping. The instructions are in execute.ts,
// the exceptions in exceptions.ts, the registers a debugger uses to get here in debugUnit.ts.
import { type Bus, BusFault, type Device, type Size } from '../bus';
import { Comparators } from './comparators';
import { type ExceptionHost, Exceptions, SVCALL, UndefinedInstruction } from './exceptions';
import { interpret, type Processor } from './execute';
import { Registers } from './registers';

/** Bits of DFSR: why the core halted (DDI0419 C1.6.1). */
export const Dfsr = { halted: 1, bkpt: 2, dwttrap: 4, vcatch: 8, external: 16 } as const;

/** The private peripheral bus: 0xE0000000–0xE00FFFFF, seen by this core and its access port alone. */
export const PRIVATE_BUS = 0xe0000000;
const isPrivate = (address: number) => address >>> 20 === PRIVATE_BUS >>> 20;

export class Core implements Processor, ExceptionHost {
  readonly registers = new Registers();
  readonly exceptions = new Exceptions(this.registers, this);
  readonly comparators = new Comparators();
  /** SysTick, NVIC, SCB, debug registers; set once by the core's owner. */
  privateBus: Device | undefined;

  /** Instructions executed since power-on. */
  instructions = 0;
  sliceCycles = 0;
  limit = 0;
  /** `cycles` at the beginning of the running slice. */
  private base = 0;
  /** `cycles` at which the present call of `run` ends. */
  private end = 0;
  /** `cycles` at which the core's own timer wants service. */
  nextEvent = Number.POSITIVE_INFINITY;
  onEvent: () => void = () => undefined;

  debugEnabled = false;
  maskInterrupts = false;
  catchReset = false;
  catchHardFault = false;
  halted = false;
  stepping = false;
  /** An instruction is being executed. */
  executing = false;
  dfsr = 0;
  /** DHCSR.S_RESET_ST and S_RETIRE_ST, cleared when read. */
  resetSeen = true;
  private retiredCount = 0;
  sleeping: 'awake' | 'wfi' | 'wfe' = 'awake';
  /** Software asked for a system reset; acted on between two instructions. */
  private resetRequested = false;
  onResetRequest: () => void = () => undefined;
  onSendEvent: () => void = () => undefined;

  /** @param vectorBase address of the vector table: 0 on a Cortex-M0, other for a second core that boots elsewhere */
  constructor(
    readonly bus: Bus,
    private readonly vectorBase: () => number,
  ) {}

  /** Cycles since power-on during which this core was not halted. */
  get cycles(): number {
    return this.base + this.sliceCycles;
  }

  get lockup(): boolean {
    return this.exceptions.lockup;
  }

  get fetchFilter(): number {
    return this.debugEnabled ? this.comparators.fetchFilter : 0;
  }

  get slowData(): boolean {
    return this.comparators.watchesData;
  }

  /** Reset (B1.5.5): debug settings survive, RAM is not touched. */
  reset(): void {
    this.registers.reset();
    this.exceptions.reset();
    this.sleeping = 'awake';
    this.resetRequested = false;
    this.halted = false;
    this.resetSeen = true;
    this.nextEvent = Number.POSITIVE_INFINITY;
    try {
      this.registers.msp = this.readVector(0);
      const entry = this.readVector(4);
      this.registers.pc = entry & ~1;
      this.registers.thumb = (entry & 1) !== 0;
    } catch (error) {
      if (!(error instanceof BusFault)) throw error;
      this.exceptions.lockup = true;
    }
    this.attention();
    if (this.debugEnabled && this.catchReset) this.halt(Dfsr.vcatch);
  }

  requestReset(): void {
    this.resetRequested = true;
    this.attention();
  }

  /** Runs for `budget` cycles, or less where it halts or `stopSoon` is called. Sleep passes time, a halt does not. */
  run(budget: number): void {
    this.end = this.cycles + budget;
    while (this.cycles < this.end) {
      if (this.resetRequested) this.onResetRequest();
      if (this.halted) return;
      if (!this.takePending()) {
        if (this.idle()) this.base = Math.max(this.base, Math.min(this.end, this.nextEvent));
        else this.slice(Math.min(this.end, this.nextEvent) - this.base);
      }
      this.settle();
    }
  }

  /** Ends the present call of `run` after the instruction it is in: a device's next event moved. */
  stopSoon(): void {
    this.end = 0;
    this.limit = 0;
  }

  attention(): void {
    this.limit = 0;
  }

  /** Enters Debug state. */
  halt(reason: number): void {
    this.dfsr |= reason;
    if (this.halted) return;
    this.halted = true;
    this.sleeping = 'awake';
    this.exceptions.lockup = false;
    this.attention();
  }

  resume(): void {
    this.halted = false;
  }

  /**
   * One instruction, or the entry of one pending exception, then Debug state again; done before this returns, so that
   * a debugger's next look at DHCSR finds the core halted (C1.5.1).
   */
  step(): void {
    this.halted = false;
    this.stepping = true;
    if (!this.takePending()) {
      this.slice(1);
      if (this.exceptions.isPending(SVCALL)) this.takePending();
    }
    this.stepping = false;
    this.settle();
    if (this.resetRequested) this.onResetRequest();
    else this.halt(Dfsr.halted);
  }

  /** True since the last call when an instruction completed (DHCSR.S_RETIRE_ST). */
  takeRetired(): boolean {
    const retired = this.instructions !== this.retiredCount;
    this.retiredCount = this.instructions;
    return retired;
  }

  // What the interpreter and the exceptions ask of the core.

  read(address: number, size: Size): number {
    if (this.comparators.watchesData && this.comparators.matchRead(address)) this.attention();
    if (isPrivate(address))
      return this.privateDevice(address, false).read(this.aligned(address, size), size, false) | 0;
    return this.bus.read(address, size) | 0;
  }

  write(address: number, value: number, size: Size): void {
    if (this.comparators.watchesData && this.comparators.matchWrite(address)) this.attention();
    if (isPrivate(address))
      this.privateDevice(address, true).write(this.aligned(address, size), value >>> 0, size, false);
    else this.bus.write(address, value, size);
  }

  readVector(offset: number): number {
    return this.bus.read(this.vectorBase() + offset, 4) | 0;
  }

  spend(cycles: number): void {
    this.sliceCycles += cycles;
  }

  hardFaultEntered(): void {
    if (this.catchHardFault && this.debugEnabled) this.halt(Dfsr.vcatch);
  }

  stopsBefore(address: number): boolean {
    if (this.comparators.isBreakpoint(address)) {
      this.halt(Dfsr.bkpt);
      return true;
    }
    if (this.comparators.matchPc(address)) this.attention();
    return false;
  }

  breakpointInstruction(): void {
    this.halt(Dfsr.bkpt);
  }

  /** WFI and WFE complete at once while stepping, and WFE where the event register is set (B1.5.16). */
  sleep(kind: 'wfi' | 'wfe'): void {
    if (kind === 'wfe' && this.exceptions.event) {
      this.exceptions.event = false;
      return;
    }
    if (this.stepping) return;
    this.sleeping = kind;
    this.attention();
  }

  sendEvent(): void {
    this.exceptions.event = true;
    this.onSendEvent();
  }

  /** Takes the pending exception that the present priority allows; true when there was one. */
  private takePending(): boolean {
    const { exceptions } = this;
    if (exceptions.systemPending === 0 && (exceptions.irqPending & exceptions.irqEnabled) === 0) return false;
    const n = exceptions.pendingAbove(exceptions.executionPriority(), this.debugEnabled && this.maskInterrupts);
    if (n === 0) return false;
    this.sleeping = 'awake';
    exceptions.lockup = false;
    exceptions.enter(n);
    return true;
  }

  /** True while the core has nothing to execute: asleep with no reason to wake up, or locked up. */
  private idle(): boolean {
    const { exceptions } = this;
    if (exceptions.lockup) return true;
    if (this.sleeping === 'wfi') {
      const priority = exceptions.executionPriority(true);
      if (exceptions.pendingAbove(priority, this.debugEnabled && this.maskInterrupts)) this.sleeping = 'awake';
    } else if (this.sleeping === 'wfe' && exceptions.event) {
      exceptions.event = false;
      this.sleeping = 'awake';
    }
    return this.sleeping !== 'awake';
  }

  /** Executes instructions for about `cycles` cycles; faults become exceptions. */
  private slice(cycles: number): void {
    this.limit = cycles;
    this.executing = true;
    try {
      if (!this.registers.thumb) throw new UndefinedInstruction();
      interpret(this);
    } catch (error) {
      if (!(error instanceof BusFault || error instanceof UndefinedInstruction)) throw error;
      this.exceptions.fault();
    } finally {
      this.executing = false;
    }
  }

  /** Books the cycles of a slice and does what was put off until its end. */
  private settle(): void {
    this.base += this.sliceCycles;
    this.sliceCycles = 0;
    if (this.exceptions.sleepRequested) {
      this.exceptions.sleepRequested = false;
      if (!this.stepping) this.sleeping = 'wfi';
    }
    if (this.comparators.hit) {
      this.comparators.hit = false;
      if (this.debugEnabled) this.halt(Dfsr.dwttrap);
    }
    if (this.base >= this.nextEvent) this.onEvent();
  }

  /** Unprivileged code may not touch the private peripheral bus (B3.1). */
  private privateDevice(address: number, write: boolean): Device {
    if (!this.privateBus || !this.registers.privileged) throw new BusFault(address, write);
    return this.privateBus;
  }

  private aligned(address: number, size: Size): number {
    if (address & (size - 1)) throw new BusFault(address, false);
    return (address - PRIVATE_BUS) >>> 0;
  }
}
