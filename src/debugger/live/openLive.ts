// Puts a live session together: program, target and engine on a connection to OpenOCD.
import type { Program } from '../../debuginfo/api';
import { request, type Session } from '../../openocd';
import { architectureFor } from '../arch/architectures';
import { CPUID, coreTypeOf } from '../arch/arm/cpuId';
import { runControlFor } from '../arch/runControl';
import { Engine } from '../engine';
import { readUnsigned } from '../numbers';
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
  const coreType = await readCoreType(session, program);
  const isMProfile = architectureFor(program.machine, 'cortex_m').disassembly(true).isMProfile;
  const runControl = runControlFor(program.machine, isMProfile);
  const target = await OpenOcdTarget.attach(session, {
    ...(options.targets === undefined ? {} : { targets: options.targets }),
    stackTop: stackTopOf(program, isMProfile) ?? 0,
    runControl,
    breakpointLength: (address) =>
      runControl.breakpointLength(isThumbAt(program, address), program.bytesAt(address, 2)),
    coreType,
    architecture: (driver, registers) => architectureFor(program.machine, coreType ?? driver, registers),
  });
  const engine = new Engine(program, target, target.architecture);
  return new LiveSession(engine, target, runControl, options);
}

/** The architecture of a Cortex-M, where it can be read; OpenOCD's driver is the same for all of them. */
async function readCoreType(session: Session, program: Program): Promise<string | undefined> {
  if (program.machine !== 'arm') return undefined;
  const [current] = (await session.target.list()).filter((target) => target.current);
  if (current?.type !== 'cortex_m' && current?.type !== 'hla_target') return undefined;
  const [cpuId] = await session.batch([request.elements(CPUID, 32, 1)]);
  return cpuId.ok ? coreTypeOf(cpuId.value.readUInt32LE()) : undefined;
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
