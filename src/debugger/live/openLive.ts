// Puts a live session together: program, target and engine on a connection to OpenOCD.
import { setImmediate } from 'node:timers/promises';
import type { Program } from '../../debuginfo/api';
import type { Session } from '../../openocd';
import { architectureFor } from '../arch/architectures';
import { runControlFor } from '../arch/runControl';
import { Engine } from '../engine';
import { readUnsigned } from '../numbers';
import { identify } from './attach';
import { LiveSession, type LiveSessionOptions } from './liveSession';
import { asEngineError } from './messages';
import { OpenOcdTarget } from './openocdTarget';
import { isThumbAt } from './stepRange';

export interface OpenLiveOptions extends LiveSessionOptions {
  /** OpenOCD's names of the targets to debug; the current one alone when absent. */
  readonly targets: readonly string[] | undefined;
}

/** Names that linker scripts give to the end of the stack. */
const stackTopNames = ['_estack', '__StackTop', '__stack', '_stack_start', '__initial_sp', '_stack', '__stack_end__'];

/** Looks at the targets without disturbing them. The program stays the caller's. @throws EngineError */
export async function openLive(session: Session, program: Program, options: OpenLiveOptions): Promise<LiveSession> {
  const isMProfile = architectureFor(program.machine, 'cortex_m').disassembly(true).isMProfile;
  const runControl = runControlFor(program.machine, isMProfile);
  // What the program tells is looked up once OpenOCD is asked, while it answers.
  const lookUp = setImmediate().then(() => stackTopOf(program, isMProfile) ?? 0);
  const [identified, stackTop] = await Promise.all([identify(session), lookUp]).catch((error: unknown) => {
    throw asEngineError(error);
  });
  const coreType = program.machine === 'arm' ? identified.coreType : undefined;
  const target = await OpenOcdTarget.attach(session, identified, {
    ...(options.targets === undefined ? {} : { targets: options.targets }),
    stackTop,
    runControl,
    breakpointLength: (address) =>
      runControl.breakpointLength(isThumbAt(program, address), program.bytesAt(address, 2)),
    coreType,
    architecture: (driver, registers) => architectureFor(program.machine, coreType ?? driver, registers),
  });
  const engine = new Engine(program, target, target.architecture);
  return new LiveSession(engine, target, runControl, options);
}

/** Where the stack begins, so that reading it ahead ends there: by symbol, else the first word of a Cortex-M vector table. */
function stackTopOf(program: Program, isMProfile: boolean): number | undefined {
  const named = stackTopNames
    .map((name) => program.symbolNamed(name)?.address)
    .find((address) => address !== undefined);
  if (named !== undefined || !isMProfile) return named;
  const [first] = [...program.segments].filter(({ fileSize }) => fileSize >= 8).sort((a, b) => a.address - b.address);
  const words = first === undefined ? undefined : program.bytesAt(first.address, 8);
  if (words === undefined) return undefined;
  const [sp, reset] = [0, 4].map((at) => Number(readUnsigned(words.subarray(at, at + 4), program.isBigEndian)));
  const isTable =
    sp !== undefined && reset !== undefined && sp % 4 === 0 && program.functionAt(reset & ~1) !== undefined;
  return isTable ? sp : undefined;
}
