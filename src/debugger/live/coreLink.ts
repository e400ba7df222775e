// The way from the cores of a session to OpenOCD: requests and scripts that are meant for one core or for each of them, since most of
// OpenOCD's commands go to the connection's current target. Knows no state of a core beyond whether it stands.
import { type Request, request, type Session } from '../../openocd';
import type { Core } from './core';
import { asEngineError, liveErrors } from './messages';
import { procedure } from './procedures';

/** How long a script may take that does not wait for the core. */
const SCRIPT_LIMIT_MS = 10_000;

/** Commands with one core as OpenOCD's current target. The first one is that by itself. */
const on = (core: Core, script: string) =>
  core.thread.id === 1 ? script : `${procedure.as} ${core.target} {${script}}`;

export class CoreLink {
  constructor(
    readonly session: Session,
    readonly cores: readonly Core[],
  ) {}

  /** @throws EngineError when there is none */
  core(thread: number): Core {
    const core = this.cores[thread - 1];
    if (core === undefined) throw liveErrors.noSuchThread(thread);
    return core;
  }

  /** @throws EngineError when it runs */
  halted(thread: number): Core {
    const core = this.core(thread);
    if (core.state.kind !== 'halted') throw liveErrors.running(core.thread.name);
    return core;
  }

  /** All cores, or the one of a thread. */
  some(thread: number | undefined): readonly Core[] {
    return thread === undefined ? this.cores : [this.core(thread)];
  }

  /** A request that is meant for one core. */
  for<T>(core: Core, asked: Request<T>): Request<T> {
    if (core === this.cores[0]) return asked;
    return { ...asked, script: (dialect) => on(core, asked.script(dialect)) };
  }

  /** Asks every core the same, or the others than the first something else. What fails on one of them fails as a whole. */
  async askEach(asked: Request<void>, others = asked): Promise<void> {
    for (const [index, core] of this.cores.entries()) {
      await this.session.execute(this.for(core, index === 0 ? asked : others));
    }
  }

  /** Runs Tcl for a core. @param extraMs how long it may wait for the core @throws EngineError */
  scriptOn(core: Core, text: string, extraMs = 0): Promise<string> {
    return this.script(on(core, text), extraMs);
  }

  /** Runs Tcl through the envelope. @throws EngineError for a Tcl error as well */
  async script(text: string, extraMs = 0): Promise<string> {
    const [result] = await this.ask(() => this.session.batch([request.tcl(text, SCRIPT_LIMIT_MS + extraMs)]));
    if (result.ok) return result.value;
    throw asEngineError(result.error);
  }

  /** Uses the client library, with its errors in the engine's form. @throws EngineError */
  async ask<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asEngineError(error);
    }
  }
}
