// What the engine needs of something that is being debugged. Two backends stand behind it: the live one on OpenOCD and the
// post-mortem one on a core file; everything above this interface cannot tell them apart.

import type { AddressRange } from './memory/ranges';

export type Disposable = { dispose(): void };

/** Why a thread stands still. */
export type HaltReason =
  | { readonly kind: 'breakpoint' }
  | { readonly kind: 'watchpoint'; readonly address: number | undefined }
  | { readonly kind: 'step' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'exception'; readonly description: string }
  | { readonly kind: 'reset' }
  | { readonly kind: 'entry' }
  /** Post-mortem: the state was read from a core file. */
  | { readonly kind: 'core' }
  | { readonly kind: 'unknown' };

export type RunState =
  | { readonly kind: 'halted'; readonly reason: HaltReason }
  | { readonly kind: 'running' }
  | { readonly kind: 'sleeping' }
  | { readonly kind: 'lockup' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'lost'; readonly reason: string };

export interface RegisterDescription {
  /** OpenOCD's name: `r0`, `xPSR`, `mstatus`, `d3`. */
  readonly name: string;
  readonly bits: number;
  readonly group: 'core' | 'fpu' | 'vector' | 'system';
  /** DWARF register number of the architecture's ABI, where there is one. */
  readonly dwarf: number | undefined;
}

/** A thread of execution: a core of the target. Ids are stable during a session and start at 1. */
export interface TargetThread {
  readonly id: number;
  readonly name: string;
}

export type BreakpointKind = 'hardware' | 'software';

/** Comparators of the core. `undefined` = not known. */
export interface ComparatorBudget {
  readonly breakpoints: number | undefined;
  readonly breakpointsUsed: number;
  readonly watchpoints: number | undefined;
  readonly watchpointsUsed: number;
}

/** A read that may have holes: `undefined` = nothing could be read. Reading stops at the first unreadable byte. */
export interface MemoryRead {
  readonly bytes: Uint8Array;
  /** Why there are fewer bytes than asked for. */
  readonly problem: string | undefined;
  /** How many bytes behind them are known to be unreadable; one word when absent. */
  readonly holeBytes?: number;
}

export interface TargetEvents {
  /** The state of a thread changed by itself or by a request. */
  state(thread: number, state: RunState): void;
  /** Text from the target or its link for the user: semihosting, OpenOCD's log. */
  output(text: string, category: 'semihosting' | 'log'): void;
  /** Memory or registers changed behind our back (reset, flash, another client). */
  invalidated(): void;
}

/**
 * The target. While a thread runs, `readMemory` and `writeMemory` work where the architecture allows it and otherwise fail with
 * a message that says so. All methods reject with an `EngineError` (errors.ts) that says what failed, on what, and what to do.
 */
export interface Target {
  readonly kind: 'live' | 'core';
  readonly threads: readonly TargetThread[];
  /** Bytes in the target's address; 4 or 8. */
  readonly addressSize: number;
  readonly isBigEndian: boolean;
  state(thread: number): RunState;
  registers(thread: number): readonly RegisterDescription[];
  /** Values by name; undefined = this register cannot be read. All core registers come with the stop, from a cache. */
  readRegisters(thread: number, names: readonly string[]): Promise<ReadonlyMap<string, bigint | undefined>>;
  writeRegister(thread: number, name: string, value: bigint): Promise<void>;
  readMemory(address: number, length: number): Promise<MemoryRead>;
  writeMemory(address: number, bytes: Uint8Array): Promise<void>;
  /** Memory at the stack pointer that came with a thread's last stop, and is as it was then. */
  stackWindow?(thread: number): { readonly address: number; readonly bytes: Uint8Array } | undefined;
  /** Memory to bring along with the stops to come, in whole words; takes the place of what was said before. */
  readAlong?(ranges: readonly AddressRange[]): void;
  /** Memory that came along with a thread's last stop, and is as it was then. */
  cameAlong?(thread: number): readonly { readonly address: number; readonly bytes: Uint8Array }[];
  on<E extends keyof TargetEvents>(event: E, listener: TargetEvents[E]): Disposable;
  /** Ends the connection; what becomes of the target was decided before. */
  close(): Promise<void>;
}

/** What only a target that can run has. */
export interface LiveTarget extends Target {
  readonly kind: 'live';
  halt(thread?: number): Promise<void>;
  /** Runs until something halts it; the `state` event tells. */
  resume(thread?: number): Promise<void>;
  /** Executes one instruction and returns when it is done. */
  stepInstruction(thread: number): Promise<void>;
  /** Runs until one of the addresses is reached (temporary breakpoints) or anything else halts it, in as few round trips as can be. */
  runTo(thread: number, addresses: readonly number[], signal?: AbortSignal): Promise<RunState>;
  reset(mode: 'halt' | 'run' | 'init'): Promise<void>;
  addBreakpoint(address: number, length: number, kind: BreakpointKind): Promise<void>;
  removeBreakpoint(address: number): Promise<void>;
  addWatchpoint(address: number, length: number, access: 'read' | 'write' | 'access'): Promise<void>;
  removeWatchpoint(address: number): Promise<void>;
  budget(thread: number): Promise<ComparatorBudget>;
}
