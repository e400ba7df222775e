// How a live session begins: OpenOCD, program, flash, reset, breakpoints, entry point; and how it begins again.

import path from 'node:path';
import { architectureFor } from '../../debugger/arch/architectures';
import { wordsOf } from '../../debugger/errors';
import { find } from '../../debugger/live/breakpoints/breakpoints';
import { readCatches } from '../../debugger/live/catches';
import { openLive } from '../../debugger/live/openLive';
import { openElf } from '../../debugger/openCore';
import { Programs } from '../../debugger/programs';
import type { Arguments } from '../arguments';
import { filterOf } from '../capabilities';
import { Debuggee } from '../debuggee';
import { Live } from '../live';
import { texts } from '../messages';
import type { Session } from '../session';
import type { Stage } from '../stage';
import { openSymbolFile } from '../symbolFiles';
import { Trace } from '../trace';
import { readLiveConfiguration } from './liveConfiguration';
import { loadProgram } from './load';
import { liveErrors, liveTexts } from './messages';
import { type OpenedOpenOcd, openOpenOcd } from './openOpenOcd';
import { type Step, translate } from './userCommands';

/** Where the product is installed: the bundle lies in dist/, this file in src/adapter/launch/. */
const folder = path.resolve(__dirname, path.basename(__dirname) === 'launch' ? '../../..' : '..');

/** Lines of OpenOCD's log that no command of ours has caused. */
const byItself = /reset detected|lockup|polling|unpowered|disconnect|power (?:dropped|restored)|semihosting/i;

/** Opens everything up to where breakpoints can be set. Cleans up after itself when it fails. @throws EngineError */
export async function openLiveSession(
  session: Session,
  stage: Stage,
  given: Arguments,
  request: 'launch' | 'attach',
  signal: AbortSignal,
  end: () => void,
): Promise<Live> {
  const configuration = readLiveConfiguration(given, request, folder);
  if (configuration.trace !== undefined) {
    const file = configuration.trace;
    const trace = new Trace(file, (reason) => session.output(liveTexts.traceFailed(file, reason), 'stderr'));
    session.trace = trace;
    session.onClose(() => trace.close());
  }
  for (const note of configuration.notes) session.output(`${note}\n`, 'important');
  // The program first: a wrong file is told at once, and nothing is started for it.
  const program = new Programs(openElf(configuration.program));
  let openOcd: OpenedOpenOcd | undefined;
  // Once there is a connection, what a command complains of is in its error; what happens by itself is told.
  const isOpen = () => stage.live !== undefined;
  try {
    architectureFor(program.machine);
    for (const file of configuration.symbolFiles) openSymbolFile(program, file);
    openOcd = await openOpenOcd(configuration, {
      folder,
      onLog: (level, text) => {
        session.trace?.write('openocd', `${level}: ${text}`);
        if ((level === 'error' || level === 'warning') && (!isOpen() || byItself.test(text))) {
          session.output(`${text}\n`, 'stderr');
        }
      },
    });
    const { connection } = openOcd;
    openOcd.session.onExchange((exchange) => session.trace?.exchange(exchange));
    session.event('openocd.connected', connection);
    signal.throwIfAborted();
    const engine = await openLive(openOcd.session, program, {
      targets: configuration.targets,
      hardwareOnly: configuration.hardwareOnly,
      hardwareLimit: configuration.hardwareLimit,
      maskInterrupts: configuration.maskInterrupts,
      haltGroups: configuration.haltGroups,
    });
    if (openOcd.telnetPort !== undefined) {
      session.output(liveTexts.telnet(connection.tclPort, openOcd.telnetPort), 'important');
    }
    session.output(
      liveTexts.connected(openOcd.session.dialect.version, connection.host, openOcd.telnetPort ?? connection.tclPort),
    );
    session.output(liveTexts.program(configuration.program, engine.engine.architecture.name));
    if (!program.hasDebugInfo) session.output(texts.noDebugInfo(configuration.program), 'important');
    const [first] = program.warnings;
    if (first !== undefined) {
      session.output(texts.debugInfoWarnings(program.warnings.length, `${first.section}: ${first.message}`), 'stderr');
    }
    const debuggee = new Debuggee(engine.engine, program, configuration);
    const catches = await readCatches(engine.target);
    const live = new Live(session, debuggee, engine, openOcd, configuration, catches, end);
    session.event('capabilities', { capabilities: { exceptionBreakpointFilters: catches.map(filterOf) } });
    stage.debuggee = debuggee;
    stage.live = live;
    await engine.exclusively(() => prepare(session, live, signal));
    signal.throwIfAborted();
    return live;
  } catch (error) {
    stage.live?.dispose();
    stage.live = undefined;
    stage.debuggee = undefined;
    await openOcd?.close().catch(() => undefined);
    program.close();
    throw error;
  }
}

/** The user's commands, programming, and the reset: what comes before breakpoints. */
async function prepare(session: Session, live: Live, signal: AbortSignal): Promise<void> {
  const { configuration, engine } = live;
  const { commands, request } = configuration;
  await carryOut(session, live, translate(commands.before, `pre${request}Commands`), signal);
  if (commands.override !== undefined) {
    await carryOut(session, live, translate(commands.override, `override${request}Commands`), signal);
    await engine.target.refresh();
  } else if (request === 'launch') {
    // The debug information of the entry point is read while the target resets: the first question of a program takes some time.
    const lookUp = async () => entryOf(live);
    await Promise.all([engine.resetHalt(), lookUp()]);
    if (await loadProgram(session, live, signal)) await engine.resetHalt();
    await live.rtt.clear();
  } else if (configuration.haltOnAttach && engine.isRunning) {
    await engine.target.halt();
  }
  await carryOut(session, live, translate(commands.after, `post${request}Commands`), signal);
  if (configuration.semihosting) await live.semihosting.start();
}

/** Where the program is to be seen first: the places of the entry point; undefined when none is configured. */
function entryOf({ configuration, debuggee }: Live): readonly number[] | undefined {
  const { entry, stopAtReset } = configuration;
  if (stopAtReset || entry === undefined) return undefined;
  return find(debuggee.engine.program, { kind: 'function', name: entry }).addresses;
}

/** After configurationDone: lets the program run to where the user wants to see it first. */
export function go(live: Live, session: Session): void {
  const { configuration, engine } = live;
  // Another restart has begun already, and goes on from its own reset.
  if (engine.isExclusive) return;
  const [thread] = engine.target.threads;
  const id = thread?.id ?? 1;
  const common = { thread: id, description: undefined, text: undefined, hit: [] } as const;
  void engine.tellBudget().catch((error: unknown) => session.output(`${wordsOf(error)}\n`, 'stderr'));
  live.rtt.search();
  if (configuration.request === 'attach') {
    if (engine.isRunning) engine.follow();
    else engine.announce({ ...common, kind: 'pause' });
    return;
  }
  if (engine.isRunning) {
    engine.follow();
    return;
  }
  const addresses = entryOf(live);
  if (addresses !== undefined) {
    // A program in RAM may begin with the very function.
    const stands = engine.target.programCounter(id);
    if (stands !== undefined && addresses.includes(stands)) {
      engine.announce({ ...common, kind: 'entry' });
      return;
    }
    if (addresses.length > 0) {
      engine.runTo(id, addresses, { kind: 'entry', description: undefined });
      return;
    }
    session.output(`${liveErrors.noEntry(configuration.entry ?? '').full}\n`, 'important');
  }
  if (configuration.stopAtReset || addresses !== undefined) engine.announce({ ...common, kind: 'entry' });
  else {
    engine.continue(id, true).catch((error: unknown) => session.output(`${wordsOf(error)}\n`, 'important'));
  }
}

/** Resets in place and programs what has changed since. Breakpoints, views and the connection stay. @throws EngineError */
export function restart(session: Session, live: Live, signal: AbortSignal): Promise<void> {
  return live.engine.exclusively(() => beginAgain(session, live, signal));
}

async function beginAgain(session: Session, live: Live, signal: AbortSignal): Promise<void> {
  const { configuration, engine } = live;
  const { commands } = configuration;
  await carryOut(session, live, translate(commands.beforeReset, 'preResetCommands'), signal);
  if (commands.overrideReset !== undefined) {
    await carryOut(session, live, translate(commands.overrideReset, 'overrideResetCommands'), signal);
  } else {
    await engine.resetHalt();
    if (configuration.request === 'launch' && (await loadProgram(session, live, signal))) await engine.resetHalt();
    await live.rtt.clear();
  }
  await live.catchAgain();
  await carryOut(session, live, translate(commands.afterReset, 'postResetCommands'), signal);
}

/** A reset in the middle of a session, without programming. @throws EngineError */
export async function resetTo(
  session: Session,
  live: Live,
  mode: 'run' | 'halt' | 'init',
  signal: AbortSignal,
): Promise<void> {
  const { commands } = live.configuration;
  const { engine } = live;
  await engine.exclusively(async () => {
    await carryOut(session, live, translate(commands.beforeReset, 'preResetCommands'), signal);
    await engine.resetHalt(mode === 'init' ? 'init' : 'halt');
    await live.rtt.clear();
    await live.catchAgain();
    await carryOut(session, live, translate(commands.afterReset, 'postResetCommands'), signal);
  });
  if (engine.isExclusive) return;
  live.rtt.search();
  const thread = engine.target.threads[0]?.id ?? 1;
  if (mode === 'run') await engine.continue(thread, true);
  else engine.announce({ thread, kind: 'reset', description: undefined, text: undefined, hit: [] });
}

/** Runs what the user's commands were translated to. @throws EngineError naming the command */
async function carryOut(session: Session, live: Live, steps: readonly Step[], signal: AbortSignal): Promise<void> {
  for (const step of steps) {
    signal.throwIfAborted();
    if (step.kind === 'note') session.output(`${step.text}\n`, 'important');
    else if (step.kind === 'load') await loadProgram(session, live, signal, true);
    else {
      try {
        const reply = (await live.engine.target.command(step.command)).trim();
        if (reply !== '') session.output(`${reply}\n`);
      } catch (error) {
        throw liveErrors.commandFailed(step.attribute, step.command, wordsOf(error));
      }
    }
  }
  if (steps.length > 0) await live.engine.target.refresh();
}
