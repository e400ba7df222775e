// Reads the code ahead of a step and finds the places where the core has to be stopped: where the step is over, where only the running
// core knows the way, and the functions to stop in. Follows the code on paper, instruction by instruction; nothing runs here.
import type { AddressRange, FunctionInfo, Program } from '../../debuginfo/api';
import type { DecodedFlow } from '../arch/flow';
import type { RunControl } from '../arch/runControl';
import { isSameStanding, judge, type Standing } from './stepperRules';
import { isThumbAt, type StepKind } from './stepRange';

export interface PlanRequest {
  readonly from: number;
  readonly standing: Standing;
  readonly kind: StepKind;
  readonly granularity: 'line' | 'statement';
  /** Stepping into: stop only in the function that begins here. */
  readonly into: number | undefined;
  /** The code of the function that is stepped. */
  readonly body: readonly AddressRange[];
}

export interface Plan {
  /** Where the step is over → how many inlined calls deep the user is to be shown. */
  readonly ends: ReadonlyMap<number, number>;
  /** Instructions that go where only the running core knows → what is stepped there. */
  readonly decisions: ReadonlyMap<number, Standing>;
  /** Places from which on another line is stepped. */
  readonly changes: ReadonlyMap<number, Standing>;
  /** Where to stop in functions that are called directly. */
  readonly entries: ReadonlySet<number>;
  /** True when the function may end by a jump to another one, which returns to the caller. */
  readonly leaves: boolean;
}

/** More instructions than these are not followed for one step; it then goes from branch to branch. */
const LIMIT = 4096;

export type ReadCode = (address: number, length: number) => Uint8Array | undefined;

interface Node {
  readonly address: number;
  readonly standing: Standing;
  /** Instructions from here on that are conditional (Thumb's IT block). */
  readonly conditional: number;
}

class Planner {
  readonly ends = new Map<number, number>();
  readonly decisions = new Map<number, Standing>();
  readonly changes = new Map<number, Standing>();
  readonly entries = new Set<number>();
  leaves = false;
  /** One place would mean two things, depending on how the core came there. */
  isAmbiguous = false;
  readonly #seen = new Map<number, Standing>();
  readonly #waiting: Node[] = [];

  constructor(
    private readonly program: Program,
    private readonly runControl: RunControl,
    private readonly read: ReadCode,
    private readonly request: PlanRequest,
    /** Goes on behind places where the line changes, instead of stopping there. */
    private readonly followsChanges: boolean,
  ) {}

  /** False when the code cannot be followed. */
  explore(): boolean {
    const { from, standing } = this.request;
    this.#push({ address: from, standing, conditional: 0 });
    for (let count = 0; ; count++) {
      const node = this.#waiting.pop();
      if (node === undefined) return true;
      if (count >= LIMIT || !this.#visit(node)) return false;
      if (this.isAmbiguous && this.followsChanges) return false;
    }
  }

  #push(node: Node): void {
    const known = this.#seen.get(node.address);
    if (known === undefined) {
      this.#seen.set(node.address, node.standing);
      this.#waiting.push(node);
    } else if (!isSameStanding(known, node.standing)) this.isAmbiguous = true;
    if (this.ends.has(node.address)) this.isAmbiguous = true;
  }

  #visit({ address, standing, conditional }: Node): boolean {
    // What stands behind a call that does not come back may be constants.
    if (this.program.codeKindAt(address) === 'data') return true;
    const decoded = decodeAt(this.program, this.runControl, this.read, address, conditional > 0);
    if (decoded === undefined) return false;
    const { flow, length } = decoded;
    const left = decoded.conditionalNext ?? Math.max(0, conditional - 1);
    const next = address + length;
    switch (flow.kind) {
      case 'sequential':
      case 'trap':
        this.#arrive(address, next, standing, left);
        break;
      case 'jump':
        this.#arrive(address, flow.target, standing, 0);
        break;
      case 'branch':
        this.#arrive(address, flow.target, standing, 0);
        this.#arrive(address, next, standing, left);
        break;
      case 'call': {
        const callee = flow.target === undefined ? undefined : calleeAt(this.program, flow.target);
        if (this.request.kind === 'into') this.#enter(address, flow.target, callee, standing);
        // What stands behind a call that never returns is something else.
        if (callee?.isNoreturn !== true || flow.isConditional) this.#arrive(address, next, standing, left, true);
        break;
      }
      case 'indirect':
        this.decisions.set(address, standing);
        if (flow.isConditional) this.#arrive(address, next, standing, left);
        break;
    }
    return true;
  }

  /** @param isBehindCall the place where a call comes back to */
  #arrive(previous: number, address: number, standing: Standing, conditional: number, isBehindCall = false): void {
    const { kind, granularity, body } = this.request;
    if (!body.some(({ low, high }) => address >= low && address < high)) {
      if (!isBehindCall) this.#jumpOut(address);
      return;
    }
    const verdict = judge(this.program, address, standing, kind, granularity, previous);
    if (verdict.kind === 'end') {
      const known = this.ends.get(address);
      if (this.#seen.has(address) || (known !== undefined && known !== verdict.depth)) this.isAmbiguous = true;
      this.ends.set(address, verdict.depth);
    } else if (verdict.kind === 'on') this.#push({ address, standing, conditional });
    else if (this.followsChanges) this.#push({ address, standing: verdict.standing, conditional });
    else this.changes.set(address, verdict.standing);
  }

  /** Stops in a function that is called, if it has lines. Which one it is shows at the call when a register or unnamed code tells it. */
  #enter(call: number, target: number | undefined, callee: Callee | undefined, standing: Standing): void {
    const isNamed = target !== undefined && this.program.symbolAt(target)?.offset === 0;
    if (callee !== undefined) this.#stopIn(callee);
    else if (!isNamed) this.decisions.set(call, standing);
  }

  #stopIn({ entry, stepEntry }: Callee): void {
    const { into } = this.request;
    if (stepEntry !== undefined && (into === undefined || into === entry)) this.entries.add(stepEntry);
  }

  /** The function ends by a jump to another one. */
  #jumpOut(target: number): void {
    const callee = calleeAt(this.program, target);
    this.leaves = true;
    if (this.request.kind === 'into' && callee !== undefined) this.#stopIn(callee);
  }
}

/** Undefined when the code cannot be read or is too long. */
export function planStep(
  program: Program,
  runControl: RunControl,
  read: ReadCode,
  request: PlanRequest,
): Plan | undefined {
  const whole = new Planner(program, runControl, read, request, true);
  if (whole.explore()) return whole;
  const first = new Planner(program, runControl, read, request, false);
  return first.explore() ? first : undefined;
}

/**
 * A plan that needs one breakpoint: for the next place from `from` on where the step is over, or whose instruction may not be followed
 * by the next one. Undefined when that is `from` itself.
 */
export function planStretch(
  program: Program,
  runControl: RunControl,
  read: ReadCode,
  { from, standing: first, kind, granularity, body }: PlanRequest,
): Plan | undefined {
  const none = { ends: new Map(), decisions: new Map(), changes: new Map(), entries: new Set<number>(), leaves: false };
  let standing = first;
  let conditional = 0;
  for (let address = from; ; ) {
    const decoded = decodeAt(program, runControl, read, address, conditional > 0);
    const { flow } = decoded ?? {};
    const falls = flow?.kind === 'sequential' || flow?.kind === 'trap' || (flow?.kind === 'call' && kind === 'over');
    const next = address + (decoded?.length ?? 0);
    if (decoded === undefined || !falls || !body.some(({ low, high }) => next >= low && next < high))
      return address === from ? undefined : { ...none, changes: new Map([[address, standing]]) };
    conditional = decoded.conditionalNext ?? Math.max(0, conditional - 1);
    const verdict = judge(program, next, standing, kind, granularity, address);
    if (verdict.kind === 'end') return { ...none, ends: new Map([[next, verdict.depth]]) };
    if (verdict.kind === 'change') standing = verdict.standing;
    address = next;
  }
}

function decodeAt(
  program: Program,
  runControl: RunControl,
  read: ReadCode,
  address: number,
  isConditional: boolean,
): DecodedFlow | undefined {
  const code = read(address, 4) ?? read(address, 2);
  return code === undefined ? undefined : runControl.decoder(isThumbAt(program, address))(code, address, isConditional);
}

/** Names that linkers give to code that leads on to a function that is out of reach or in another instruction set. */
const VENEER = /^__(.+)_(?:veneer|from_thumb|from_arm|change_to_arm)$/;

/** What stepping needs to know of a function that is called. */
export interface Callee {
  readonly entry: number;
  /** Where stepping into it ends; undefined without lines. */
  readonly stepEntry: number | undefined;
  readonly isNoreturn: boolean;
}

/** The function that begins at an address, or that a linker's veneer there leads to; with debug information or with lines at least. */
export function calleeAt(program: Program, address: number): Callee | undefined {
  const info = program.functionAt(address);
  if (info !== undefined) return info.entry === address ? { ...pick(info), entry: address } : undefined;
  const found = program.symbolAt(address);
  if (found?.offset !== 0) return undefined;
  // Assembler code may have lines and nothing else.
  if (program.rowAt(address) !== undefined) return { entry: address, stepEntry: address, isNoreturn: false };
  const name = VENEER.exec(found.symbol.name)?.[1];
  const symbol = name === undefined ? undefined : program.symbolNamed(name);
  return symbol === undefined || symbol.address === address ? undefined : calleeAt(program, symbol.address);
}

const pick = ({ stepEntry, isNoreturn }: FunctionInfo) => ({ stepEntry, isNoreturn });

/** The code of the function around an address: by its debug information, else by its symbol, else its row of the line table alone. */
export function bodyAround(program: Program, address: number): readonly AddressRange[] {
  const info = program.functionAt(address);
  if (info !== undefined) return info.ranges;
  const { symbol } = program.symbolAt(address) ?? {};
  if (symbol?.kind === 'function' && symbol.size > 0)
    return [{ low: symbol.address, high: symbol.address + symbol.size }];
  const row = program.rowAt(address);
  return row === undefined ? [] : [row];
}
