// How far a session is: what its client can do, and the debuggee once there is one.
import type { Debuggee } from './debuggee';
import type { Live } from './live';
import { errors } from './messages';

/** What the client said about itself in `initialize`. */
export interface Client {
  readonly hasVariableTypes: boolean;
  readonly hasVariablePaging: boolean;
}

/** The session's debuggee, once there is one. */
export interface Stage {
  client: Client;
  state: 'new' | 'starting' | 'configuring' | 'stopped' | 'ended';
  debuggee: Debuggee | undefined;
  /** Set when the debuggee can run. */
  live: Live | undefined;
}

export function newStage(): Stage {
  return {
    client: { hasVariableTypes: false, hasVariablePaging: false },
    state: 'new',
    debuggee: undefined,
    live: undefined,
  };
}

/** The debuggee, or the error that says that there is none yet or no more. */
export function debuggeeOf(stage: Stage, request: string): Debuggee {
  if (stage.state === 'ended') throw errors.ended();
  if (stage.debuggee === undefined) throw errors.notStarted(request);
  // What was read of a running target is old already.
  if (stage.live?.engine.isRunning === true) stage.debuggee.engine.memory.invalidate();
  return stage.debuggee;
}

/** The live session; a core file has none. */
export function liveOf(stage: Stage, request: string): Live {
  debuggeeOf(stage, request);
  if (stage.live === undefined) throw errors.coreCannot(`“${request}” needs one that runs`);
  return stage.live;
}
