// Beginning and end of a session: initialize, attach, configurationDone, disconnect, terminate.
import { openCore } from '../../debugger/openCore';
import type { Arguments } from '../arguments';
import { capabilities } from '../capabilities';
import { readConfiguration } from '../configuration';
import { Debuggee } from '../debuggee';
import { errors, texts } from '../messages';
import { nameOfCaller } from '../present';
import type { Session } from '../session';
import { debuggeeOf, type Stage } from '../stage';

export function handleStart(session: Session, stage: Stage): void {
  session.handle('initialize', ({ arguments: given }) => {
    stage.client = {
      hasVariableTypes: given.boolean('supportsVariableType', true),
      hasVariablePaging: given.boolean('supportsVariablePaging'),
    };
    return capabilities;
  });

  session.handle('launch', ({ arguments: given }) => {
    throw given.has('coreFile') ? errors.launchCore() : errors.noTargetKind();
  });

  session.handle('attach', async ({ arguments: given, after }) => {
    if (stage.state !== 'new') throw stage.state === 'ended' ? errors.ended() : errors.alreadyStarted();
    stage.state = 'starting';
    try {
      stage.debuggee = openPostMortem(session, given);
    } catch (error) {
      stage.state = 'new';
      throw error;
    }
    stage.state = 'configuring';
    after(() => session.event('initialized'));
  });

  session.handle('configurationDone', ({ after }) => {
    const debuggee = debuggeeOf(stage, 'configurationDone');
    if (stage.state !== 'configuring') return;
    stage.state = 'stopped';
    after(() => void announceStop(session, debuggee));
  });

  const end = () => {
    if (stage.state === 'ended') return;
    stage.state = 'ended';
    stage.debuggee?.close();
    stage.debuggee = undefined;
  };
  session.handle('disconnect', ({ after }) => {
    end();
    after(() => {
      session.event('terminated');
      session.close();
      session.stop();
    });
  });
  session.handle('terminate', ({ after }) => {
    end();
    after(() => session.event('terminated'));
  });
  session.onClose(end);
}

/** Opens program and core file, and tells what a user should know about them. */
function openPostMortem(session: Session, given: Arguments): Debuggee {
  const configuration = readConfiguration(given);
  if (configuration.coreFile === undefined) throw errors.noTargetKind();
  const { engine, warnings } = openCore(configuration.program, configuration.coreFile);
  session.output(texts.coreOpened(configuration.program, configuration.coreFile, engine.architecture.name));
  for (const warning of warnings) session.output(`${warning}\n`, 'important');
  const { program } = engine;
  if (!program.hasDebugInfo) session.output(texts.noDebugInfo(configuration.program), 'important');
  const [first] = program.warnings;
  if (first !== undefined) {
    session.output(texts.debugInfoWarnings(program.warnings.length, `${first.section}: ${first.message}`), 'stderr');
  }
  return new Debuggee(engine, configuration);
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
    session.output(`${error instanceof Error ? error.message : String(error)}\n`, 'stderr');
  }
  session.event('stopped', { ...common, reason: 'pause', description: texts.coreStop });
}
