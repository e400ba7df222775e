// The registers of one frame, made from the frame it called and the unwind row in between (DWARF 5 §6.4.4).
import type { EvaluationContext, Program, RegisterRule } from '../../debuginfo/api';
import type { FallbackRow, FrameRegisters } from '../arch/architecture';
import { readUnsigned, toAddress } from '../numbers';
import type { ThreadState } from './threadState';

/** Where a register's value lies: for writing it, and for saying so. */
export type RegisterPlace =
  | { readonly kind: 'register'; readonly dwarf: number }
  | { readonly kind: 'memory'; readonly address: number }
  | { readonly kind: 'computed' };

interface Known {
  readonly value: bigint | undefined;
  readonly place: RegisterPlace;
}

export class RegisterSet implements FrameRegisters {
  readonly #known: Map<number, Known>;
  readonly #special: ReadonlyMap<string, bigint>;
  /** The set that unmentioned registers are taken from. */
  readonly #below: RegisterSet | undefined;
  /** Whether an unmentioned register kept its value on the way. */
  readonly #keeps: (dwarf: number) => boolean;

  private constructor(
    readonly thread: ThreadState,
    below: RegisterSet | undefined,
    known: Map<number, Known>,
    special: ReadonlyMap<string, bigint>,
    keeps: (dwarf: number) => boolean,
  ) {
    this.#known = known;
    this.#special = special;
    this.#below = below;
    this.#keeps = keeps;
  }

  /** The registers of the innermost frame: the machine's own. */
  static innermost(thread: ThreadState): RegisterSet {
    return new RegisterSet(thread, undefined, new Map(), new Map(), () => true);
  }

  /** The registers of a caller by an unwind row. `keepsAll`: a trap handler preserves every register it has no rule for. */
  static caller(
    below: RegisterSet,
    row: Pick<FallbackRow, 'rules'>,
    cfa: number,
    program: Program,
    context: EvaluationContext,
    keepsAll: boolean,
  ): RegisterSet {
    const { architecture } = below.thread;
    const known = new Map<number, Known>();
    known.set(architecture.stackPointer, { value: BigInt(cfa), place: { kind: 'computed' } });
    for (const [dwarf, rule] of row.rules) known.set(dwarf, applyRule(dwarf, rule, below, cfa, program, context));
    const { returnAddress } = architecture;
    const keeps = (dwarf: number) => keepsAll || dwarf === returnAddress || architecture.isPreserved(dwarf);
    return new RegisterSet(below.thread, below, known, new Map(), keeps);
  }

  /** The registers of a caller that nothing is known of. */
  static lost(below: RegisterSet): RegisterSet {
    return new RegisterSet(below.thread, below, new Map(), new Map(), () => false);
  }

  /** The registers of interrupted code: those that exception entry saved, all others as they are in `below`. */
  static interrupted(
    below: RegisterSet,
    registers: ReadonlyMap<number, bigint>,
    special: ReadonlyMap<string, bigint>,
  ): RegisterSet {
    const known = new Map<number, Known>();
    for (const [dwarf, value] of registers) known.set(dwarf, { value, place: { kind: 'computed' } });
    return new RegisterSet(below.thread, below, known, special, () => true);
  }

  get(dwarf: number): bigint | undefined {
    return this.#find(dwarf)?.value;
  }

  /** Where the value of this frame's register is kept; undefined when it is lost. */
  placeOf(dwarf: number): RegisterPlace | undefined {
    return this.#find(dwarf)?.place;
  }

  special(name: string): bigint | undefined {
    for (let set: RegisterSet | undefined = this; set !== undefined; set = set.#below) {
      const value = set.#special.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  #find(dwarf: number): Known | undefined {
    for (let set: RegisterSet = this; ; set = set.#below) {
      const known = set.#known.get(dwarf) ?? set.#alias(dwarf);
      if (known !== undefined) return known;
      if (set.#below === undefined) {
        const value = set.thread.registerByDwarf(dwarf);
        return value === undefined ? undefined : { value, place: { kind: 'register', dwarf } };
      }
      if (!set.#keeps(dwarf)) return undefined;
    }
  }

  /** A register that was saved under another name: S16 as half of a saved D8. */
  #alias(dwarf: number): Known | undefined {
    if (this.#known.size === 0) return undefined;
    const { architecture } = this.thread;
    let found = false;
    const value = architecture.readDwarf(dwarf, (name) => {
      const other = architecture.describeRegister(name).dwarf;
      const known = other === undefined || other === dwarf ? undefined : this.#known.get(other);
      found ||= known !== undefined;
      return known?.value;
    });
    return found ? { value, place: { kind: 'computed' } } : undefined;
  }
}

function applyRule(
  dwarf: number,
  rule: RegisterRule,
  below: RegisterSet,
  cfa: number,
  program: Program,
  context: EvaluationContext,
): Known {
  const { thread } = below;
  const computed = (value: bigint | undefined): Known => ({ value, place: { kind: 'computed' } });
  const saved = (address: number): Known => {
    const bytes = thread.memory(address, thread.architecture.registerSize(dwarf));
    const value = bytes === undefined ? undefined : readUnsigned(bytes, thread.target.isBigEndian);
    return { value, place: { kind: 'memory', address } };
  };
  const evaluated = (expression: Uint8Array) =>
    program.evaluate(
      { kind: 'expression', expression, unit: { index: -1 } },
      { ...context, canonicalFrameAddress: () => cfa },
    );
  switch (rule.kind) {
    case 'undefined':
      return computed(undefined);
    case 'sameValue':
      return { value: below.get(dwarf), place: below.placeOf(dwarf) ?? { kind: 'computed' } };
    case 'offset':
      return saved(cfa + rule.offset);
    case 'valueOffset':
      return computed(BigInt(cfa + rule.offset));
    case 'register':
      return { value: below.get(rule.register), place: below.placeOf(rule.register) ?? { kind: 'computed' } };
    case 'expression': {
      const address = evaluated(rule.expression);
      return address === undefined ? computed(undefined) : saved(toAddress(address, thread.architecture.addressSize));
    }
    case 'valueExpression':
      return computed(evaluated(rule.expression));
    case 'constant':
      return computed(rule.value);
  }
}
