// What a step of ours and one of GDB from the same state are compared by, and the differences that are meant to be, each with its reason.

import { readUnsigned } from '../../../../src/debugger/numbers';
import { isStruct, strip } from '../../../../src/debugger/values/types';
import type { Value } from '../../../../src/debugger/values/value';
import type { Program } from '../../../../src/debuginfo/api';
import type { Gdb } from '../../../support/gdbMi';
import type { Place } from '../support';
import type { Checkpoint } from './checkpoint';

export type Kind = 'over' | 'into' | 'out';

/** Where a step ended, and with what. */
export interface Outcome {
  readonly place: Place;
  readonly state: Checkpoint;
  /** What the function returned, as GDB writes raw values. */
  readonly returned: string | undefined;
}

export interface Step {
  readonly kind: Kind;
  readonly from: Place;
  readonly ours: Outcome;
  readonly theirs: Outcome;
}

/**
 * Registers that a step is compared by. The others (r0 to r3, r12) are nobody's between two lines; they hold what devices told, which
 * is another time in the second run.
 */
const KEPT = ['r4', 'r5', 'r6', 'r7', 'r8', 'r9', 'r10', 'r11', 'sp', 'primask', 'control'];

/** In words; empty when both are the same. */
export function differences({ ours, theirs }: Step): string[] {
  const at = words(ours.place);
  if (at !== words(theirs.place)) return [`ours ${at}, GDB ${words(theirs.place)}`];
  const found: string[] = [];
  for (const name of KEPT) {
    const [our, their] = [ours, theirs].map(({ state }) => state.values.get(name)?.toString(16));
    if (our !== their) found.push(`at ${at}: ${name} is ${our}, with GDB ${their}`);
  }
  if (ours.returned !== theirs.returned) found.push(`at ${at}: returned ${ours.returned}, with GDB ${theirs.returned}`);
  return found;
}

export const words = (place: Place) => `${plainName(place.function)}:${place.line} (0x${place.pc.toString(16)})`;

interface Rule {
  readonly reason: string;
  explains(step: Step, program: Program, gdb: Gdb): boolean | Promise<boolean>;
}

export const rules: readonly Rule[] = [
  {
    reason:
      'A function that ends by a jump to another one (tail call) is left by a step over: the user did not ask to see the other one, ' +
      'and GDB shows it as if the caller had called it.',
    explains: ({ kind, from, theirs }, program) =>
      kind === 'over' && isJumpedTo(program, from.pc, theirs.place.pc) && theirs.place.depth <= from.depth,
  },
  {
    reason:
      'A step into a function that is jumped to ends behind its first line, as in a function that is called; GDB’s at its entry.',
    explains: ({ kind, from, ours, theirs }, program) =>
      kind === 'into' &&
      isJumpedTo(program, from.pc, theirs.place.pc) &&
      program.functionAt(theirs.place.pc)?.stepEntry === ours.place.pc,
  },
  {
    reason:
      'GDB leaves a row out where the file changes at an address that begins a statement, and takes the row before for longer than it ' +
      'is: its step runs over the lines behind.',
    explains: async ({ from }, program, gdb) => {
      const end = / ends at (0x[0-9a-f]+)/.exec(await gdb.command(`info line *0x${from.pc.toString(16)}`))?.[1];
      return end !== undefined && Number(end) > (program.rowAt(from.pc)?.high ?? 0);
    },
  },
];

/** Whether one address is the first instruction of another function than that of the other address. */
function isJumpedTo(program: Program, from: number, to: number): boolean {
  const target = program.functionAt(to);
  return target?.entry === to && target.entry !== program.functionAt(from)?.entry;
}

/** A value as GDB's `output/x` writes it. */
export function rawText(value: Value): string {
  const type = strip(value.type);
  if (type !== undefined && isStruct(type)) {
    const bases = type.bases.map(({ type: of, offset }) => {
      const part = value.part(of, typeof offset === 'number' ? offset : 0);
      return `<${of?.name}> = ${rawText(part)}`;
    });
    const members = type.members.map(({ name, type: of, offset }) => {
      const part = value.part(of, typeof offset === 'number' ? offset : 0);
      return name === undefined ? rawText(part) : `${name} = ${rawText(part)}`;
    });
    const parts = [...bases, ...(members.length === 0 ? ['<No data fields>'] : members)];
    return `{${parts.join(', ')}}`;
  }
  if (type?.kind === 'array') {
    const size = type.element.byteSize ?? 1;
    const count = Math.floor((type.byteSize ?? 0) / size);
    const elements = Array.from({ length: count }, (_, index) => rawText(value.part(type.element, index * size)));
    return `{${elements.join(', ')}}`;
  }
  const content = value.readAll();
  if ('problem' in content) return content.problem;
  return `0x${readUnsigned(content.bytes, false).toString(16)}`;
}

/** `ns::Class<T>::method<U>(int)` → `method`. */
export function plainName(name: string | undefined): string | undefined {
  let text =
    name?.replace(/\(anonymous namespace\)/g, '_').replace(/\boperator(?:<<|>>|<=>|<|>|\(\)|->)/g, 'operator') ?? '';
  for (let shorter = ''; shorter !== text; ) {
    shorter = text;
    text = text.replace(/<[^<>]*>|\([^()]*\)/g, '');
  }
  return text
    .split('::')
    .at(-1)
    ?.replace(/ const$/, '')
    .trim();
}

/** GDB shows what a reference refers to; ours is compared by the address alone. */
export const withoutReferent = (text: string): string => text.replace(/^\(.*\) @(0x[0-9a-f]+): .*$/s, '$1');
