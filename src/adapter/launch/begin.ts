// How a live session begins: OpenOCD, program, flash, reset, breakpoints, entry point; and how it begins again.

import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { architectureFor } from '../../debugger/arch/architectures';
import { wordsOf } from '../../debugger/errors';
import { find } from '../../debugger/live/breakpoints/breakpoints';
import type { Where } from '../../debugger/live/breakpoints/userBreakpoint';
import { readCatches } from '../../debugger/live/catches';
import { openLive } from '../../debugger/live/openLive';
import { hex } from '../../debugger/numbers';
import { openElf } from '../../debugger/openCore';
import { Programs } from '../../debugger/programs';
import type { Arguments } from '../arguments';
import { filterOf } from '../capabilities';
import { Debuggee } from '../debuggee';
import { Live, nowhere } from '../live';
import { texts } from '../messages';
import type { Session } from '../session';
import type { Stage } from '../stage';
import { openSymbolFile } from '../symbolFiles';
import { Trace } from '../trace';
import { carryOut } from './carryOut';
import { readLiveConfiguration } from './liveConfiguration';
import { loadProgram } from './load';
import { liveErrors, liveTexts } from './messages';
import { type OpenedOpenOcd, openOpenOcd } from './openOpenOcd';

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
  const kind = request === 'launch' ? 'Launch' : 'Attach';
  await carryOut(session, live, commands.before, `pre${kind}Commands`, signal);
  if (commands.override !== undefined) {
    await carryOut(session, live, commands.override, `override${kind}Commands`, signal);
    await engine.target.refresh();
  } else if (request === 'launch') {
    // The debug information of the entry point is read while the target resets, once that is asked for: the first question of a program takes some time.
    await Promise.all([engine.resetHalt(), setImmediate().then(() => entryOf(live))]);
    if (await loadProgram(session, live, signal)) await engine.resetHalt();
    await live.rtt.clear();
  } else if (configuration.haltOnAttach && engine.isRunning) {
    await engine.target.halt();
  }
  await carryOut(session, live, commands.after, `post${kind}Commands`, signal);
  if (configuration.semihosting) await live.semihosting.start();
}

interface Entry {
  readonly addresses: readonly number[];
  /** What was asked for. */
  readonly places: readonly Where[];
}

/** Where the program is to be seen first: by the user's commands, else the entry point; undefined when neither names a place. */
function entryOf({ configuration, debuggee, entry: commanded }: Live): Entry | undefined {
  const { entry, stopAtReset } = configuration;
  const isCommanded = commanded.places.length > 0;
  if (stopAtReset && !(isCommanded && commanded.runs)) return undefined;
  const configured: readonly Where[] = entry === undefined ? [] : [{ kind: 'function', name: entry }];
  const places = isCommanded ? commanded.places : configured;
  if (places.length === 0) return undefined;
  return { places, addresses: places.flatMap((place) => find(debuggee.engine.program, place).addresses) };
}

const wordsOfPlace = (place: Where) =>
  place.kind === 'function'
    ? place.name
    : place.kind === 'line'
      ? `${place.path}:${place.line}`
      : hex(place.address, 8);

/** After configurationDone: lets the program run to where the user wants to see it first. */
export function go(live: Live, session: Session): void {
  const { configuration, engine } = live;
  // Another restart has begun already, and goes on from its own reset.
  if (engine.isExclusive) return;
  const [thread] = engine.target.threads;
  const id = thread?.id ?? 1;
  const common = { thread: id, description: undefined, text: undefined, hit: [] } as const;
  // The run goes out first: that is what the user waits for.
  setImmediate(() => {
    if (!engine.isLost) engine.tellBudget().catch((error: unknown) => session.output(`${wordsOf(error)}\n`, 'stderr'));
  });
  live.rtt.search();
  const isAttach = configuration.request === 'attach';
  if (engine.isRunning) {
    // Nobody halts a running program for a place that it may have passed already.
    for (const place of live.entry.places) session.output(liveTexts.runsAlready(wordsOfPlace(place)), 'important');
    engine.follow();
    return;
  }
  if (isAttach && !live.entry.runs) {
    engine.announce({ ...common, kind: 'pause' });
    return;
  }
  const entry = entryOf(live);
  if (entry !== undefined) {
    const { addresses, places } = entry;
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
    const words = places.map(wordsOfPlace).join(', ');
    const { full } = live.entry.places.length > 0 ? liveErrors.noPlace(words) : liveErrors.noEntry(words);
    session.output(`${full}\n`, 'important');
  }
  if (configuration.stopAtReset || entry !== undefined) engine.announce({ ...common, kind: 'entry' });
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
  // The commands of a restart may name another place; else the one of the launch stays.
  const before = live.entry;
  live.entry = nowhere;
  await carryOut(session, live, commands.beforeReset, 'preResetCommands', signal);
  if (commands.overrideReset !== undefined) {
    await carryOut(session, live, commands.overrideReset, 'overrideResetCommands', signal);
  } else {
    await engine.resetHalt();
    if (configuration.request === 'launch' && (await loadProgram(session, live, signal))) await engine.resetHalt();
    await live.rtt.clear();
  }
  await live.catchAgain();
  await carryOut(session, live, commands.afterReset, 'postResetCommands', signal);
  if (live.entry.places.length === 0) live.entry = before;
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
    await carryOut(session, live, commands.beforeReset, 'preResetCommands', signal);
    await engine.resetHalt(mode === 'init' ? 'init' : 'halt');
    await live.rtt.clear();
    await live.catchAgain();
    await carryOut(session, live, commands.afterReset, 'postResetCommands', signal);
  });
  if (engine.isExclusive) return;
  live.rtt.search();
  const thread = engine.target.threads[0]?.id ?? 1;
  if (mode === 'run') await engine.continue(thread, true);
  else engine.announce({ thread, kind: 'reset', description: undefined, text: undefined, hit: [] });
}
