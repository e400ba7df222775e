// Running, pausing and stepping. A core file refuses all of it in the same words.

import { wordsOf } from '../../debugger/errors';
import type { StepMotion } from '../../debugger/live/liveSession';
import { liveErrors } from '../../debugger/live/messages';
import type { Granularity } from '../../debugger/live/stepper';
import { gotoTargetsOf, stepTargetsOf } from '../../debugger/live/stepTargets';
import { hexAddress } from '../../debugger/numbers';
import type { Arguments } from '../arguments';
import { go, restart } from '../launch/begin';
import type { Live } from '../live';
import { errors } from '../messages';
import type { Session } from '../session';
import { debuggeeOf, liveOf, type Stage } from '../stage';

export function handleRun(session: Session, stage: Stage): void {
  const run = (command: string) => {
    const debuggee = debuggeeOf(stage, command);
    if (stage.live === undefined) throw errors.coreCannot('it cannot run or step');
    return { live: stage.live, debuggee };
  };

  /** Cores that will be moved as soon as the answer to that is out. */
  const claimed = new Set<number>();
  const claim = (live: Live, thread: number): (() => void) => {
    live.engine.checkHalted(thread);
    if (claimed.has(thread)) throw liveErrors.alreadyRunning();
    claimed.add(thread);
    return () => claimed.delete(thread);
  };

  session.handle('continue', async ({ arguments: given }) => {
    const { live, debuggee } = run('continue');
    const isGroup = !given.boolean('singleThread');
    const thread = debuggee.thread(given.optionalInteger('threadId') ?? 1);
    const threads = isGroup ? live.engine.groupOf(thread) : [thread];
    if (threads.some((id) => claimed.has(id))) throw liveErrors.alreadyRunning();
    await live.engine.continue(thread, isGroup);
    debuggee.forgetStop();
    return { allThreadsContinued: live.engine.areAllMoving };
  });

  const steps: Readonly<Record<string, StepMotion>> = { next: 'over', stepIn: 'into', stepOut: 'out' };
  for (const [command, motion] of Object.entries(steps)) {
    session.handle(command, ({ arguments: given, after }) => {
      const { live, debuggee } = run(command);
      const thread = debuggee.thread(given.optionalInteger('threadId') ?? 1);
      const id = motion === 'into' ? given.optionalInteger('targetId') : undefined;
      const target = id === undefined ? undefined : debuggee.stepInTargets.get(id);
      if (id !== undefined && target === undefined) throw errors.noSuchTarget(id);
      const granularity = granularityOf(given);
      // What is refused leaves the stop as it is.
      const begun = claim(live, thread);
      debuggee.forgetStop();
      // The response goes out first: a client takes what comes before it for news of the last stop.
      after(() => {
        begun();
        live.engine.step(thread, motion, granularity, target);
      });
    });
  }

  session.handle('pause', async ({ arguments: given }) => {
    const { live, debuggee } = run('pause');
    await live.engine.pause(debuggee.thread(given.optionalInteger('threadId') ?? 1));
  });

  session.handle('stepInTargets', ({ arguments: given }) => {
    const { live, debuggee } = run('stepInTargets');
    const { frame } = debuggee.frame(given.integer('frameId'));
    const program = debuggee.engine.program;
    const targets = frame.kind === 'call' ? stepTargetsOf(program, live.engine.runControl, frame) : [];
    const ids = debuggee.offer(
      debuggee.stepInTargets,
      targets.map(({ entry }) => entry),
    );
    return {
      targets: targets.map(({ name, column }, index) => ({
        id: ids[index],
        label: name,
        ...(column > 0 ? { column } : {}),
      })),
    };
  });

  session.handle('gotoTargets', ({ arguments: given }) => {
    const { debuggee } = run('gotoTargets');
    const path = debuggee.sources.recordedPath(given.object('source').string('path'));
    const targets = gotoTargetsOf(debuggee.engine.program, path, given.integer('line'));
    const ids = debuggee.offer(
      debuggee.gotoTargets,
      targets.map(({ address }) => address),
    );
    return {
      targets: targets.map(({ address, line, column, function: info }, index) => {
        const reference = hexAddress(address, debuggee.engine.space.addressSize);
        const label = `${info?.qualifiedName ?? reference}, ${line}`;
        return {
          id: ids[index],
          label,
          line,
          ...(column > 0 ? { column } : {}),
          instructionPointerReference: reference,
        };
      }),
    };
  });

  session.handle('goto', ({ arguments: given, after }) => {
    const { live, debuggee } = run('goto');
    const id = given.integer('targetId');
    const address = debuggee.gotoTargets.get(id);
    if (address === undefined) throw errors.noSuchTarget(id);
    const thread = debuggee.thread(given.integer('threadId'));
    const done = claim(live, thread);
    after(() => {
      live.engine
        .goto(thread, address)
        .catch((error: unknown) => session.output(`${wordsOf(error)}\n`, 'stderr'))
        .finally(done);
    });
  });

  for (const command of ['stepBack', 'reverseContinue']) {
    session.handle(command, () => {
      run(command);
      throw errors.cannotReverse();
    });
  }

  session.handle('restart', async ({ signal, after }) => {
    const live = liveOf(stage, 'restart');
    if (live.isRebuilt) {
      // New debug information needs a new session: the client starts it by itself.
      after(() => session.event('terminated', { restart: true }));
      return;
    }
    await restart(session, live, signal);
    after(() => go(live, session));
  });
}

/** Editors that say nothing mean a line, although the protocol's default is a statement: that is what their users expect of a step. */
function granularityOf(given: Arguments): Granularity {
  const value = given.optionalString('granularity');
  return value === 'instruction' || value === 'statement' ? value : 'line';
}
