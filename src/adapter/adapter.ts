// Puts a session together: all handlers on one stage. Used by main.ts for real clients, and by tests in process.
import { handleBreakpoints } from './handlers/breakpoints';
import { handleCustom } from './handlers/custom';
import { handleDataBreakpoints } from './handlers/dataBreakpoints';
import { handleEvaluate } from './handlers/evaluate';
import { handleMemory } from './handlers/memory';
import { handleRun } from './handlers/run';
import { handleSources } from './handlers/sources';
import { handleStack } from './handlers/stack';
import { handleStart } from './handlers/start';
import { handleVariables } from './handlers/variables';
import { Session } from './session';
import { newStage } from './stage';

/** A session that is ready to be served. */
export function createSession(): Session {
  const session = new Session();
  const stage = newStage();
  handleStart(session, stage);
  handleStack(session, stage);
  handleVariables(session, stage);
  handleEvaluate(session, stage);
  handleMemory(session, stage);
  handleSources(session, stage);
  handleBreakpoints(session, stage);
  handleDataBreakpoints(session, stage);
  handleRun(session, stage);
  handleCustom(session, stage);
  return session;
}
