// What can be named at a place in the program: locals and arguments of a frame, statics, globals, functions, enumerators,
// types and registers. The engine's implementation of `ExpressionScope`, and the source of the variables view.
import type { Enumerator, FunctionInfo, Type, Variable } from '../debuginfo/api';
import type { Architecture } from './arch/architecture';
import { languageType, spellingsOf } from './expressions/baseTypeNames';
import type { ExpressionScope } from './expressions/scope';
import { integerBytes, toAddress } from './numbers';
import { type CallFrame, contextOf } from './stack';
import type { RegisterDescription } from './target';
import type { ThreadState } from './unwind/threadState';
import { dereference, member } from './values/members';
import type { FrameSpace, ValueSpace } from './values/space';
import { type BaseTypes, functionOf, pointerTo, strip } from './values/types';
import { Value } from './values/value';

/** A variable where it is visible. */
export interface NamedValue {
  readonly name: string;
  readonly value: Value;
  readonly variable: Variable;
  /** True when an inner block has a variable of the same name. */
  readonly isShadowed: boolean;
}

export class FrameScope implements ExpressionScope {
  readonly #frame: FrameSpace | undefined;

  constructor(
    readonly space: ValueSpace,
    readonly types: BaseTypes,
    readonly architecture: Architecture,
    readonly frame: CallFrame | undefined,
    /** For registers where there is no frame. */
    readonly thread: ThreadState | undefined,
  ) {
    if (frame !== undefined) {
      const { registers } = frame.physical;
      this.#frame = { context: contextOf(frame), placeOf: (dwarf) => registers.placeOf(dwarf) };
    }
  }

  get truth(): 'int' | 'bool' {
    const language = this.frame?.function?.language;
    return language === undefined || language === 'c' || language === 'assembler' ? 'int' : 'bool';
  }

  /** Locals of the frame in the order of their declaration; the blocks' order where lines are not known. */
  locals(): NamedValue[] {
    const line = ({ variable }: NamedValue) => variable.declaration?.line ?? Number.MAX_SAFE_INTEGER;
    return this.#visible((variable) => variable.kind !== 'parameter').sort((a, b) => line(a) - line(b));
  }

  arguments(): NamedValue[] {
    return this.#visible((variable) => variable.kind === 'parameter');
  }

  /** File-level variables of the unit the frame is in. */
  statics(): NamedValue[] {
    if (this.frame === undefined) return [];
    const variables = this.space.program.unitVariables(this.frame.lookupPc);
    // What the source file itself declares comes before the constants of the headers it includes.
    const isOwn = ({ declaration, unitName }: Variable) =>
      declaration === undefined || unitName.replace(/\/@\/.*$/, '').endsWith(declaration.file.name);
    const ordered = [...variables.filter(isOwn), ...variables.filter((variable) => !isOwn(variable))];
    return ordered.map((variable) => this.#named(variable, false));
  }

  variable(name: string, file: string | undefined): Value | undefined {
    if (file === undefined) {
      for (const { variable } of this.#visibleVariables()) if (variable.name === name) return this.valueOf(variable);
      const own = this.#memberOfThis(name) ?? this.#localOf(name);
      if (own !== undefined) return own;
    }
    const path = file === undefined ? name : `${file}::${name}`;
    const [variable] = this.space.program.findVariables(path, this.frame?.lookupPc);
    if (variable !== undefined) return this.valueOf(variable);
    const named = this.#enumerator(path) ?? this.#function(path);
    return named ?? (file === undefined ? this.#symbol(name) : undefined);
  }

  /** In a member function of C++ the class's members come before what lies outside of it (C++20 [basic.lookup.unqual] 8). */
  #memberOfThis(name: string): Value | undefined {
    const self = this.#visibleVariables().find(({ variable }) => variable.name === 'this');
    const object = self === undefined ? undefined : dereference(this.valueOf(self.variable));
    return object === undefined ? undefined : member(object, name);
  }

  /** `function::local`, in the frame of that function. */
  #localOf(name: string): Value | undefined {
    const cut = name.lastIndexOf('::');
    const around = this.frame?.function?.qualifiedName;
    if (cut <= 0 || around === undefined || !`::${around}`.endsWith(`::${name.slice(0, cut)}`)) return undefined;
    const own = this.#visibleVariables().find(({ variable }) => variable.name === name.slice(cut + 2));
    return own === undefined ? undefined : this.valueOf(own.variable);
  }

  valueOf(declared: Variable): Value {
    const variable = this.#definitionOf(declared);
    return Value.located(this.space, variable.type, variable.location, this.#frame);
  }

  /** The variable itself for an `extern` declaration in a block. */
  #definitionOf(variable: Variable): Variable {
    if (variable.kind !== 'global' || variable.location.kind !== 'none') return variable;
    const named = this.space.program.findVariables(variable.name, this.frame?.lookupPc);
    return named.find(({ kind, location }) => kind === 'global' && location.kind !== 'none') ?? variable;
  }

  type(name: string): Type | undefined {
    const { program } = this.space;
    for (const spelling of spellingsOf(name)) {
      const [type] = program.findTypes(spelling, this.frame?.lookupPc);
      if (type !== undefined) return type;
    }
    return languageType(name, this.types);
  }

  register(name: string): Value | undefined {
    const thread = this.frame?.physical.registers.thread ?? this.thread;
    const description = thread?.describe(name);
    if (thread === undefined || description === undefined) return undefined;
    return this.registerValue(description, thread);
  }

  /** A register as it is in this frame. */
  registerValue(description: RegisterDescription, thread: ThreadState): Value {
    const size = Math.max(1, Math.ceil(description.bits / 8));
    const type = this.#registerType(description, size);
    const registers = this.frame?.physical.registers;
    const { dwarf, name } = description;
    if (registers !== undefined && dwarf !== undefined) {
      if (dwarf === this.architecture.programCounter && this.frame !== undefined) {
        const isInnermost = this.frame.physicalIndex === 0;
        if (!isInnermost) return Value.integer(this.space, type, BigInt(this.frame.pc));
      }
      const value = registers.get(dwarf);
      const place = registers.placeOf(dwarf);
      if (value === undefined) {
        return new Value(this.space, type, {
          kind: 'unavailable',
          reason: `${name} was not saved by the called functions`,
        });
      }
      const bytes = integerBytes(value, size, this.space.isBigEndian);
      if (place?.kind === 'register') return new Value(this.space, type, { kind: 'register', name, bytes });
      return place?.kind === 'memory' ? Value.at(this.space, type, place.address) : Value.of(this.space, type, bytes);
    }
    const value = registers?.special(name.toLowerCase()) ?? thread.register(name);
    if (value === undefined)
      return new Value(this.space, type, { kind: 'unavailable', reason: `${name} cannot be read` });
    return new Value(this.space, type, {
      kind: 'register',
      name,
      bytes: integerBytes(value, size, this.space.isBigEndian),
    });
  }

  similar(name: string): readonly string[] {
    const wanted = name.toLowerCase();
    const names = new Set<string>();
    for (const { variable } of this.#visibleVariables()) names.add(variable.name);
    if (this.frame !== undefined) {
      for (const variable of this.space.program.unitVariables(this.frame.lookupPc)) names.add(variable.name);
    }
    return [...names].filter((candidate) => isSimilar(candidate.toLowerCase(), wanted));
  }

  hasFile(file: string): boolean {
    return this.space.program.matchFile(file).length > 0;
  }

  filesWith(name: string): readonly string[] {
    const { program } = this.space;
    const found = [...program.findVariables(name, this.frame?.lookupPc), ...program.findFunctions(name)];
    return [...new Set(found.flatMap(({ declaration }) => (declaration === undefined ? [] : [declaration.file.name])))];
  }

  /** Whether a register is for bits and addresses rather than for numbers: status, the stack pointer, where code goes on. */
  holdsBits(register: string): boolean {
    const description = (this.frame?.physical.registers.thread ?? this.thread)?.describe(register);
    if (description === undefined) return false;
    const { programCounter, stackPointer, returnAddress } = this.architecture;
    const { dwarf } = description;
    return dwarf === undefined || [programCounter, stackPointer, returnAddress].includes(dwarf);
  }

  /** Names of variables that are visible without qualification. */
  names(): string[] {
    return this.#visibleVariables().map(({ variable }) => variable.name);
  }

  #visible(wanted: (variable: Variable) => boolean): NamedValue[] {
    return this.#visibleVariables()
      .filter(({ variable }) => wanted(variable))
      .map(({ variable, isShadowed }) => this.#named(variable, isShadowed));
  }

  #named(variable: Variable, isShadowed: boolean): NamedValue {
    return { name: variable.name, value: this.valueOf(variable), variable, isShadowed };
  }

  /** Variables of all blocks around the place, innermost first; a later one of a block hides an earlier one of the same name. */
  #visibleVariables(): { variable: Variable; isShadowed: boolean }[] {
    const result: { variable: Variable; isShadowed: boolean }[] = [];
    const seen = new Set<string>();
    for (const scope of this.frame?.inline?.scopes ?? []) {
      const here = new Set(seen);
      const block: { variable: Variable; isShadowed: boolean }[] = [];
      for (const variable of [...scope.variables].reverse()) {
        block.unshift({ variable, isShadowed: here.has(variable.name) });
        here.add(variable.name);
      }
      for (const name of here) seen.add(name);
      result.push(...block);
    }
    return result.sort((a, b) => Number(a.isShadowed) - Number(b.isShadowed));
  }

  #enumerator(name: string): Value | undefined {
    const { program } = this.space;
    const found = program.findEnumerators(name, this.frame?.lookupPc);
    const nearest = nearestOf(found, this.frame?.function?.qualifiedName ?? '');
    if (nearest !== undefined) return Value.integer(this.space, nearest.type, nearest.value);
    // The enumeration may be known by the name of a typedef alone.
    const cut = name.lastIndexOf('::');
    if (cut <= 0) return undefined;
    for (const type of program.findTypes(name.slice(0, cut), this.frame?.lookupPc)) {
      const real = strip(type);
      if (real?.kind !== 'enum') continue;
      const own = real.enumerators.find((candidate) => candidate.name === name.slice(cut + 2));
      if (own !== undefined) return Value.integer(this.space, type, own.value);
    }
    return undefined;
  }

  #function(name: string): Value | undefined {
    // Outside of a class its name means the class, not its constructor (C++20 [class.qual] 2).
    const isConstructor = ({ qualifiedName }: FunctionInfo) =>
      qualifiedName.replace(/<.*>(?=::)/, '').endsWith(`${name}::${name}`);
    const found = this.space.program.findFunctions(name).find((candidate) => !isConstructor(candidate));
    if (found?.entry === undefined) return undefined;
    const parameters = found.parameters.map((parameter) => parameter.type);
    const type = functionOf(found.returnType, parameters, found.language);
    return Value.at(this.space, type, found.entry);
  }

  /** A symbol without debug information: its address is all there is, so it is an integer of the address size. */
  #symbol(name: string): Value | undefined {
    const symbol = this.space.program.symbolNamed(name);
    if (symbol === undefined || symbol.kind === 'file' || symbol.kind === 'section') return undefined;
    return Value.at(this.space, this.types.size, symbol.address);
  }

  #registerType(description: RegisterDescription, size: number): Type {
    const { dwarf, group, bits } = description;
    if (dwarf === this.architecture.programCounter || dwarf === this.architecture.stackPointer) {
      return pointerTo(undefined, this.space.addressSize);
    }
    if (group === 'fpu' && dwarf !== undefined) return bits === 64 ? this.types.double : this.types.float;
    if (size === 8) return this.types.unsignedLongLong;
    if (size === 16) return this.types.unsignedInt128;
    return size === 1 ? this.types.byte : size === 2 ? this.types.unsignedShort : this.types.unsignedInt;
  }
}

/** Of several, the one in the innermost scope around a function; else the first. */
function nearestOf(found: readonly Enumerator[], functionName: string): Enumerator | undefined {
  let [best] = found;
  let depth = 0;
  for (const candidate of found) {
    const scope = candidate.qualifiedName.slice(0, candidate.qualifiedName.lastIndexOf('::') + 2);
    if (scope.length <= depth || !functionName.startsWith(scope)) continue;
    best = candidate;
    depth = scope.length;
  }
  return best;
}

/** One edit apart, or one the beginning of the other. */
function isSimilar(candidate: string, wanted: string): boolean {
  if (candidate === wanted || (wanted.length >= 3 && candidate.startsWith(wanted))) return true;
  if (Math.abs(candidate.length - wanted.length) > 1) return false;
  const [short, long] = candidate.length < wanted.length ? [candidate, wanted] : [wanted, candidate];
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  return short.length === long.length
    ? short.slice(at + 1) === long.slice(at + 1)
    : short.slice(at) === long.slice(at + 1);
}

/** The address that an integer or pointer value means. */
export function addressIn(value: Value): number | undefined {
  const type = strip(value.type);
  if (type?.kind === 'array' || type?.kind === 'subroutine') return value.address;
  const bits = value.readUnsigned();
  return 'problem' in bits
    ? undefined
    : toAddress(BigInt.asUintN(value.space.addressSize * 8, bits.value), value.space.addressSize);
}
