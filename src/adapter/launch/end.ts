// How a live session ends: what becomes of the cores, then of the connection and what was started for it.
import { wordsOf } from '../../debugger/errors';
import type { Live } from '../live';

export type Ending = 'resume' | 'halt' | 'reset';

/** A target that does not answer any more must not keep the session from ending. */
const PATIENCE_MS = 4000;

/** Waits for work that should end soon, and no longer than a target may need that answers at all. */
export async function soon(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Leaves the target as asked for and closes everything. Never throws: what fails is told. */
export async function endLive(live: Live, ending: Ending, say: (text: string) => void): Promise<void> {
  try {
    if (!live.openOcd.session.closed && !live.isLost) await soon(leave(live, ending));
  } catch (error) {
    say(`${wordsOf(error)}\n`);
  }
  live.dispose();
  live.debuggee.close();
  await live.openOcd.close().catch((error: unknown) => say(`${wordsOf(error)}\n`));
}

async function leave(live: Live, ending: Ending): Promise<void> {
  const { engine, configuration } = live;
  await live.catchAsBefore();
  // A core that stood when this session attached stands again, unless the user says in words that it is to run.
  const isAsked = configuration.request === 'launch' || configuration.onDisconnect === 'resume';
  await engine.leave(ending, isAsked ? 'all' : 'own');
}
