// The user's breakpoints on the target: finds their addresses, sets each address once however many ask for it, and says why one
// cannot be set. Whether a stop at one counts is decided in verdicts.ts.

import type { Program } from '../../../debuginfo/api';
import type { Engine } from '../../engine';
import { wordsOf } from '../../errors';
import { liveTexts } from '../messages';
import type { OpenOcdTarget } from '../openocdTarget';
import { Turns } from '../turns';
import { parseHitCount } from './hitCount';
import { parseLogMessage } from './logMessage';
import type { BreakpointRequest, DataBreakpoint, DataBreakpointRequest, UserBreakpoint, Where } from './userBreakpoint';
import { watchRanges } from './watchRanges';

/** Sets of breakpoints are replaced as a whole: one per source file, one each for functions, instructions and data. */
export type SetName = `line ${string}` | 'function' | 'instruction';

interface Found {
  readonly addresses: readonly number[];
  readonly position: UserBreakpoint['position'];
}

/** A place, or why there is none. */
type Sought = Found & Pick<UserBreakpoint, 'problem' | 'problemKind'>;

export class Breakpoints {
  readonly #sets = new Map<SetName, UserBreakpoint[]>();
  #data: readonly DataBreakpoint[] = [];
  #nextId = 1;
  /** Clients do not wait for one answer before they ask for the next change: each change sees the whole of the one before. */
  readonly #turns = new Turns();
  /** Something was taken away since refused breakpoints were tried last. */
  #hasRoom = false;

  constructor(
    private readonly engine: Engine,
    private readonly target: OpenOcdTarget,
    /** Never use software breakpoints. */
    private readonly hardwareOnly: boolean,
    /** Most hardware breakpoints to use; undefined = what the core has. */
    private readonly limit: number | undefined,
    /** A breakpoint that was refused before is set now. */
    private readonly changed: (breakpoint: UserBreakpoint) => void,
  ) {
    // What the user changes by hand is not what the program is to be blamed for.
    engine.onWritten((address, bytes) => {
      for (const breakpoint of this.#data) overlay(breakpoint, address, bytes);
    });
  }

  /** Breakpoints whose stop is at the address. */
  at(address: number): readonly UserBreakpoint[] {
    return this.all().filter(
      (breakpoint) => breakpoint.problem === undefined && breakpoint.addresses.includes(address),
    );
  }

  all(): readonly UserBreakpoint[] {
    return [...this.#sets.values()].flat();
  }

  get data(): readonly DataBreakpoint[] {
    return this.#data;
  }

  /** Whether a watchpoint of the user's is among those that a core has met; without that knowledge, whether there is one. */
  hasWatchpoint(matched: readonly number[] | undefined): boolean {
    const own = this.#data.filter(({ problem }) => problem === undefined).map(({ request }) => request);
    if (matched === undefined || matched.length === 0) return own.length > 0;
    return own.some(({ address, lengthBytes }) =>
      watchRanges(address, lengthBytes).some((range) => matched.includes(range.address)),
    );
  }

  /** Every address that is set for the user. */
  addresses(): ReadonlySet<number> {
    return new Set(this.all().flatMap((breakpoint) => (breakpoint.problem === undefined ? breakpoint.addresses : [])));
  }

  /** True when taking them away needs halted cores. */
  get needHalt(): boolean {
    return this.#data.some(({ problem }) => problem === undefined) || this.target.hasSoftwareBreakpoints;
  }

  /** Takes everything away from the target. */
  removeAll(): Promise<void> {
    return this.#turns.take(async () => {
      for (const name of [...this.#sets.keys()]) await this.#replace(name, []);
      await this.#replaceData([]);
    });
  }

  /** Replaces a set. Answers in the order of the requests; a breakpoint that cannot be set says why. */
  replace(name: SetName, requests: readonly BreakpointRequest[]): Promise<readonly UserBreakpoint[]> {
    return this.#turns.take(async () => {
      const placed = await this.#replace(name, requests);
      await this.#tryRefused();
      return placed;
    });
  }

  async #replace(name: SetName, requests: readonly BreakpointRequest[]): Promise<readonly UserBreakpoint[]> {
    const old = this.#sets.get(name) ?? [];
    const wanted = requests.map((request) => this.#find(request));
    // First take away what is no longer wanted, so that its comparators are free for the new ones.
    const others = new Set(
      [...this.#sets].flatMap(([key, set]) => (key === name ? [] : set.flatMap(({ addresses }) => addresses))),
    );
    const keep = new Set(wanted.flatMap(({ addresses }) => addresses));
    for (const address of new Set(old.flatMap(({ addresses }) => addresses))) {
      if (keep.has(address) || others.has(address)) continue;
      await this.target.removeBreakpoint(address);
      this.#hasRoom = true;
    }
    const left = [...old];
    const placed = requests.map((request, index) => {
      // One that stays keeps its id and count. Two equal ones are two.
      const at = left.findIndex((each) => sameRequest(each.request, request));
      const [before] = at < 0 ? [] : left.splice(at, 1);
      const found = wanted[index] ?? this.#find(request);
      return this.#make({ id: before?.id ?? this.#nextId++, hits: before?.hits ?? 0 }, request, found);
    });
    // The core may meet those that stay while others are being set.
    this.#sets.set(name, placed);
    for (const [index, breakpoint] of placed.entries())
      if (breakpoint.problem === undefined) placed[index] = await this.#place(breakpoint);
    return placed;
  }

  /** What was taken away may leave a comparator to a breakpoint that was refused. */
  async #tryRefused(): Promise<void> {
    if (!this.#hasRoom) return;
    this.#hasRoom = false;
    for (const set of this.#sets.values()) {
      for (const [index, breakpoint] of set.entries()) {
        if (breakpoint.problemKind !== 'refused') continue;
        const again = await this.#place({ ...breakpoint, ...this.#find(breakpoint.request) });
        set[index] = again;
        if (again.problem === undefined) this.changed(again);
      }
    }
  }

  /** Finds the addresses of all breakpoints again, after the program changed. Answers those that changed. */
  resolveAgain(): Promise<readonly UserBreakpoint[]> {
    return this.#turns.take(() => this.#resolveAgain());
  }

  async #resolveAgain(): Promise<readonly UserBreakpoint[]> {
    const before = new Map(this.all().map((breakpoint) => [breakpoint.id, describe(breakpoint)]));
    for (const [name, set] of [...this.#sets])
      await this.#replace(
        name,
        set.map(({ request }) => request),
      );
    return this.all().filter((breakpoint) => before.get(breakpoint.id) !== describe(breakpoint));
  }

  /** Replaces the data breakpoints; those that stay keep their id and count. */
  replaceData(requests: readonly DataBreakpointRequest[]): Promise<readonly DataBreakpoint[]> {
    return this.#turns.take(async () => {
      const placed = await this.#replaceData(requests);
      await this.#tryRefused();
      return placed;
    });
  }

  async #replaceData(requests: readonly DataBreakpointRequest[]): Promise<readonly DataBreakpoint[]> {
    const old = [...this.#data];
    const kept = requests.map((request) => {
      const at = old.findIndex((each) => each.problem === undefined && sameData(each.request, request));
      return at < 0 ? undefined : old.splice(at, 1)[0];
    });
    for (const { request, problem } of old) {
      if (problem !== undefined) continue;
      for (const { address } of watchRanges(request.address, request.lengthBytes)) {
        await this.target.removeWatchpoint(address);
        this.#hasRoom = true;
      }
    }
    const placed: DataBreakpoint[] = [];
    this.#data = placed;
    for (const [index, request] of requests.entries()) placed.push(kept[index] ?? (await this.#placeData(request)));
    return placed;
  }

  async #placeData(request: DataBreakpointRequest): Promise<DataBreakpoint> {
    const id = this.#nextId++;
    const common = { id, request, hits: 0, last: undefined } as const;
    const set: number[] = [];
    try {
      const hitCount = isGiven(request.hitCondition) ? parseHitCount(request.hitCondition) : undefined;
      for (const { address, length } of watchRanges(request.address, request.lengthBytes)) {
        await this.target.addWatchpoint(address, length, request.access);
        set.push(address);
      }
      const { bytes } = await this.target.readMemory(request.address, request.lengthBytes);
      return { ...common, problem: undefined, hitCount, last: bytes };
    } catch (error) {
      for (const address of set) await this.target.removeWatchpoint(address);
      return { ...common, problem: wordsOf(error), hitCount: undefined };
    }
  }

  #find(request: BreakpointRequest): Sought {
    try {
      const found = find(this.engine.program, request.where);
      if (found.addresses.length > 0) return { ...found, problem: undefined, problemKind: undefined };
      return { ...found, problem: liveTexts.nothingThere(request.where), problemKind: 'pending' };
    } catch (error) {
      return { addresses: [], position: undefined, problem: wordsOf(error), problemKind: 'wrong' };
    }
  }

  #make({ id, hits }: Pick<UserBreakpoint, 'id' | 'hits'>, request: BreakpointRequest, found: Sought): UserBreakpoint {
    const common = { ...found, id, hits, request };
    try {
      return {
        ...common,
        hitCount: isGiven(request.hitCondition) ? parseHitCount(request.hitCondition) : undefined,
        log: isGiven(request.logMessage) ? parseLogMessage(request.logMessage) : undefined,
      };
    } catch (error) {
      const problem = { problem: wordsOf(error), problemKind: 'wrong' as const };
      return { ...common, ...problem, addresses: [], hitCount: undefined, log: undefined };
    }
  }

  /** Sets all addresses of a breakpoint, or none. */
  async #place(breakpoint: UserBreakpoint): Promise<UserBreakpoint> {
    const set: number[] = [];
    try {
      for (const address of breakpoint.addresses) {
        const mode = this.hardwareOnly ? 'hardware' : (breakpoint.request.mode ?? 'auto');
        const isNew = !this.target.hasBreakpoint(address);
        await this.target.placeBreakpoint(address, mode, this.limit);
        if (isNew) set.push(address);
      }
      return breakpoint;
    } catch (error) {
      for (const address of set) await this.target.removeBreakpoint(address);
      return { ...breakpoint, addresses: [], problem: wordsOf(error), problemKind: 'refused' };
    }
  }
}

/** The addresses a place means. Functions: all overloads, behind their prologues. */
export function find(program: Program, where: Where): Found {
  switch (where.kind) {
    case 'instruction':
      return { addresses: [where.address], position: program.rowAt(where.address) };
    case 'function': {
      const locations = program.findFunctions(where.name).flatMap((each) => program.breakpointLocations(each));
      const addresses = locations.map(({ address }) => address);
      const symbol = addresses.length === 0 ? program.symbolNamed(where.name) : undefined;
      if (symbol?.kind === 'function') addresses.push(symbol.address);
      const first = addresses[0];
      return { addresses: unique(addresses), position: first === undefined ? undefined : program.rowAt(first) };
    }
    case 'line': {
      const { path, line, column } = where;
      const locations = program.locationsOf({ path, line, ...(column === undefined ? {} : { column }) });
      return { addresses: unique(locations.map(({ address }) => address)), position: locations[0] };
    }
  }
}

/** Puts what was written into the bytes that a data breakpoint has seen last. */
function overlay(breakpoint: DataBreakpoint, address: number, bytes: Uint8Array): void {
  const { last, request } = breakpoint;
  if (last === undefined) return;
  const low = Math.max(address, request.address);
  const high = Math.min(address + bytes.length, request.address + last.length);
  if (low >= high) return;
  breakpoint.last = last.slice();
  breakpoint.last.set(bytes.subarray(low - address, high - address), low - request.address);
}

const unique = (addresses: readonly number[]) => [...new Set(addresses)];
const isGiven = (text: string | undefined): text is string => text !== undefined && text.trim() !== '';
const sameData = ({ type: _, ...a }: DataBreakpointRequest, { type: __, ...b }: DataBreakpointRequest) =>
  JSON.stringify(a) === JSON.stringify(b);
const sameRequest = (a: BreakpointRequest, b: BreakpointRequest) => JSON.stringify(a) === JSON.stringify(b);
const describe = (breakpoint: UserBreakpoint) =>
  JSON.stringify([breakpoint.addresses, breakpoint.position?.line, breakpoint.problem]);
