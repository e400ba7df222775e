// One stop as OpenOCD tells it in one answer: state, reason, registers, the top of the stack. Builds the script's words and reads the
// reply; knows no target object.
import { parseList } from '../../openocd';
import type { AddressRange } from '../memory/ranges';
import { procedure } from './procedures';

/** What is asked for at every stop. */
export interface Question {
  /** OpenOCD's name of the target. */
  readonly target: string;
  readonly registers: readonly string[];
  /** Words of memory wanted from the stack pointer on. */
  readonly stackWords: number;
  /** Where the stack's memory ends; 0 = not known. */
  readonly stackTop: number;
  /** More memory wanted, in whole words. */
  readonly along: readonly AddressRange[];
}

export interface Temporary {
  readonly address: number;
  readonly length: number;
  readonly kind: 'hardware' | 'software';
}

/** A stop at the address counts only when the register has at least this value; with less it is a deeper call. */
export interface Floor {
  readonly address: number;
  readonly register: string;
  readonly least: number;
  /** Where on the stack the call keeps its return address that is waited for, when it is to return to the address. */
  readonly slot?: number;
}

/** Where a run is to end. */
export interface Route {
  readonly temps: readonly Temporary[];
  readonly floors: readonly Floor[];
}

export const nowhere: Route = { temps: [], floors: [] };

export interface MemoryWindow {
  readonly address: number;
  readonly bytes: Uint8Array;
}

export interface Snapshot {
  readonly state: string;
  /** OpenOCD's word for the reason of the halt, where it has one. */
  readonly reason: string | undefined;
  readonly registers: ReadonlyMap<string, bigint>;
  readonly stack: MemoryWindow | undefined;
  /** What could be read of the memory that was wanted along. */
  readonly along: readonly MemoryWindow[];
}

export type HopReply =
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }
  /** A temporary breakpoint was refused; nothing ran. */
  | { readonly kind: 'refused'; readonly address: number; readonly message: string }
  /** Resuming or stepping failed. */
  | { readonly kind: 'failed'; readonly message: string };

const hex = (value: number) => `0x${value.toString(16)}`;
const braces = (items: readonly string[]) => `{${items.join(' ')}}`;

function tail(question: Question): string {
  const { registers, stackWords, stackTop, along } = question;
  const scripts = along.map(
    ({ low, high }) => `{list ${hex(low)} [${procedure.memory} ${hex(low)} 32 ${(high - low) / 4}]}`,
  );
  return `${braces(registers)} ${stackWords} ${hex(stackTop)} ${braces(scripts)}`;
}

const route = ({ temps, floors }: Route) => {
  const breakpoints = temps.map(
    ({ address, length, kind }) => `{${hex(address)} ${length}${kind === 'hardware' ? ' hw' : ''}}`,
  );
  const conditions = floors.map(
    ({ address, register, least, slot }) =>
      `${hex(address)} {${register} ${hex(least)}${slot === undefined ? '' : ` ${hex(slot)}`}}`,
  );
  return `${braces(breakpoints)} ${braces(conditions)}`;
};

export const lookScript = (question: Question) => `${procedure.look} ${question.target} ${tail(question)}`;

export const settleScript = (question: Question, where: Route) =>
  `${procedure.settle} ${question.target} ${route(where)} ${tail(question)}`;

/** @param what `resume` or `step`, with what goes before it @param limitMs how long OpenOCD polls before it answers `running` */
export const hopScript = (question: Question, where: Route, what: string, limitMs: number) =>
  `${procedure.hop} ${question.target} ${route(where)} {${what}} ${limitMs} ${tail(question)}`;

/** Reads what any of the three scripts answers. @throws Error when it is not of their shape */
export function readReply(text: string, isBigEndian = false): HopReply {
  const [state = '', ...rest] = parseList(text);
  if (state === 'refused') return { kind: 'refused', address: Number(rest[0]), message: rest[2] ?? '' };
  if (state === 'failed') return { kind: 'failed', message: rest[1] ?? '' };
  const [said = '', registers = '', stack = '', along = ''] = rest;
  return {
    kind: 'snapshot',
    snapshot: {
      state,
      reason: /halted due to ([\w-]+)/.exec(said)?.[1],
      registers: readRegisters(registers),
      stack: readWindow(stack, isBigEndian),
      along: parseList(along).flatMap((entry) => {
        const [code, result = ''] = parseList(entry);
        const window = code === '0' ? readWindow(result, isBigEndian) : undefined;
        return window === undefined ? [] : [window];
      }),
    },
  };
}

/** Lines `NAME=pc (/32): 0x08000350`; a register without a value is left out. */
function readRegisters(text: string): ReadonlyMap<string, bigint> {
  const values = new Map<string, bigint>();
  for (const [, name = '', value = ''] of text.matchAll(/^([^=\n]+)=.*\(\/\d+\): (0x[0-9a-fA-F]+)/gm)) {
    values.set(name, BigInt(value));
  }
  return values;
}

/** An address, and the words from there on. */
function readWindow(text: string, isBigEndian: boolean): MemoryWindow | undefined {
  const [address, words] = parseList(text);
  if (address === undefined || words === undefined) return undefined;
  const list = words.trim().split(/\s+/);
  const bytes = new Uint8Array(list.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of list.entries()) view.setUint32(index * 4, Number(word), !isBigEndian);
  return { address: Number(address), bytes };
}
