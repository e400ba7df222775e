// Steps: over, into and out, by line, statement and instruction. A step reads the code ahead, sets temporary breakpoints where it can be
// left and runs at full speed between them; single instructions are stepped only where the way on depends on registers.
import type { DecodedFlow } from '../arch/flow';
import type { RunControl } from '../arch/runControl';
import type { Engine } from '../engine';
import type { CallFrame } from '../stack';
import { liveErrors } from './messages';
import type { OpenOcdTarget } from './openocdTarget';
import { bodyAround, calleeAt, type Plan, type PlanRequest, planStep, planStretch } from './stepperPlan';
import { judge, leaving, type Standing, standingAt } from './stepperRules';
import { type Here, isOuter, isSameCall, returnSlot, type StepEnd, type StepOptions, StepRuns } from './stepperRuns';
import { inlineDepth, isThumbAt, type StepKind } from './stepRange';

export type { Granularity, StepEnd, StepOptions } from './stepperRuns';

/** A step on its way: where the core stands, and what is being stepped there. */
interface Situation {
  readonly here: Here;
  readonly standing: Standing;
}

/** Instructions single-stepped through code without line information before the step runs out of it. */
const VENEER_STEPS = 4;
/** Functions that leave others without returning, and end with a jump to where a register says. */
const JUMPERS = ['longjmp', '_longjmp', 'siglongjmp', 'restore_core_regs', '__restore_core_regs'];
const JUMPER_BYTES = 256;

export class Stepper {
  readonly #runs: StepRuns;
  #jumpers: readonly number[] | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly target: OpenOcdTarget,
    private readonly runControl: RunControl,
  ) {
    this.#runs = new StepRuns(engine, target);
  }

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
    const here = await this.#runs.here(thread);
    if (here.frame?.isInlined) {
      const standing = leaving(standingAt(this.engine.program, here.pc, this.engine.hiddenInlined(thread)));
      return this.#go(thread, { here, standing }, 'over', options);
    }
    return this.#toCaller(thread, here, options);
  }

  /** Runs until a function has returned, or was left by `longjmp`. */
  async #toCaller(thread: number, here: Here, options: StepOptions): Promise<StepEnd> {
    const { caller } = here;
    if (caller === undefined) throw liveErrors.noCaller();
    const jumpers = this.#jumpersOf().filter((address) => address !== caller.pc);
    const returns = await this.#returnsOf(here, caller);
    const watched = (await this.#runs.fits([...returns, ...jumpers])) ? jumpers : [];
    const slot = returnSlot(here);
    const floors = this.#runs
      .floorsFor(returns, caller.cfa)
      .map((floor) => (slot === undefined ? floor : { ...floor, slot }));
    for (;;) {
      const end = await this.#runs.runTo(thread, [...returns, ...watched], floors, options);
      if (end.kind !== 'done' || !watched.includes(this.target.programCounter(thread) ?? 0)) return end;
      const jump = await this.#throughJump(thread, options);
      if (jump !== undefined) return jump;
      if (isOuter(await this.#runs.here(thread), here)) return end;
    }
  }

  /** Where a function returns to. The handler of a trap may return past the instruction that made it. */
  async #returnsOf({ interrupted }: Here, caller: CallFrame): Promise<readonly number[]> {
    const length = interrupted === caller ? this.#decode(caller.pc)?.length : undefined;
    const both = length === undefined ? [caller.pc] : [caller.pc, caller.pc + length];
    return (await this.#runs.fits(both)) ? both : [caller.pc];
  }

  // ---- one instruction

  async #instruction(thread: number, kind: StepKind, options: StepOptions): Promise<StepEnd> {
    const here = await this.#runs.here(thread);
    const decoded = this.#decode(here.pc);
    if (kind === 'over' && decoded?.flow.kind === 'call') {
      const next = here.pc + decoded.length;
      return this.#runs.runTo(thread, [next], this.#runs.floorsFor([next], here.cfa), options);
    }
    await this.target.stepInstruction(thread);
    return { kind: 'done' };
  }

  /** Code from the program; stepping through code that is not in it goes by instruction. */
  readonly #code = (address: number, length: number): Uint8Array | undefined =>
    this.engine.program.bytesAt(address, length);

  #decode(address: number): DecodedFlow | undefined {
    const code = this.#code(address, 4) ?? this.#code(address, 2);
    if (code === undefined) return undefined;
    return this.runControl.decoder(isThumbAt(this.engine.program, address))(code, address, false);
  }

  #isCall(address: number): boolean {
    return this.#decode(address)?.flow.kind === 'call';
  }

  // ---- lines and statements

  async #line(thread: number, kind: StepKind, options: StepOptions): Promise<StepEnd> {
    const { program } = this.engine;
    const here = await this.#runs.here(thread);
    const hidden = this.engine.hiddenInlined(thread);
    const standing = standingAt(program, here.pc, hidden);
    // The inlined function begins here: entering it takes no instruction.
    if (kind === 'into' && hidden > 0 && options.into === undefined)
      return { kind: 'done', depth: inlineDepth(program, here.pc) - hidden + 1 };
    if (standing.line !== undefined) return this.#go(thread, { here, standing }, kind, options);
    // Where no line is known, a step leaves the function: nobody wants to step through a library by instructions.
    if (here.caller === undefined) return this.#instruction(thread, kind, options);
    const end = await this.#toCaller(thread, here, options);
    if (end.kind !== 'done') return end;
    const next = await this.#returned(thread, standing, kind, options);
    return 'kind' in next ? next : this.#go(thread, next, kind, options);
  }

  /** Goes on until the step is over. */
  async #go(thread: number, start: Situation, kind: StepKind, options: StepOptions): Promise<StepEnd> {
    for (let at = start; ; ) {
      options.signal.throwIfAborted();
      const next = await this.#advance(thread, at, kind, options);
      if ('kind' in next) return next;
      at = next;
    }
  }

  /** Runs to the next place where something is to be decided, and decides it. */
  async #advance(thread: number, at: Situation, kind: StepKind, options: StepOptions): Promise<Situation | StepEnd> {
    const request = this.#request(at, kind, options);
    const whole = planStep(this.engine.program, this.runControl, this.#code, request);
    const decided = whole?.decisions.get(at.here.pc);
    if (decided === undefined) {
      // With few breakpoints left the step goes from branch to branch.
      const stretch = planStretch(this.engine.program, this.runControl, this.#code, request);
      for (const plan of [whole, stretch]) {
        if (plan === undefined) continue;
        const stops = stopsOf(plan, at.here);
        for (const all of [[...stops, ...this.#jumpersOf()], stops]) {
          if (await this.#runs.fits(all)) return this.#reach(thread, at, plan, all, kind, options);
        }
      }
      // A call would have to be left again.
      if (kind === 'over' && this.#isCall(at.here.pc)) throw liveErrors.noStepComparator();
    }
    return this.#single(thread, { ...at, standing: decided ?? at.standing }, kind, options);
  }

  #request({ here, standing }: Situation, kind: StepKind, { granularity, into }: StepOptions): PlanRequest {
    const body = bodyAround(this.engine.program, here.pc);
    const by = granularity === 'statement' ? 'statement' : 'line';
    return { from: here.pc, standing, kind, granularity: by, into, body };
  }

  /** Runs to the places of a plan, as often as the core comes to one of them in another call than the step's. */
  async #reach(
    thread: number,
    at: Situation,
    plan: Plan,
    stops: readonly number[],
    kind: StepKind,
    options: StepOptions,
  ): Promise<Situation | StepEnd> {
    const own = [...plan.ends.keys(), ...plan.decisions.keys(), ...plan.changes.keys()];
    const { caller, cfa } = at.here;
    const returns = plan.leaves && caller !== undefined && !own.includes(caller.pc) ? caller.pc : undefined;
    const floors = [
      ...this.#runs.floorsFor(own, cfa),
      ...(returns === undefined ? [] : this.#runs.floorsFor([returns], caller?.cfa)),
    ];
    for (;;) {
      const end = await this.#runs.runTo(thread, stops, floors, options);
      if (end.kind !== 'done') return end;
      const here = await this.#runs.here(thread);
      if (here.exceptions > at.here.exceptions) continue;
      const { pc } = here;
      if (isSameCall(here, at.here)) {
        const depth = plan.ends.get(pc);
        if (depth !== undefined) return { kind: 'done', depth };
        const standing = plan.changes.get(pc) ?? plan.decisions.get(pc);
        if (plan.decisions.has(pc))
          return this.#single(thread, { here, standing: standing ?? at.standing }, kind, options);
        if (own.includes(pc)) return { here, standing: standing ?? at.standing };
      }
      const isCalled = here.caller === undefined || isSameCall({ cfa: here.caller.cfa }, at.here);
      const isTail = here.caller?.cfa === caller?.cfa && here.caller?.pc === caller?.pc;
      if (plan.entries.has(pc) && (isCalled || isTail)) return { kind: 'done' };
      if (this.#jumpersOf().includes(pc)) {
        const end = await this.#throughJump(thread, options);
        if (end !== undefined) return end;
        const landed = await this.#runs.here(thread);
        if (isSameCall(landed, at.here) || isOuter(landed, at.here)) return this.#arrive(thread, at, kind, options);
        continue;
      }
      if (isOuter(here, at.here)) return this.#returned(thread, at.standing, kind, options);
    }
  }

  /** Steps the instruction that goes where only the core knows, and looks where that is. */
  async #single(thread: number, at: Situation, kind: StepKind, options: StepOptions): Promise<Situation | StepEnd> {
    await this.target.stepInstruction(thread);
    const end = this.#runs.stopOf(thread, undefined);
    return end ?? this.#arrive(thread, at, kind, options);
  }

  /** Decides what it means that the core has come to where it stands now. */
  async #arrive(thread: number, from: Situation, kind: StepKind, options: StepOptions): Promise<Situation | StepEnd> {
    const { program } = this.engine;
    const here = await this.#runs.here(thread);
    const { standing } = from;
    if (here.exceptions > from.here.exceptions) {
      // An interrupt was served instead: the step goes on where it came.
      const { interrupted } = here;
      if (interrupted === undefined) return { kind: 'done' };
      const end = await this.#runs.runTo(
        thread,
        [interrupted.pc],
        this.#runs.floorsFor([interrupted.pc], interrupted.cfa),
        options,
      );
      return end.kind === 'done' ? this.#arrive(thread, from, kind, options) : end;
    }
    const { body, granularity } = this.#request(from, kind, options);
    if (isSameCall(here, from.here) && body.some(({ low, high }) => here.pc >= low && here.pc < high)) {
      const verdict = judge(program, here.pc, standing, kind, granularity, from.here.pc);
      if (verdict.kind === 'end') return { kind: 'done', depth: verdict.depth };
      return { here, standing: verdict.kind === 'change' ? verdict.standing : standing };
    }
    if (isOuter(here, from.here)) return this.#returned(thread, standing, kind, options);
    const isCall = here.caller !== undefined && isSameCall({ cfa: here.caller.cfa }, from.here);
    if (!isCall && calleeAt(program, here.pc) === undefined && program.rowAt(here.pc) !== undefined)
      return this.#returned(thread, standing, kind, options);
    if (kind === 'into' && (await this.#enters(thread, here, options))) return { kind: 'done' };
    const entered = kind === 'into' ? await this.#runs.here(thread) : here;
    if (entered.caller === undefined) return { kind: 'done' };
    // Over the call, or out of what the function became by a jump to another one.
    const end = await this.#toCaller(thread, entered, options);
    if (end.kind !== 'done') return end;
    return isCall ? this.#arrive(thread, from, kind, options) : this.#returned(thread, standing, kind, options);
  }

  /** The function has returned: goes on to the end of the caller's line. A caller without lines is left as well. */
  async #returned(
    thread: number,
    standing: Standing,
    kind: StepKind,
    options: StepOptions,
  ): Promise<Situation | StepEnd> {
    const { program } = this.engine;
    const here = await this.#runs.here(thread);
    if (program.rowAt(here.pc) === undefined) {
      if (here.caller === undefined) return { kind: 'done' };
      const end = await this.#toCaller(thread, here, options);
      return end.kind === 'done' ? this.#returned(thread, standing, kind, options) : end;
    }
    const by = options.granularity === 'statement' ? 'statement' : 'line';
    const verdict = judge(program, here.pc, standing, kind, by, undefined);
    if (verdict.kind === 'end') return { kind: 'done', depth: verdict.depth };
    return { here, standing: verdict.kind === 'change' ? verdict.standing : standingAt(program, here.pc, 0) };
  }

  /** Stops behind the first line of the function just entered, when it is one to step into. */
  async #enters(thread: number, first: Here, options: StepOptions): Promise<boolean> {
    const { program } = this.engine;
    let entered = calleeAt(program, first.pc);
    for (let i = 0; entered?.stepEntry === undefined && i < VENEER_STEPS; i++) {
      // A veneer jumps on to the real function within a few instructions.
      await this.target.stepInstruction(thread);
      const { pc } = await this.#runs.here(thread);
      entered = calleeAt(program, pc) ?? entered;
    }
    if (entered?.stepEntry === undefined) return false;
    if (options.into !== undefined && entered.entry !== options.into) return false;
    const { stepEntry } = entered;
    // With no breakpoint left the step ends at the function's first instruction.
    if (stepEntry !== this.target.programCounter(thread) && (await this.#runs.fits([stepEntry])))
      await this.#runs.runTo(thread, [stepEntry], [], options);
    return true;
  }

  /** Follows a `longjmp` to where it lands. A result when something else has stopped the core. */
  async #throughJump(thread: number, options: StepOptions): Promise<StepEnd | undefined> {
    const jumps = this.#computedJumpsFrom(this.target.programCounter(thread) ?? 0);
    if (jumps.length === 0 || !(await this.#runs.fits(jumps))) return undefined;
    const end = await this.#runs.runTo(thread, jumps, [], options);
    if (end.kind !== 'done') return end;
    await this.target.stepInstruction(thread);
    return this.#runs.stopOf(thread, undefined);
  }

  #jumpersOf(): readonly number[] {
    this.#jumpers ??= JUMPERS.flatMap((name) => this.engine.program.symbolNamed(name)?.address ?? []);
    return this.#jumpers;
  }

  /** The instructions of such a function that go where registers say; the last one ends it. */
  #computedJumpsFrom(entry: number): number[] {
    const jumps: number[] = [];
    for (let address = entry; address < entry + JUMPER_BYTES; ) {
      const decoded = this.#decode(address);
      if (decoded === undefined) break;
      if (decoded.flow.kind === 'indirect') {
        jumps.push(address);
        if (!decoded.flow.isConditional) break;
      }
      address += decoded.length;
    }
    return jumps;
  }
}

/** Where a plan needs breakpoints. */
function stopsOf(plan: Plan, { caller }: Here): number[] {
  const own = [...plan.ends.keys(), ...plan.decisions.keys(), ...plan.changes.keys(), ...plan.entries];
  return plan.leaves && caller !== undefined && !own.includes(caller.pc) ? [...own, caller.pc] : own;
}
