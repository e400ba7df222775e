// Puts a live session together: program, target and engine on a connection to OpenOCD.
import type { Program } from '../../debuginfo/api';
import type { Session } from '../../openocd';
import { architectureFor } from '../arch/architectures';
import { runControlFor } from '../arch/runControl';
import { Engine } from '../engine';
import { LiveSession, type LiveSessionOptions } from './liveSession';
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
  const target = await OpenOcdTarget.attach(session, {
    ...(options.targets === undefined ? {} : { targets: options.targets }),
    stackTop:
      stackTopNames.map((name) => program.symbolNamed(name)?.address).find((address) => address !== undefined) ?? 0,
    runControl,
    breakpointLength: (address) =>
      runControl.breakpointLength(isThumbAt(program, address), program.bytesAt(address, 2)),
    architecture: (coreType, registers) => architectureFor(program.machine, coreType, registers),
  });
  const engine = new Engine(program, target, target.architecture);
  return new LiveSession(engine, target, runControl, options);
}
