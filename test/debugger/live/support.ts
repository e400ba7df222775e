// A live session of the engine on the simulated board, without the adapter: for tests of stepping, breakpoints and the target.
import { EventEmitter, once } from 'node:events';
import path from 'node:path';
import type { LiveSession } from '../../../src/debugger/live/liveSession';
import { type OpenLiveOptions, openLive } from '../../../src/debugger/live/openLive';
import type { Stop } from '../../../src/debugger/live/stopReasons';
import { openElf } from '../../../src/debugger/openCore';
import { Session } from '../../../src/openocd';
import { type BoardOptions, type RunningBoard, root, startBoard } from '../../support/board';

export const blinkyC = path.join(root, 'examples/blinky-c/build/blinky-c.elf');
export const blinkyCpp = path.join(root, 'examples/blinky-cpp/build/blinky-cpp.elf');

export interface Rig {
  readonly board: RunningBoard;
  readonly session: Session;
  readonly live: LiveSession;
  readonly output: string[];
  /** Does something that makes a core run, and waits for the stop. */
  stopAfter(action: () => Promise<void> | void): Promise<Stop>;
  stop(): Promise<void>;
}

export async function startRig(program: string, options: BoardOptions & Partial<OpenLiveOptions> = {}): Promise<Rig> {
  const board = await startBoard({ ...options, image: program });
  const session = await Session.connect({ port: board.tclPort });
  const elf = openElf(program);
  const live = await openLive(session, elf, {
    targets: options.targets,
    hardwareOnly: options.hardwareOnly ?? false,
    hardwareLimit: options.hardwareLimit,
    maskInterrupts: options.maskInterrupts ?? false,
  });
  const events = new EventEmitter();
  const output: string[] = [];
  live.on('stopped', (stop) => events.emit('stopped', stop));
  live.on('output', (text) => output.push(text));
  return {
    board,
    session,
    live,
    output,
    stopAfter: async (action) => {
      const stopped = once(events, 'stopped', { signal: AbortSignal.timeout(15_000) });
      await action();
      return (await stopped)[0] as Stop;
    },
    stop: async () => {
      live.dispose();
      await session.close();
      elf.close();
      await board.stop();
    },
  };
}

/** Resets and runs to a function. */
export async function runTo(rig: Rig, name: string): Promise<Stop> {
  await rig.live.resetHalt();
  const { program } = rig.live.engine;
  const addresses = program
    .findFunctions(name)
    .flatMap((each) => program.breakpointLocations(each).map(({ address }) => address));
  return rig.stopAfter(() => rig.live.runTo(1, addresses, { kind: 'entry', description: undefined }));
}

export interface Place {
  readonly pc: number;
  readonly function: string | undefined;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly cfa: number | undefined;
  readonly depth: number;
}

export async function placeOf(rig: Rig): Promise<Place> {
  const { frames } = await rig.live.engine.frames(1, 0, 50);
  const [top] = frames;
  const call = top?.kind === 'call' ? top : undefined;
  return {
    pc: call?.pc ?? 0,
    function: call?.function?.name ?? call?.name,
    file: call?.position?.file.name,
    line: call?.position?.line,
    cfa: call?.cfa,
    depth: frames.filter((frame) => frame.kind === 'call').length,
  };
}
