// Compares the engine's picture of a stopped program with what GDB answered about the same state.

import type { Engine } from '../../../src/debugger/engine';
import { ExpressionError } from '../../../src/debugger/expressions/expressionError';
import type { NamedValue } from '../../../src/debugger/frameScope';
import { type CallFrame, contextOf, type Frame } from '../../../src/debugger/stack';
import { dereference, element, elementCount, integerOf, memberValue } from '../../../src/debugger/values/members';
import { readFloat } from '../../../src/debugger/values/scalars';
import { isReference, isStruct, strip } from '../../../src/debugger/values/types';
import type { Value } from '../../../src/debugger/values/value';
import type { Type } from '../../../src/debuginfo/api';

/** A value as GDB's script writes it. */
export type Tree = string | null | Tree[] | { [name: string]: Tree };

export interface OracleFrame {
  readonly name: string | null;
  readonly line: number;
  readonly pc: number;
  /** GDB's frame type: 0 normal, 2 inlined, 4 signal trampoline. */
  readonly type: number;
  readonly locals: Readonly<Record<string, Tree>>;
  readonly expressions: Readonly<Record<string, Tree>>;
}

export interface OracleAnswer {
  readonly frames: readonly OracleFrame[];
  readonly statics: Readonly<Record<string, Tree>>;
}

export interface Comparison {
  frames: number;
  values: number;
  expressions: number;
  readonly differences: string[];
}

/** How GDB marks the frames of exceptions, of functions that left by a tail call, and of inlined functions. */
const signalFrame = 4;
const tailCallFrame = 3;
const inlineFrame = 2;

export async function compareWithOracle(engine: Engine, answer: OracleAnswer): Promise<Comparison> {
  const outcome: Comparison = { frames: 0, values: 0, expressions: 0, differences: [] };
  const { frames } = await engine.frames(1, 0, 60);
  const own = frames.filter((frame) => frame.kind !== 'end');
  // At the very first instruction of an inlined function GDB still shows the function around it, so that “step” can enter it.
  // And where interrupted code is shown at the instruction that ran last, that may be in an inlined function which the next is not in.
  const isHiddenByGdb = (frame: Frame | undefined, theirs: OracleFrame): boolean =>
    frame?.kind === 'call' &&
    frame.isInlined &&
    plainName(frame.name) !== plainName(theirs.name ?? '') &&
    (frame.inline?.ranges.every(({ low, high }) => frame.pc <= low || frame.pc >= high) ?? false);
  // GDB makes up frames for functions that have left by a tail call: they are not on the stack any more.
  const answered = answer.frames.filter(({ type }) => type !== tailCallFrame);
  for (let index = 0; index < answered.length; index++) {
    const isInterrupted = answered[index - 1]?.type === signalFrame;
    if (isInterrupted) dropInlinesOfNext(answered, index, own[index]);
    const theirs = answered[index];
    if (theirs === undefined) break;
    while ((index === 0 || isInterrupted) && isHiddenByGdb(own[index], theirs)) own.splice(index, 1);
    const frame = own[index];
    // Where the engine ends the stack because an address is no code, GDB goes on into nonsense.
    const last = frames.at(-1);
    // Without unwind tables (libgcc has none) GDB loses the way where the engine follows the code.
    if (theirs.name === null && frame?.kind === 'call' && frame.function !== undefined) break;
    // The engine ends a stack at a return address of 0, GDB at the frame that it stands for.
    if (frame === undefined && last?.kind === 'call' && theirs.name === null && theirs.pc === 0) break;
    if (frame === undefined && last?.kind === 'end' && (last.pc === theirs.pc || theirs.name === null)) break;
    const problem = compareFrame(frame, theirs, isInterrupted);
    outcome.frames++;
    if (problem !== undefined) {
      outcome.differences.push(`frame ${index}: ${problem}`);
      break;
    }
    if (frame?.kind === 'call') await compareFrameValues(engine, frame, theirs, index, outcome);
  }
  const [top] = frames;
  if (top?.kind === 'call') {
    const scope = engine.scope(top);
    for (const [name, theirs] of Object.entries(answer.statics)) {
      await compareValue(outcome, `static ${name}`, theirs, () =>
        engine.run(() =>
          scope
            .statics()
            .filter((item) => item.name === name || item.variable.qualifiedName === name)
            .map((item) => treeOf(item.value)),
        ),
      );
    }
  }
  return outcome;
}

/** The other way round: an inlined function of GDB's that begins at the next instruction. */
function dropInlinesOfNext(answered: OracleFrame[], index: number, frame: Frame | undefined): void {
  if (frame?.kind !== 'call' || frame.lookupPc === frame.pc) return;
  while (answered[index]?.type === inlineFrame && plainName(answered[index]?.name ?? '') !== plainName(frame.name))
    answered.splice(index, 1);
}

function compareFrame(frame: Frame | undefined, theirs: OracleFrame, isInterrupted: boolean): string | undefined {
  if (frame === undefined) return `missing, but ${theirs.name} in GDB`;
  if (theirs.type === signalFrame)
    return frame.kind === 'exception' ? undefined : `${frame.name}, but an exception frame in GDB`;
  if (frame.kind !== 'call') return `<${frame.name}>, but ${theirs.name} in GDB`;
  const name = frame.function?.qualifiedName ?? frame.name.replace(/\+0x[\da-f]+$/, '');
  // GDB writes parameter lists behind C++ names.
  if (theirs.name !== null && plainName(name) !== plainName(theirs.name) && !isAlias(frame, theirs.name))
    return `${name}, but ${theirs.name} in GDB`;
  if (frame.pc !== theirs.pc) return `${name} at ${frame.pc}, but at ${theirs.pc} in GDB`;
  // Interrupted code is shown at the instruction that ran last, by GDB at the one that comes next.
  const isShiftedOnPurpose = isInterrupted && frame.lookupPc !== frame.pc;
  if ((frame.position?.line ?? 0) !== theirs.line && !isShiftedOnPurpose && !isMergedRow(frame, theirs.line))
    return `${name} in line ${frame.position?.line}, but ${theirs.line} in GDB`;
  return undefined;
}

/** Where the debug information names no function, one of several symbols of its address is as good as another. */
function isAlias({ unwinder: { program }, function: known, lookupPc }: CallFrame, theirs: string): boolean {
  const own = known === undefined ? program.symbolAt(lookupPc)?.symbol.address : undefined;
  return own !== undefined && program.symbolNamed(theirs)?.address === own;
}

/**
 * GDB drops a row that continues the line of the one before. Then it shows the statement at the earlier one's address, or, where the
 * dropped row was the statement, the row at its address that is none.
 */
function isMergedRow({ unwinder: { program }, lookupPc }: CallFrame, line: number): boolean {
  const row = program.rowAt(lookupPc);
  if (row === undefined || row.isStatement) return false;
  const before = program.rowAt(row.low - 1);
  if (row.line === line && before !== undefined && program.statementRowAt(lookupPc)?.line === before.line) return true;
  return before?.line === row.line && program.statementRowAt(row.low - 1)?.line === line;
}

/** Without qualification and parameters. Aliases of a symbol that differ in their underscores are one function. */
function plainName(name: string): string {
  let bare = name.replace(/ const$/, '').replace(/\boperator\(\)/, 'operator');
  for (let longer = ''; longer !== bare; ) {
    longer = bare;
    bare = bare.replace(/<[^<>]*>|\([^()]*\)/g, '');
  }
  return bare.split('::').at(-1)?.replace(/^_+/, '') ?? bare;
}

async function compareFrameValues(
  engine: Engine,
  frame: CallFrame,
  theirs: OracleFrame,
  index: number,
  outcome: Comparison,
): Promise<void> {
  const scope = engine.scope(frame);
  const visible = await engine.run(() => [...scope.locals(), ...scope.arguments()]);
  const doubtful = await engine.run(() => visible.filter((item) => isLostOnGdb(frame, item)).map(({ name }) => name));
  for (const [name, expected] of Object.entries(theirs.locals)) {
    if (doubtful.includes(name)) continue;
    // GDB leaves `extern` declarations of a block out of its lists, though not out of expressions.
    const hasDeclaration = visible.some((item) => item.name === name && item.variable.kind === 'global');
    await compareValue(outcome, `frame ${index} (${theirs.name}) ${name}`, expected, () =>
      engine.run(() =>
        visible
          .filter((item) => item.name === name && (!item.isShadowed || hasDeclaration))
          .map((item) => treeOf(item.value)),
      ),
    );
  }
  // A variable that has no place anywhere may be absent from the lists of a frame; GDB lists some of them.
  const own = new Set(visible.map(({ name }) => name));
  const absent = Object.keys(theirs.locals).filter((name) => !own.has(name) && theirs.locals[name] === 'optimized out');
  for (const [text, expected] of Object.entries(theirs.expressions)) {
    if ([...absent, ...doubtful].some((name) => text.includes(name))) continue;
    // GDB says 0 for the size of an incomplete type; C has no answer.
    if (text.startsWith('sizeof') && expected === '0') continue;
    outcome.expressions++;
    await compareValue(outcome, `frame ${index} (${theirs.name}) expression ${text}`, expected, async () => {
      try {
        const { value } = await engine.evaluate(text, scope, { mayStore: false });
        return [await engine.run(() => treeOf(value))];
      } catch (error) {
        if (error instanceof ExpressionError) return [`error: ${error.problem}`];
        throw error;
      }
    });
  }
}

/**
 * True for values that GDB 13 gets wrong: a pointer to an object that has no address (DWARF 5 §2.6.1.1.4) is 0 to its scripts, and
 * for a value at entry of a function (DW_OP_entry_value) that is called from inlined code it takes the frame base of that code.
 */
function isLostOnGdb(frame: CallFrame, { value, variable }: NamedValue): boolean {
  const { place } = value;
  // What lies below the stack pointer of interrupted code (in its prologue) was overwritten by the exception.
  const sp = Number(frame.physical.registers.get(frame.unwinder.thread.architecture.stackPointer) ?? 0n);
  if (place.kind === 'memory' && !frame.physical.isCall && place.address < sp && place.address > sp - 1024) return true;
  if (place.kind !== 'pieces') return false;
  if (place.pieces.some((piece) => piece.place.kind === 'implicitPointer')) return true;
  const { unwinder } = frame;
  const caller = unwinder.frame(frame.physicalIndex + 1);
  const isCalledInline =
    caller?.kind === 'code' && (unwinder.program.inlineChainAt(caller.lookupPc)[0]?.isInlined ?? false);
  if (!isCalledInline) return false;
  const { caller: _, ...alone } = contextOf(frame);
  return unwinder.program.locate(variable.location, alone).kind === 'unavailable';
}

async function compareValue(
  outcome: Comparison,
  place: string,
  expected: Tree,
  own: () => Promise<Tree[]>,
): Promise<void> {
  const candidates = await own();
  outcome.values++;
  if (candidates.length === 0 && expected === 'optimized out') return;
  if (candidates.some((candidate) => isSame(candidate, expected))) return;
  outcome.differences.push(`${place}: ${JSON.stringify(candidates[0])}, but ${JSON.stringify(expected)} in GDB`);
}

/**
 * GDB knows no register that a call does not preserve and shows its present content; the engine says that it is lost
 * (AAPCS §6.1.1: r0–r3 and r12 need not be kept). So “unavailable” is never a disagreement. And the engine finds arguments by
 * DW_OP_entry_value (DWARF 5 §2.5.1.7) where GDB 13 gives up: its “optimized out” is none either.
 */
function isSame(own: Tree | undefined, theirs: Tree): boolean {
  // A variable-length array whose bound is itself in a location list has no known length (DWARF 5 §5.13 lets it).
  if (typeof own === 'string' && /^error: .*\[\]/.test(own)) return true;
  if (own === undefined) return false;
  // An array of unknown length has no elements that are known to be there; GDB shows one.
  if (Array.isArray(own) && own.length === 0) return true;
  if (own === 'unavailable' || theirs === null || own === null) return true;
  if (typeof own === 'string' && /^error: ((The value|The pointer) is )?<unavailable/.test(own)) return true;
  if (typeof theirs === 'string') {
    if (/optimized out/.test(theirs)) return true;
    // GCC leaves out the inner bound of some arrays of variable length.
    if (theirs === 'error: no such vector element')
      return Array.isArray(own) && own.every((item) => item === 'missing');
    if (theirs.startsWith('error')) return typeof own === 'string' && /^(error|optimized out|unavailable)/.test(own);
    if (theirs.startsWith('float ') && typeof own === 'string' && own.startsWith('float ')) {
      const [a, b] = [own, theirs].map((text) => Number(text.slice(6)));
      return (
        Object.is(a, b) ||
        Math.abs((a ?? 0) - (b ?? 0)) <= Math.abs(b ?? 0) * 1e-12 ||
        (/nan/.test(theirs) && Number.isNaN(a))
      );
    }
    return own === theirs || (typeof own === 'string' && /^error: It has no address/.test(own));
  }
  if (Array.isArray(theirs)) return Array.isArray(own) && theirs.every((item, index) => isSame(own[index], item));
  if (typeof own !== 'object' || Array.isArray(own)) return false;
  return Object.entries(theirs).every(([name, item]) => isSame(own[name], item));
}

function treeOf(value: Value, depth = 0): Tree {
  const type: Type | undefined = strip(value.type);
  if (value.place.kind === 'optimizedOut') return 'optimized out';
  if (value.place.kind === 'unavailable') return 'unavailable';
  const target = isReference(type) ? (dereference(value) ?? value) : undefined;
  if (target !== undefined && target !== value) return treeOf(target, depth);
  if (type?.kind === 'base' || type?.kind === 'enum' || type?.kind === 'pointer') {
    const content = value.readAll();
    if ('problem' in content) return content.problem.startsWith('<optimized') ? 'optimized out' : 'unavailable';
    if (type.kind === 'base' && type.encoding === 'float')
      return `float ${readFloat(content.bytes, value.space.isBigEndian)}`;
    return String(integerOf(value));
  }
  if (depth >= 3) return null;
  if (type?.kind === 'array') {
    const count = Math.min(elementCount(value) ?? 0, 6);
    return Array.from({ length: count }, (_, index) => {
      const item = element(value, index);
      return item === undefined ? 'missing' : treeOf(item, depth + 1);
    });
  }
  if (!isStruct(type)) return null;
  const entries = type.members.flatMap((member) =>
    member.name === undefined ? [] : [[member.name, treeOf(memberValue(value, member), depth + 1)] as const],
  );
  return Object.fromEntries(entries);
}
