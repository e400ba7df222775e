// Beginning and end of a session: initialize, launch, attach, configurationDone, disconnect, terminate. Live sessions begin and end
// in launch/; a core file is opened here.

import path from 'node:path';
import { wordsOf } from '../../debugger/errors';
import { openCore } from '../../debugger/openCore';
import type { Arguments } from '../arguments';
import { capabilities } from '../capabilities';
import { readConfiguration } from '../configuration';
import { Debuggee } from '../debuggee';
import { go, openLiveSession } from '../launch/begin';
import { type Ending, endLive, soon } from '../launch/end';
import { readSymbolFiles } from '../launch/liveConfiguration';
import { errors, texts } from '../messages';
import { nameOfCaller } from '../present';
import type { Session } from '../session';
import { debuggeeOf, type Stage } from '../stage';
import { openSymbolFile } from '../symbolFiles';

export function handleStart(session: Session, stage: Stage): void {
  session.handle('initialize', ({ arguments: given }) => {
    session.introduce(given);
    stage.client = {
      hasVariableTypes: given.boolean('supportsVariableType', true),
      hasVariablePaging: given.boolean('supportsVariablePaging'),
    };
    return capabilities;
  });

  /** A live session that is being opened, and how to give that up. */
  let opening: { readonly abort: AbortController; readonly done: Promise<unknown> } | undefined;
  const open = async (given: Arguments, request: 'launch' | 'attach', signal: AbortSignal): Promise<void> => {
    const abort = new AbortController();
    const signals = AbortSignal.any([signal, abort.signal]);
    const work = openLiveSession(session, stage, given, request, signals, () => void finish());
    opening = { abort, done: work.catch(() => undefined) };
    try {
      await work;
    } finally {
      opening = undefined;
    }
  };

  for (const request of ['launch', 'attach'] as const) {
    session.handle(request, async ({ arguments: given, after, signal }) => {
      if (stage.state !== 'new') throw stage.state === 'ended' ? errors.ended() : errors.alreadyStarted();
      if (request === 'launch' && given.has('coreFile')) throw errors.launchCore();
      stage.state = 'starting';
      // The answer goes out first, and that it failed is known then as well.
      after(session.opening());
      try {
        if (given.has('coreFile')) stage.debuggee = openPostMortem(session, given);
        else await open(given, request, signal);
      } catch (error) {
        if (stage.state === 'starting') stage.state = 'new';
        throw error;
      }
      stage.state = 'configuring';
      after(() => session.event('initialized'));
    });
  }

  session.handle('configurationDone', ({ after }) => {
    const debuggee = debuggeeOf(stage, 'configurationDone');
    if (stage.state !== 'configuring') return;
    stage.state = 'stopped';
    const { live } = stage;
    after(() => (live === undefined ? void announceStop(session, debuggee) : go(live, session)));
  });

  /** Ends the debuggee once, however often and by whom it is asked for. */
  let ending: Promise<void> | undefined;
  const end = (how?: Ending): Promise<void> => {
    ending ??= (async () => {
      stage.state = 'ended';
      // Programming ends between two pieces: a core that is resumed in the middle of one would leave half of it.
      opening?.abort.abort(errors.ended());
      if (opening !== undefined) await soon(opening.done);
      if (opening !== undefined) stage.live?.giveUp();
      const { live, debuggee } = stage;
      stage.live = undefined;
      stage.debuggee = undefined;
      if (live !== undefined) {
        const asked = how ?? live.configuration.onDisconnect ?? 'resume';
        await endLive(live, asked, (text) => session.output(text, 'stderr'));
      } else debuggee?.close();
    })();
    return ending;
  };
  /** The connection to the target was lost: the session is over. */
  const finish = async () => {
    await end('resume');
    session.event('terminated');
  };
  session.handle('disconnect', async ({ arguments: given, after }) => {
    await end(endingOf(given));
    after(() => {
      session.event('terminated');
      session.close();
      session.stop();
    });
  });
  session.handle('terminate', async ({ after }) => {
    await end();
    after(() => session.event('terminated'));
  });
  session.onClose(() => void end());
}

/** What the client says should become of the target; undefined = as the configuration says. */
function endingOf(given: Arguments): Ending | undefined {
  if (given.boolean('suspendDebuggee')) return 'halt';
  return given.boolean('terminateDebuggee') ? 'halt' : undefined;
}

/** Opens program and core file, and tells what a user should know about them. */
function openPostMortem(session: Session, given: Arguments): Debuggee {
  const configuration = readConfiguration(given);
  if (configuration.coreFile === undefined) throw errors.noTargetKind();
  const { engine, programs, warnings } = openCore(configuration.program, configuration.coreFile);
  try {
    for (const file of readSymbolFiles(given, path.resolve(configuration.folder ?? '.')))
      openSymbolFile(programs, file);
  } catch (error) {
    engine.dispose();
    throw error;
  }
  session.output(texts.coreOpened(configuration.program, configuration.coreFile, engine.architecture.name));
  for (const warning of warnings) session.output(`${warning}\n`, 'important');
  const { program } = engine;
  if (!program.hasDebugInfo) session.output(texts.noDebugInfo(configuration.program), 'important');
  const [first] = program.warnings;
  if (first !== undefined) {
    session.output(texts.debugInfoWarnings(program.warnings.length, `${first.section}: ${first.message}`), 'stderr');
  }
  return new Debuggee(engine, programs, configuration);
}

/** Tells the client that all threads stand still, and why. */
async function announceStop(session: Session, debuggee: Debuggee): Promise<void> {
  const [thread] = debuggee.engine.threads;
  const common = { threadId: thread?.id ?? 1, allThreadsStopped: true };
  try {
    const fault = thread === undefined ? undefined : await debuggee.engine.fault(thread.id);
    if (fault !== undefined) {
      const where = fault.interrupted === undefined ? '' : nameOfCaller(fault.interrupted);
      const text = where === '' ? fault.report.summary : texts.exceptionIn(fault.report.summary, where);
      session.event('stopped', { ...common, reason: 'exception', description: fault.report.name, text });
      return;
    }
  } catch (error) {
    session.output(`${wordsOf(error)}\n`, 'stderr');
  }
  session.event('stopped', { ...common, reason: 'pause', description: texts.coreStop });
}
