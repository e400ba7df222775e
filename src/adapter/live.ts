// A live session as the adapter holds it: the connection to OpenOCD, the engine's session, and the configuration. Turns the
// engine's events into those of the protocol; how a session begins and ends is in launch/.
import fs from 'node:fs';
import type { Where } from '../debugger/live/breakpoints/userBreakpoint';
import { type Catch, catchesIn, catchScript, caughtScript } from '../debugger/live/catches';
import type { LiveSession } from '../debugger/live/liveSession';
import type { Stop } from '../debugger/live/stopReasons';
import { hexAddress } from '../debugger/numbers';
import type { ComparatorBudget, Disposable } from '../debugger/target';
import type { Debuggee } from './debuggee';
import { describeBreakpoint } from './handlers/breakpoints';
import type { LiveConfiguration } from './launch/liveConfiguration';
import { liveTexts } from './launch/messages';
import type { OpenedOpenOcd } from './launch/openOpenOcd';
import { LiveWatch } from './liveWatch';
import type { Budget } from './protocol';
import { Rtt } from './rtt';
import { Semihosting } from './semihosting';
import type { Session } from './session';
import { Watchdog } from './watchdog';

/** Between two looks at the program's file, in milliseconds. */
const WATCH_MS = 500;
/** For a command of the user: erasing a large external flash takes minutes, in which OpenOCD answers nobody else. */
const COMMAND_MS = 300_000;

/** Where the user's commands want the program to be seen first. */
export interface CommandedEntry {
  readonly places: readonly Where[];
  /** `continue` was among them. */
  readonly runs: boolean;
}

export const nowhere: CommandedEntry = { places: [], runs: false };

export class Live {
  entry = nowhere;
  readonly rtt: Rtt;
  readonly liveWatch: LiveWatch;
  readonly semihosting: Semihosting;
  readonly #programTime: number;
  readonly #watchdog: Watchdog;
  /** Commands of the user that OpenOCD has not answered yet. */
  #userCommands = 0;
  #hasToldOfBuild = false;
  #isLost = false;
  /** Undefined before the client has chosen. */
  #caught: readonly Catch[] | undefined;
  /** What each core caught before. */
  #caughtBefore: readonly (readonly Catch[])[] = [];
  readonly #subscriptions: Disposable[];

  constructor(
    private readonly session: Session,
    readonly debuggee: Debuggee,
    readonly engine: LiveSession,
    readonly openOcd: OpenedOpenOcd,
    readonly configuration: LiveConfiguration,
    /** Catches that the cores have. */
    readonly catches: readonly Catch[],
    /** Ends everything after the connection was lost. */
    private readonly onLost: () => void,
  ) {
    this.rtt = new Rtt(session, this);
    this.liveWatch = new LiveWatch(session, this);
    this.semihosting = new Semihosting(session, this);
    this.#programTime = modified(configuration.program);
    fs.watchFile(configuration.program, { interval: WATCH_MS, persistent: false }, this.#lookAtBuild);
    this.#subscriptions = [
      engine.on('stopped', (stop) => this.#stopped(stop)),
      engine.on('continued', (threadId, allThreadsContinued) => {
        debuggee.forgetStop();
        session.event('continued', { threadId, allThreadsContinued });
      }),
      engine.on('reset', (isCommanded) => {
        if (!isCommanded) session.output(liveTexts.foreignReset, 'important');
        this.rtt.searchAgain();
        // A connection that is gone is told by whoever watches the core.
        this.catchAgain().catch(() => undefined);
      }),
      engine.on('output', (text, category) => session.output(text, category)),
      engine.on('breakpointChanged', (breakpoint) =>
        session.event('breakpoint', { reason: 'changed', breakpoint: describeBreakpoint(debuggee, breakpoint) }),
      ),
      engine.on('budget', (budget) => session.event('openocd.breakpointBudget', describeBudget(budget))),
      engine.on('state', (threadId, state) => session.event('openocd.targetState', { threadId, state: state.kind })),
      engine.on('lost', (reason) => this.#lose(reason)),
      debuggee.engine.onWritten((address, { length: count }) =>
        session.event('memory', {
          memoryReference: hexAddress(address, debuggee.engine.space.addressSize),
          offset: 0,
          count,
        }),
      ),
    ];
    this.#watchdog = new Watchdog(
      openOcd.session,
      () => openOcd.greet(),
      () => this.#userCommands > 0,
      () => this.#lose(liveTexts.hung),
    );
  }

  /** True after the target or OpenOCD was lost. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Catches exactly these of the core's catches from now on, and after each reset. @throws EngineError */
  async catchOnly(ids: readonly string[]): Promise<void> {
    if (this.#caught === undefined) {
      const replies = await this.engine.target.onEach(() => caughtScript);
      this.#caughtBefore = replies.map((reply) => catchesIn(reply, this.catches));
    }
    this.#caught = this.catches.filter(({ id }) => ids.includes(id));
    await this.catchAgain();
  }

  /** A reset may have undone what is caught. @throws EngineError */
  async catchAgain(): Promise<void> {
    const caught = this.#caught;
    if (caught !== undefined) await this.engine.target.onEach(() => catchScript(caught));
  }

  /** Catches what was caught before this session: a fault must not halt a core that nobody watches any more. @throws EngineError */
  async catchAsBefore(): Promise<void> {
    if (this.#caught === undefined) return;
    this.#caught = undefined;
    await this.engine.target.onEach((index) => catchScript(this.#caughtBefore[index] ?? []));
  }

  /** From now on nothing is expected of OpenOCD any more. */
  giveUp(): void {
    this.#isLost = true;
  }

  #lose(reason: string): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.session.output(liveTexts.lost(reason), 'important');
    this.onLost();
  }

  #stopped(stop: Stop & { readonly allStopped: boolean }): void {
    this.debuggee.forgetStop();
    this.#lookAtBuild();
    const { thread, kind, description, text, hit, allStopped } = stop;
    this.session.event('stopped', {
      reason: kind === 'reset' ? 'entry' : kind,
      threadId: thread,
      allThreadsStopped: allStopped,
      ...(description === undefined ? {} : { description }),
      ...(text === undefined ? {} : { text }),
      ...(hit.length === 0 ? {} : { hitBreakpointIds: [...hit] }),
    });
  }

  /** Tells once that the program was built anew. */
  readonly #lookAtBuild = (): void => {
    if (!this.isRebuilt || this.#hasToldOfBuild) return;
    this.#hasToldOfBuild = true;
    const { program } = this.configuration;
    this.session.output(liveTexts.rebuilt(program), 'important');
    this.session.event('openocd.rebuilt', { program });
  };

  /** Runs OpenOCD commands for the user, and notices what they did to the target. @throws CommandError */
  async tcl(command: string): Promise<string> {
    return this.engine.commanded(async () => {
      this.#userCommands++;
      try {
        return await this.openOcd.session.command(command, { timeout: COMMAND_MS });
      } finally {
        this.#userCommands--;
        this.engine.target.memory.trust(undefined);
        this.debuggee.engine.invalidate();
      }
    });
  }

  /** True when the program's file is not the one that was opened. */
  get isRebuilt(): boolean {
    const now = modified(this.configuration.program);
    return now !== 0 && now !== this.#programTime;
  }

  dispose(): void {
    fs.unwatchFile(this.configuration.program, this.#lookAtBuild);
    this.#watchdog.dispose();
    this.semihosting.dispose();
    this.rtt.dispose();
    this.liveWatch.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.engine.dispose();
  }
}

export function describeBudget(budget: ComparatorBudget): Budget {
  return {
    breakpoints: budget.breakpoints ?? null,
    breakpointsUsed: budget.breakpointsUsed,
    watchpoints: budget.watchpoints ?? null,
    watchpointsUsed: budget.watchpointsUsed,
  };
}

/** When a file was written, in milliseconds; 0 while there is none, as in the middle of a build. */
const modified = (file: string) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
