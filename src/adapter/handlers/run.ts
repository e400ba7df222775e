// Running, pausing and stepping. A core file refuses all of it in the same words.

import type { StepMotion } from '../../debugger/live/liveSession';
import type { Granularity } from '../../debugger/live/stepper';
import type { Arguments } from '../arguments';
import { go, restart } from '../launch/begin';
import { errors } from '../messages';
import type { Session } from '../session';
import { debuggeeOf, liveOf, type Stage } from '../stage';

export function handleRun(session: Session, stage: Stage): void {
  const run = (command: string) => {
    const debuggee = debuggeeOf(stage, command);
    if (stage.live === undefined) throw errors.coreCannot('it cannot run or step');
    return { live: stage.live, debuggee };
  };

  session.handle('continue', async ({ arguments: given }) => {
    const { live, debuggee } = run('continue');
    const all = !given.boolean('singleThread');
    const thread = debuggee.thread(given.optionalInteger('threadId') ?? 1);
    debuggee.forgetStop();
    await live.engine.continue(thread, all);
    return { allThreadsContinued: all };
  });

  const steps: Readonly<Record<string, StepMotion>> = { next: 'over', stepIn: 'into', stepOut: 'out' };
  for (const [command, motion] of Object.entries(steps)) {
    session.handle(command, ({ arguments: given, after }) => {
      const { live, debuggee } = run(command);
      const thread = debuggee.thread(given.optionalInteger('threadId') ?? 1);
      live.engine.checkHalted(thread);
      debuggee.forgetStop();
      const target = given.optionalInteger('targetId');
      // The response goes out first: a client takes what comes before it for news of the last stop.
      after(() => live.engine.step(thread, motion, granularityOf(given), target));
    });
  }

  session.handle('pause', async ({ arguments: given }) => {
    const { live, debuggee } = run('pause');
    await live.engine.pause(debuggee.thread(given.optionalInteger('threadId') ?? 1));
  });

  for (const command of ['stepBack', 'reverseContinue']) {
    session.handle(command, () => {
      run(command);
      throw errors.cannotReverse();
    });
  }

  session.handle('restart', async ({ signal, after }) => {
    const live = liveOf(stage, 'restart');
    await restart(session, live, signal);
    after(() => go(live, session));
  });
}

function granularityOf(given: Arguments): Granularity {
  const value = given.optionalString('granularity');
  return value === 'instruction' || value === 'line' ? value : 'statement';
}
