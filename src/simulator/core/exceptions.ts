// Exceptions of an Armv6-M core: what is pending, what is active, priorities, entry, return, faults (DDI0419 B1.5).
// When they are looked at is decided by core.ts.
import { BusFault, type Size } from '../bus';
import type { Registers } from './registers';

export const NMI = 2;
export const HARDFAULT = 3;
export const SVCALL = 11;
export const PENDSV = 14;
export const SYSTICK = 15;
export const IRQ0 = 16;

/** Priority of code that no exception interrupts: below every configurable priority (0–3). */
const THREAD_PRIORITY = 4;
const FRAME_BYTES = 0x20;
/** xPSR bit in a stacked frame that says four bytes of padding precede it. */
const FRAME_PADDED = 0x200;
/** Where a core in lockup fetches from (B1.5.15). */
const LOCKUP_ADDRESS = 0xfffffffe | 0;

/** An instruction that cannot be executed: undefined, or an illegal exception return. */
export class UndefinedInstruction extends Error {}

/** The core as its exceptions see it. */
export interface ExceptionHost {
  read(address: number, size: Size): number;
  write(address: number, value: number, size: Size): void;
  /** Reads a vector: an access of the processor itself, neither watched nor subject to privilege. */
  readVector(address: number): number;
  /** Ends the running slice so that pending exceptions are looked at. */
  attention(): void;
  /** HardFault was entered (for vector catch). */
  hardFaultEntered(): void;
  /** Charges cycles. */
  spend(cycles: number): void;
}

export class Exceptions {
  irqPending = 0;
  irqEnabled = 0;
  /** One byte per interrupt, two bits of it implemented (0x00, 0x40, 0x80, 0xC0). */
  readonly irqPriority = new Uint8Array(32);
  /** Likewise by exception number, for SVCall, PendSV and SysTick. */
  readonly systemPriority = new Uint8Array(IRQ0);
  /** Pending system exceptions, one bit by exception number. */
  systemPending = 0;
  /** Exceptions being handled, in order of entry. */
  readonly active: number[] = [];
  /** The event register of WFE. */
  event = false;
  sevOnPend = false;
  sleepOnExit = false;
  /** Set by a return that found SLEEPONEXIT set and nothing else to do. */
  sleepRequested = false;
  lockup = false;
  /** Interrupt inputs that are high. */
  private lines = 0;

  constructor(
    private readonly registers: Registers,
    private readonly host: ExceptionHost,
  ) {}

  reset(): void {
    this.irqPending = 0;
    this.irqEnabled = 0;
    this.irqPriority.fill(0);
    this.systemPriority.fill(0);
    this.systemPending = 0;
    this.active.length = 0;
    this.event = false;
    this.sevOnPend = false;
    this.sleepOnExit = false;
    this.sleepRequested = false;
    this.lockup = false;
    this.lines = 0;
  }

  /** Makes exception `n` pending; with SEVONPEND that is an event for WFE even where it is disabled. */
  pend(n: number): void {
    const before = n < IRQ0 ? this.systemPending >>> n : this.irqPending >>> (n - IRQ0);
    if (n < IRQ0) this.systemPending |= 1 << n;
    else this.irqPending |= 1 << (n - IRQ0);
    if (this.sevOnPend && !(before & 1)) this.event = true;
    this.host.attention();
  }

  unpend(n: number): void {
    if (n < IRQ0) this.systemPending &= ~(1 << n);
    else this.irqPending = (this.irqPending & ~(1 << (n - IRQ0))) | (this.lines & (1 << (n - IRQ0)));
  }

  isPending(n: number): boolean {
    return ((n < IRQ0 ? this.systemPending >>> n : this.irqPending >>> (n - IRQ0)) & 1) !== 0;
  }

  /** Level of interrupt input `irq`: a line that is still high at the handler's end makes it pending again. */
  setLine(irq: number, high: boolean): void {
    const bit = 1 << irq;
    if (high && !(this.lines & bit)) {
      this.lines |= bit;
      if (!this.active.includes(irq + IRQ0)) this.pend(irq + IRQ0);
    } else if (!high) this.lines &= ~bit;
  }

  /** −2 … 3, lower is more urgent. */
  priorityOf(n: number): number {
    if (n === NMI) return -2;
    if (n === HARDFAULT) return -1;
    return ((n < IRQ0 ? this.systemPriority[n] : this.irqPriority[n - IRQ0]) as number) >> 6;
  }

  /** Priority of the running code. PRIMASK does not count where a WFI asks whether it must wake up (B1.5.17). */
  executionPriority(ignorePrimask = false): number {
    let priority = THREAD_PRIORITY;
    for (const n of this.active) priority = Math.min(priority, this.priorityOf(n));
    return this.registers.primask && !ignorePrimask ? Math.min(priority, 0) : priority;
  }

  /**
   * The most urgent pending exception above priority `than`, or 0; of equals the lowest number.
   * @param masked C_MASKINTS: PendSV, SysTick and the interrupts wait.
   */
  pendingAbove(than: number, masked: boolean): number {
    let best = 0;
    const consider = (n: number) => {
      const priority = this.priorityOf(n);
      if (priority >= than) return;
      best = n;
      than = priority;
    };
    const system = this.systemPending;
    if (system & (1 << NMI)) consider(NMI);
    if (system & (1 << SVCALL)) consider(SVCALL);
    if (masked) return best;
    if (system & (1 << PENDSV)) consider(PENDSV);
    if (system & (1 << SYSTICK)) consider(SYSTICK);
    for (let left = this.irqPending & this.irqEnabled; left; left &= left - 1) {
      consider(IRQ0 + 31 - Math.clz32(left & -left));
    }
    return best;
  }

  /** Enters exception `n`; the stacked return address is the present PC (B1.5.6). */
  enter(n: number): void {
    const { registers } = this;
    const excReturn = registers.ipsr ? 0xfffffff1 : registers.control & 2 ? 0xfffffffd : 0xfffffff9;
    this.host.spend(15);
    try {
      this.push();
    } catch (error) {
      if (!(error instanceof BusFault)) throw error;
      this.derivedFault(excReturn, n);
      return;
    }
    this.take(n, excReturn);
  }

  /** A synchronous fault at the present PC: HardFault, or lockup where HardFault cannot be taken (B1.5.15). */
  fault(): void {
    if (this.executionPriority() <= -1) this.lockUp();
    else this.enter(HARDFAULT);
    this.host.attention();
  }

  /** SVC: pending, or a fault where its priority does not allow it to be taken (B1.5.4, escalation). */
  supervisorCall(): void {
    if (this.executionPriority() <= this.priorityOf(SVCALL)) throw new UndefinedInstruction();
    this.pend(SVCALL);
  }

  /**
   * Returns from the active exception (B1.5.8). A pending exception is tail-chained: the frame stays where it is.
   * @throws UndefinedInstruction for a return that does not fit the active exceptions
   */
  leave(excReturn: number, masked: boolean): void {
    const { registers, active } = this;
    const toHandler = (excReturn & 0xf) === 1;
    const toThread = (excReturn & 0xf) === 9 || (excReturn & 0xf) === 13;
    const index = active.lastIndexOf(registers.ipsr);
    const fits = toHandler ? active.length > 1 : toThread && active.length === 1;
    if (!fits || index < 0 || (excReturn & 0x0ffffff0) !== 0x0ffffff0) throw new UndefinedInstruction();
    active.splice(index, 1);
    this.irqPending |= registers.ipsr >= IRQ0 ? this.lines & (1 << (registers.ipsr - IRQ0)) : 0;
    this.event = true;
    this.host.attention();
    const next = this.pendingAbove(this.executionPriority(), masked);
    if (next) {
      this.host.spend(6);
      this.take(next, excReturn);
      return;
    }
    this.host.spend(13);
    registers.selectSp((excReturn & 0xf) === 13 ? 1 : 0);
    try {
      this.pop();
    } catch (error) {
      if (!(error instanceof BusFault)) throw error;
      // A Cortex-M0 locks up where the main stack cannot be read back (its user guide, §2.4.1).
      if (excReturn & 4) this.derivedFault(excReturn, 0);
      else {
        this.activate(HARDFAULT, excReturn);
        this.lockUp();
      }
      return;
    }
    if (toHandler === (registers.ipsr === 0)) {
      registers.ipsr = toHandler ? (active.at(-1) ?? 0) : 0;
      this.fault();
    } else if (this.sleepOnExit && registers.ipsr === 0) this.sleepRequested = true;
  }

  /** AIRCR.VECTCLRACTIVE: forgets what is active. */
  clearActive(): void {
    this.active.length = 0;
    this.registers.ipsr = 0;
    this.host.attention();
  }

  /** Stacks the frame on the selected stack. SP moves even where a write fails (B1.5.6, PushStack). */
  private push(): void {
    const { registers, host } = this;
    const { r } = registers;
    const sp = r[13] as number;
    const frame = (sp - FRAME_BYTES) & ~4;
    r[13] = frame;
    for (let i = 0; i < 4; i++) host.write(frame + 4 * i, r[i] as number, 4);
    host.write(frame + 16, r[12] as number, 4);
    host.write(frame + 20, r[14] as number, 4);
    host.write(frame + 24, registers.pc, 4);
    host.write(frame + 28, registers.xpsr | (sp & 4 ? FRAME_PADDED : 0), 4);
  }

  /** Restores the frame from the selected stack; nothing is changed where a read fails. */
  private pop(): void {
    const { registers, host } = this;
    const { r } = registers;
    const frame = r[13] as number;
    const words = Array.from({ length: 8 }, (_, i) => host.read(frame + 4 * i, 4)) as FrameWords;
    for (let i = 0; i < 4; i++) r[i] = words[i] as number;
    r[12] = words[4];
    r[14] = words[5];
    registers.pc = words[6] & ~1;
    r[13] = (frame + FRAME_BYTES) | (words[7] & FRAME_PADDED ? 4 : 0);
    registers.xpsr = words[7];
  }

  /** Starts the handler of `n` on a frame that is already stacked. */
  private take(n: number, excReturn: number): void {
    const { registers } = this;
    let vector: number;
    try {
      vector = this.host.readVector(4 * n);
    } catch (error) {
      if (!(error instanceof BusFault)) throw error;
      this.derivedFault(excReturn, n);
      return;
    }
    this.activate(n, excReturn);
    registers.pc = vector & ~1;
    registers.thumb = (vector & 1) !== 0;
    if (n === HARDFAULT) this.host.hardFaultEntered();
  }

  private activate(n: number, excReturn: number): void {
    const { registers } = this;
    if (n < IRQ0) this.systemPending &= ~(1 << n);
    else this.irqPending &= ~(1 << (n - IRQ0));
    registers.r[14] = excReturn;
    registers.ipsr = n;
    registers.selectSp(0);
    registers.thumb = true;
    this.active.push(n);
    this.event = true;
  }

  /** A fault while stacking for `entering`, or while unstacking (0): HardFault on the same frame, else lockup. */
  private derivedFault(excReturn: number, entering: number): void {
    if (this.executionPriority() <= -1 || entering === NMI || entering === HARDFAULT) {
      this.activate(entering || HARDFAULT, excReturn);
      this.lockUp();
    } else this.take(HARDFAULT, excReturn);
    this.host.attention();
  }

  private lockUp(): void {
    this.lockup = true;
    this.registers.pc = LOCKUP_ADDRESS;
    this.host.attention();
  }
}

type FrameWords = [number, number, number, number, number, number, number, number];
