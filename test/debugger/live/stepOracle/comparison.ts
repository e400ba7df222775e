// Walks through a program by steps of all kinds, each made twice from the same state: by us and by GDB.
import type { Gdb, GdbStop } from '../../../support/gdbMi';
import { type Place, placeOf, type Rig } from '../support';
import { advanceTime, type Checkpoint, restore, save } from './checkpoint';
import {
  differences,
  type Kind,
  type Outcome,
  plainName,
  rawText,
  rules,
  type Step,
  withoutReferent,
  words,
} from './compare';

const commands = { over: 'next', into: 'step', out: 'finish' } as const;
const kinds = ['over', 'into', 'out'] as const;
/** Steps between two moments when the program's clock goes on. */
const CLOCK_STEPS = 10;

export class StepComparison {
  readonly different: string[] = [];
  /** Differences that a rule gives the reason for. */
  explained = 0;
  readonly done: Record<Kind, number> = { over: 0, into: 0, out: 0 };
  #random = 7;
  /** The core's state, where it is known already. */
  #known: Checkpoint | undefined;

  constructor(
    private readonly rig: Rig,
    private readonly gdb: Gdb,
  ) {}

  async run(wanted: number): Promise<void> {
    for (let count = 1; kinds.some((kind) => this.done[kind] < wanted); count++) {
      if (count % CLOCK_STEPS === 0) {
        await advanceTime(this.rig);
        this.#known = undefined;
      }
      const open = kinds.filter((kind) => this.done[kind] < wanted);
      const kind = await this.#choose(open);
      await this.compare(kind);
      this.done[kind]++;
    }
  }

  /** Into leads to new places; nothing comes out of main. */
  async #choose(open: readonly Kind[]): Promise<Kind> {
    this.#random = (Math.imul(this.#random, 1664525) + 1013904223) >>> 0;
    const { frames } = await this.rig.live.engine.frames(1, 0, 50);
    const mayLeave = frames.findIndex(({ name }) => name === 'main') > 0;
    const possible = open.filter((kind) => kind !== 'out' || mayLeave);
    return possible[(this.#random >>> 16) % possible.length] ?? 'into';
  }

  /** One step from where the core stands. @returns what GDB saw */
  async compare(kind: Kind): Promise<Outcome> {
    const { rig, gdb } = this;
    const from = await placeOf(rig);
    const before = this.#known ?? (await save(rig));
    const ours = await this.#ours(kind);
    await restore(rig, before, ours.state);
    await gdb.forget();
    const theirs = await this.#theirs(await gdb.run(commands[kind]));
    this.#known = theirs.state;
    await this.#note({ kind, from, ours, theirs });
    return theirs;
  }

  /** The core was moved by somebody else. */
  forget(): void {
    this.#known = undefined;
  }

  async #ours(kind: Kind): Promise<Outcome> {
    const { live } = this.rig;
    await this.rig.stopAfter(() => live.step(1, kind, 'line'));
    const returned = live.engine.returned(1);
    return {
      place: await placeOf(this.rig),
      state: await save(this.rig),
      returned: returned && (await live.engine.run(() => rawText(returned.value))),
    };
  }

  async #theirs(stop: GdbStop): Promise<Outcome> {
    const { live } = this.rig;
    await live.target.refresh();
    // Our next step begins in the frame that GDB shows: inlined functions that it has not entered are hidden here as well.
    const chain = live.engine.program.inlineChainAt(stop.pc);
    const named = chain.map((_, level) => level).filter((level) => nameOf(chain[level]) === plainName(stop.function));
    const level = named.find((each) => chain[each]?.position?.line === stop.line) ?? named[0] ?? 0;
    live.engine.hideInlined(1, level);
    const place: Place = { ...(await placeOf(this.rig)), function: stop.function, line: stop.line };
    const returned = stop.result && withoutReferent(await this.gdb.command(`output/x ${stop.result}`));
    return { place, state: await save(this.rig), returned };
  }

  async #note(step: Step): Promise<void> {
    const found = differences(step);
    if (found.length === 0) return;
    for (const rule of rules) {
      if (await rule.explains(step, this.rig.live.engine.program, this.gdb)) {
        this.explained++;
        return;
      }
    }
    this.different.push(...found.map((text) => `${step.kind} from ${words(step.from)}: ${text}`));
  }
}

const nameOf = (frame: { readonly function: { readonly name: string } } | undefined) => plainName(frame?.function.name);
