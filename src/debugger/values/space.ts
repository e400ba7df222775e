// What values are read from, and what a reading gives: the program, memory and a frame's registers; bytes with the state of each.
import type { EvaluationContext, Program } from '../../debuginfo/api';
import type { CodePointers } from '../arch/architecture';
import type { RegisterPlace } from '../unwind/registerSet';

/** What reading values needs to know of the world: the program, memory, and a frame's registers where there is one. */
export interface ValueSpace {
  readonly program: Program;
  readonly addressSize: number;
  readonly isBigEndian: boolean;
  /** Bytes with holes; `valid[i]` = 0 where unreadable. */
  readPartial(address: number, length: number): { readonly bytes: Uint8Array; readonly valid: Uint8Array };
  /** Why memory at an address cannot be read. */
  unreadableReason(address: number): string;
  registerName(dwarf: number): string;
  /** What is peculiar to pointers to code. */
  readonly code: CodePointers;
  /** True where reading memory that nobody asked for is harmless: not in a peripheral. */
  mayPeek(address: number): boolean;
}

/** The frame-dependent part of a place. */
export interface FrameSpace {
  readonly context: EvaluationContext;
  placeOf(dwarf: number): RegisterPlace | undefined;
}

/** State of one byte of a value. */
export const ByteState = { good: 0, optimizedOut: 1, unavailable: 2 } as const;

export interface Content {
  readonly bytes: Uint8Array;
  /** One `ByteState` per byte; undefined when all are good. */
  readonly states: Uint8Array | undefined;
  /** Why bytes are unavailable, in words. */
  readonly reason: string | undefined;
}
