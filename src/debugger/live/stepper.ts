// Steps: over, into and out, by line, statement and instruction. A step reads the code ahead, sets temporary breakpoints where it can be
// left and runs at full speed between them; single instructions are stepped only where the way on depends on registers.
import type { FunctionInfo } from '../../debuginfo/api';
import type { RunControl } from '../arch/runControl';
import type { Engine } from '../engine';
import type { CallFrame } from '../stack';
import type { RunState } from '../target';
import { liveErrors } from './messages';
import type { OpenOcdTarget } from './openocdTarget';
import type { Floor } from './snapshot';
import {
  areOnOneLine,
  contains,
  type Exits,
  exitsOf,
  functionRange,
  inlineDepth,
  inlinedEntries,
  isThumbAt,
  lineRange,
  nextBranch,
  type StepKind,
  type StepRange,
  statementRange,
} from './stepRange';

export type Granularity = 'line' | 'statement' | 'instruction';

export interface StepOptions {
  readonly granularity: Granularity;
  readonly signal: AbortSignal;
  /** Stepping into: stop only in the function that begins here. */
  readonly into?: number;
  /** The user's own breakpoints: a step that reaches one may end there. */
  readonly breakpoints: ReadonlySet<number>;
  /** Whether a stop at one of them counts: conditions, hit counts and log points. */
  stopsAt(pc: number): Promise<boolean>;
}

/** Why a step ended. */
/** `depth`: how many inlined calls deep the user is to be shown; undefined = as deep as code has run. */
export type StepEnd =
  | { readonly kind: 'done'; readonly depth?: number }
  | { readonly kind: 'interrupted'; readonly state: RunState };

interface Here {
  readonly pc: number;
  readonly frame: CallFrame | undefined;
  readonly cfa: number | undefined;
  readonly caller: CallFrame | undefined;
}

/** Instructions single-stepped through code without line information before the step runs out of it. */
const VENEER_STEPS = 4;

export class Stepper {
  constructor(
    private readonly engine: Engine,
    private readonly target: OpenOcdTarget,
    private readonly runControl: RunControl,
  ) {}

  async over(thread: number, options: StepOptions): Promise<StepEnd> {
    return options.granularity === 'instruction'
      ? this.#instruction(thread, 'over', options)
      : this.#line(thread, 'over', options);
  }

  async into(thread: number, options: StepOptions): Promise<StepEnd> {
    return options.granularity === 'instruction'
      ? this.#instruction(thread, 'into', options)
      : this.#line(thread, 'into', options);
  }

  /** Runs until the function of a frame has returned to its caller; for an inlined one until its code is left. */
  async out(thread: number, options: StepOptions): Promise<StepEnd> {
    const here = await this.#here(thread);
    if (here.frame?.isInlined) {
      const range = functionRange(this.engine.program, here.pc);
      if (range !== undefined) return this.#leave(thread, range, here, undefined, 'over', options);
    }
    if (here.caller === undefined) throw liveErrors.noCaller();
    return this.#runTo(thread, [here.caller.pc], this.#floorsFor([here.caller.pc], here.caller.cfa), options);
  }

  // ---- one instruction

  async #instruction(thread: number, kind: StepKind, options: StepOptions): Promise<StepEnd> {
    const here = await this.#here(thread);
    const code = this.#code(here.pc, 4) ?? this.#code(here.pc, 2);
    const decoded =
      code === undefined
        ? undefined
        : this.runControl.decoder(isThumbAt(this.engine.program, here.pc))(code, here.pc, false);
    if (kind === 'over' && decoded?.flow.kind === 'call') {
      const next = here.pc + decoded.length;
      return this.#runTo(thread, [next], this.#floorsFor([next], here.cfa), options);
    }
    await this.target.stepInstruction(thread);
    return { kind: 'done' };
  }

  // ---- lines and statements

  async #line(thread: number, kind: StepKind, options: StepOptions): Promise<StepEnd> {
    const { program } = this.engine;
    const here = await this.#here(thread);
    const hidden = this.engine.hiddenInlined(thread);
    const depth = Math.max(0, inlineDepth(program, here.pc) - hidden);
    // The inlined function begins here: entering it takes no instruction.
    if (kind === 'into' && hidden > 0 && options.into === undefined) return { kind: 'done', depth: depth + 1 };
    const range =
      options.granularity === 'statement' ? statementRange(program, here.pc) : lineRange(program, here.pc, depth, kind);
    // Where no line is known, a step leaves the function: nobody wants to step through a library by instructions.
    if (range === undefined)
      return here.caller === undefined ? this.#instruction(thread, kind, options) : this.out(thread, options);
    return this.#leave(thread, range, here, depth, kind, options);
  }

  /** Runs until the range is left, deciding at each stop whether that was the end of the step. */
  async #leave(
    thread: number,
    first: StepRange,
    start: Here,
    /** Inlined calls that the user stands in; undefined when leaving an inlined function. */
    depth: number | undefined,
    kind: StepKind,
    options: StepOptions,
  ): Promise<StepEnd> {
    const { program } = this.engine;
    let range = first;
    let exits = this.#exits(range, kind, options);
    for (let here = start; ; ) {
      options.signal.throwIfAborted();
      const ended = await this.#hop(thread, range, exits, here, start, kind, options);
      if (ended !== undefined) return ended;
      const before = here;
      here = await this.#here(thread);
      if (contains(range, here.pc) && sameFrame(here, start)) continue;
      if (exits?.entries.includes(here.pc) && !sameFrame(here, start)) return { kind: 'done' };
      const verdict = await this.#judge(thread, here, before, start, kind, options);
      if (verdict === 'go on') {
        here = await this.#here(thread);
        if (contains(range, here.pc)) continue;
      } else if (verdict !== 'arrived') {
        return verdict;
      }
      if (options.granularity !== 'line' || depth === undefined || !sameFrame(here, start)) return { kind: 'done' };
      const arrival = this.#arrival(here.pc, start.pc, depth, kind);
      if (arrival !== 'unfinished') return arrival;
      const next = lineRange(program, here.pc, Math.min(depth, inlineDepth(program, here.pc)), kind);
      if (next === undefined) return { kind: 'done' };
      range = next;
      exits = this.#exits(range, kind, options);
    }
  }

  /** Whether a place in the function of the step is its end: the beginning of another line, as the user sees lines. */
  #arrival(pc: number, start: number, depth: number, kind: StepKind): StepEnd | 'unfinished' {
    const { program } = this.engine;
    const row = program.rowAt(pc);
    if (row === undefined || row.line === 0) return { kind: 'done' };
    const here = inlineDepth(program, pc);
    const isOurLine = areOnOneLine(program, pc, start, depth);
    if (here > depth) {
      if (isOurLine) return kind === 'into' ? { kind: 'done', depth: depth + 1 } : 'unfinished';
      // A call inlined into another line: its beginning is the beginning of that line's call.
      return here - depth <= inlinedEntries(program, pc) ? { kind: 'done' } : 'unfinished';
    }
    // Code that the compiler marks as no statement of its own line belongs to what came before, such as a function's end.
    const isBeginning = row.low === pc && program.statementRowAt(pc)?.isStatement === true;
    return isOurLine || !isBeginning ? 'unfinished' : { kind: 'done' };
  }

  #exits(range: StepRange, kind: StepKind, { into }: StepOptions): Exits | undefined {
    const read = (address: number, length: number) => this.#code(address, length);
    return exitsOf(this.engine.program, this.runControl, range, kind, read, into);
  }

  /** Runs to the next place where something is to be decided. A result ends the step. */
  async #hop(
    thread: number,
    range: StepRange,
    exits: Exits | undefined,
    here: Here,
    start: Here,
    kind: StepKind,
    options: StepOptions,
  ): Promise<StepEnd | undefined> {
    const { program } = this.engine;
    const mustStep = exits?.decisions.includes(here.pc) === true;
    if (!mustStep && exits !== undefined) {
      const stops = [...exits.addresses, ...exits.decisions];
      const all = [...stops, ...exits.entries];
      if (await this.#fits(all)) return this.#reach(thread, all, stops, start, options);
    }
    const piece = range.ranges.find(({ low, high }) => here.pc >= low && here.pc < high);
    const branch =
      piece === undefined
        ? undefined
        : nextBranch(program, this.runControl, piece, here.pc, kind, (address, length) => this.#code(address, length));
    if (!mustStep && branch !== undefined && branch !== here.pc && (await this.#fits([branch]))) {
      return this.#reach(thread, [branch], [branch], start, options);
    }
    await this.target.stepInstruction(thread);
    return this.#stopOf(thread, undefined);
  }

  /**
   * Runs to one of the addresses, to those of `inFrame` only in the frame where the step began, however deep calls recurse on
   * the way.
   */
  async #reach(
    thread: number,
    addresses: readonly number[],
    inFrame: readonly number[],
    start: Here,
    options: StepOptions,
  ): Promise<StepEnd | undefined> {
    const body = start.frame?.function?.ranges ?? [];
    const own = inFrame.filter((address) => body.some(({ low, high }) => address >= low && address < high));
    const end = await this.#runTo(thread, addresses, this.#floorsFor(own, start.cfa), options);
    return end.kind === 'done' ? undefined : end;
  }

  /** What a stop outside the range means. */
  async #judge(
    thread: number,
    here: Here,
    before: Here,
    start: Here,
    kind: StepKind,
    options: StepOptions,
  ): Promise<StepEnd | 'arrived' | 'go on'> {
    const { program } = this.engine;
    const info = program.functionAt(here.pc);
    if (start.cfa !== undefined && here.cfa !== undefined && here.cfa > start.cfa) {
      // Returned. A caller without lines is left as well.
      if (program.rowAt(here.pc) !== undefined || here.caller === undefined) return { kind: 'done' };
      return this.out(thread, options);
    }
    const isEntry =
      info === undefined
        ? !contains({ ranges: start.frame?.function?.ranges ?? [], function: undefined }, here.pc)
        : info.entry === here.pc;
    if (!isEntry) return 'arrived';
    const returnAddress = here.caller?.pc;
    const isCall = returnAddress !== undefined && here.caller !== undefined && here.caller.cfa === start.cfa;
    if (kind === 'into' && (await this.#enters(thread, here, options))) return { kind: 'done' };
    if (returnAddress === undefined) return { kind: 'done' };
    // Step over the call, or out of what the function became by a tail call.
    const end = await this.#runTo(thread, [returnAddress], this.#floorsFor([returnAddress], here.caller?.cfa), options);
    if (end.kind !== 'done') return end;
    return isCall && before.pc !== here.pc ? 'go on' : { kind: 'done' };
  }

  /** Stops behind the prologue of the function just entered, when it is one to step into. */
  async #enters(thread: number, here: Here, options: StepOptions): Promise<boolean> {
    const { program } = this.engine;
    let entered: FunctionInfo | undefined = program.functionAt(here.pc);
    for (let i = 0; entered?.afterPrologue === undefined && i < VENEER_STEPS; i++) {
      // A veneer jumps on to the real function within a few instructions.
      await this.target.stepInstruction(thread);
      const { pc } = await this.#here(thread);
      const found = program.functionAt(pc);
      if (found?.entry === pc) entered = found;
    }
    if (entered?.afterPrologue === undefined) return false;
    if (options.into !== undefined && entered.entry !== options.into) return false;
    const { pc } = await this.#here(thread);
    if (entered.afterPrologue !== pc) await this.#runTo(thread, [entered.afterPrologue], [], options);
    return true;
  }

  // ---- running

  /** Runs to one of the addresses. `interrupted` when something else stopped the core. */
  async #runTo(
    thread: number,
    addresses: readonly number[],
    floors: readonly Floor[],
    options: StepOptions,
  ): Promise<StepEnd> {
    if (!(await this.#fits(addresses))) throw liveErrors.noStepComparator();
    // Where the user has a breakpoint, a deeper call stops as well: that one is his.
    const own = floors.filter(({ address }) => !options.breakpoints.has(address));
    for (;;) {
      await this.target.runTo(thread, addresses, options.signal, own);
      options.signal.throwIfAborted();
      const end = this.#stopOf(thread, addresses);
      const pc = this.target.programCounter(thread);
      const state = this.target.state(thread);
      const isBreakpoint = state.kind === 'halted' && state.reason.kind === 'breakpoint';
      if (!isBreakpoint || pc === undefined || !options.breakpoints.has(pc)) return end ?? { kind: 'done' };
      if (await options.stopsAt(pc)) return { kind: 'interrupted', state };
      if (addresses.includes(pc) && !(await this.#isDeeper(thread, pc, floors))) return { kind: 'done' };
    }
  }

  /** Whether the core stands in a deeper call than the one that is waited for. */
  async #isDeeper(thread: number, pc: number, floors: readonly Floor[]): Promise<boolean> {
    const floor = floors.find(({ address }) => address === pc);
    if (floor === undefined) return false;
    const value = (await this.target.readRegisters(thread, [floor.register])).get(floor.register);
    return value !== undefined && Number(value) < floor.least;
  }

  /** The end of the step when the core stopped for another reason than the step itself. */
  #stopOf(thread: number, expected: readonly number[] | undefined): StepEnd | undefined {
    const state = this.target.state(thread);
    if (state.kind !== 'halted') return { kind: 'interrupted', state };
    const { kind } = state.reason;
    if (kind === 'step') return undefined;
    const pc = this.target.programCounter(thread);
    if (kind === 'breakpoint' && pc !== undefined && (expected === undefined || expected.includes(pc)))
      return undefined;
    return { kind: 'interrupted', state };
  }

  /** True when there are comparators enough for temporary breakpoints at all addresses. */
  #fits(addresses: readonly number[]): Promise<boolean> {
    return this.target.hasRoomFor(addresses);
  }

  /** What the frame of `cfa` has in its CFA register at each address; deeper calls have less there. */
  #floorsFor(addresses: readonly number[], cfa: number | undefined): Floor[] {
    if (cfa === undefined) return [];
    const { architecture, program } = this.engine;
    return addresses.flatMap((address) => {
      const rule = program.unwindRowAt(address)?.cfa;
      if (rule?.kind !== 'registerOffset') return [];
      return [{ address, register: architecture.registerName(rule.register), least: cfa - rule.offset }];
    });
  }

  async #here(thread: number): Promise<Here> {
    const { frames } = await this.engine.frames(thread, 0, 8);
    const calls = frames.filter((frame) => frame.kind === 'call');
    const frame = calls[0];
    const caller = calls.find((each) => each.physicalIndex !== frame?.physicalIndex);
    const pc = frame?.pc ?? this.target.programCounter(thread) ?? 0;
    return { pc, frame, cfa: frame?.cfa, caller };
  }

  /** Code from the program; stepping through code that is not in it goes by instruction. */
  #code(address: number, length: number): Uint8Array | undefined {
    return this.engine.program.bytesAt(address, length);
  }
}

const sameFrame = (a: Here, b: Here) => a.cfa === b.cfa || a.cfa === undefined || b.cfa === undefined;
