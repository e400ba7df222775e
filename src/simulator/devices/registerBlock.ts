// A peripheral as the reference manual lists it: named registers with reset values, writable bits, and effects.
import type { Device, Size } from '../bus';

export interface RegisterBehaviour {
  /** Value after reset; 0 where absent. */
  reset?: number;
  /** Bits that a write changes; none where absent. */
  writable?: number;
  /** What a read returns instead of the stored value. */
  read?: (byDebugger: boolean) => number;
  /** What happens on a write, after the writable bits were stored; gets the value written. */
  written?: (value: number) => void;
}

export class Register {
  value: number;

  constructor(
    readonly name: string,
    readonly offset: number,
    readonly behaviour: RegisterBehaviour,
  ) {
    this.value = behaviour.reset ?? 0;
  }
}

/** Power-on, the reset line, or a request by software: RCC remembers which. */
export type ResetCause = 'power' | 'pin' | 'software' | 'options';

/** Offsets without a register read as zero and ignore writes, as on the real part. */
export class RegisterBlock implements Device {
  private readonly byWord: (Register | undefined)[] = [];

  constructor(
    readonly name: string,
    readonly base: number,
  ) {}

  get registers(): Register[] {
    return this.byWord.filter((register) => register !== undefined);
  }

  /** Declares a register; called by the constructors of peripherals. */
  protected register(name: string, offset: number, behaviour: RegisterBehaviour = {}): Register {
    const register = new Register(name, offset, behaviour);
    this.byWord[offset >> 2] = register;
    return register;
  }

  reset(_cause: ResetCause): void {
    for (const register of this.registers) register.value = register.behaviour.reset ?? 0;
  }

  read(offset: number, size: Size, byDebugger: boolean): number {
    const register = this.byWord[offset >> 2];
    if (!register) return 0;
    const word = register.behaviour.read ? register.behaviour.read(byDebugger) : register.value;
    return size === 4 ? word >>> 0 : (word >>> ((offset & 3) * 8)) & (size === 2 ? 0xffff : 0xff);
  }

  /** Narrow writes leave the other bytes as they are stored. */
  write(offset: number, value: number, size: Size): void {
    const register = this.byWord[offset >> 2];
    if (!register) return;
    const { writable = 0, written } = register.behaviour;
    let word = value;
    let lanes = -1;
    if (size !== 4) {
      const shift = (offset & 3) * 8;
      lanes = (size === 2 ? 0xffff : 0xff) << shift;
      word = (value << shift) & lanes;
    }
    const mask = writable & lanes;
    register.value = ((register.value & ~mask) | (word & mask)) >>> 0;
    written?.(word >>> 0);
  }
}

/** A peripheral that does something by itself at a moment to come, in board cycles. */
export interface TimedDevice {
  /** Infinity where nothing is to come. */
  readonly nextEvent: number;
  /** Called when the board's time has reached `nextEvent`. */
  service(): void;
}

/** What a timed peripheral needs of the board. */
export interface Scheduler {
  /** Cycles since power-on. */
  now(): number;
  /** The peripheral's `nextEvent` changed. */
  rescheduled(): void;
  /** Drives interrupt input `irq` of every core. */
  setInterrupt(irq: number, high: boolean): void;
}
