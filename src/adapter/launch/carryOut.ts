// Carries out the user's commands, as userCommands.ts has translated them.
import { wordsOf } from '../../debugger/errors';
import type { Live } from '../live';
import type { Session } from '../session';
import { loadProgram } from './load';
import { liveErrors, liveTexts } from './messages';
import { type Step, translate } from './userCommands';

/** @param attribute where the commands come from, for messages @throws EngineError naming the command */
export async function carryOut(
  session: Session,
  live: Live,
  commands: readonly string[],
  attribute: string,
  signal: AbortSignal,
): Promise<void> {
  const steps = translate(commands, attribute);
  for (const step of steps) {
    signal.throwIfAborted();
    await carryOutOne(session, live, step, signal);
  }
  if (steps.length > 0) await live.engine.target.refresh();
}

async function carryOutOne(session: Session, live: Live, step: Step, signal: AbortSignal): Promise<void> {
  switch (step.kind) {
    case 'note':
      session.output(`${step.text}\n`, 'important');
      break;
    case 'load':
      await loadProgram(session, live, signal, true);
      break;
    case 'entry':
      live.entry = { ...live.entry, places: [...live.entry.places, step.place] };
      break;
    case 'continue':
      // Breakpoints of the client come first: the core runs once these are set.
      if (live.entry.places.length > 0) live.entry = { ...live.entry, runs: true };
      else await runTcl(session, live, 'resume', step.attribute);
      break;
    case 'assign':
      await assign(session, live, step.expression, step.text);
      break;
    case 'numberFormat':
      live.debuggee.numberFormat = step.format;
      break;
    case 'tcl':
      await runTcl(session, live, step.command, step.attribute);
  }
}

async function runTcl(session: Session, live: Live, command: string, attribute: string): Promise<void> {
  const { engine } = live;
  try {
    const reply = (await engine.commanded(() => engine.target.command(command))).trim();
    if (reply !== '') session.output(`${reply}\n`);
  } catch (error) {
    throw liveErrors.commandFailed(attribute, command, wordsOf(error));
  }
}

/** An assignment that means nothing to this program is left out: GDB does not end for it either. */
async function assign(session: Session, live: Live, expression: string, text: string): Promise<void> {
  const { debuggee, engine } = live;
  // What was commanded before may have moved the core.
  await engine.target.refresh();
  try {
    await debuggee.engine.evaluate(expression, debuggee.scope(undefined));
  } catch (error) {
    session.output(liveTexts.gdbFailed(text, wordsOf(error)), 'important');
  }
}
