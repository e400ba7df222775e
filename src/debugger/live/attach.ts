// Attaching to the cores behind an OpenOCD: which ones, their registers, and the architecture that these tell. Everybody waits for this,
// so it takes as few round trips as can be.
import { type Request, request, type Session } from '../../openocd';
import type { Architecture } from '../arch/architecture';
import { CPUID, coreTypeOf } from '../arch/arm/cpuId';
import type { RunControl } from '../arch/runControl';
import { type Core, makeCore } from './core';
import { liveErrors } from './messages';
import { PROCEDURES, procedure } from './procedures';

type TargetInfo = Awaited<ReturnType<Session['target']['list']>>[number];
type RegisterInfo = Awaited<ReturnType<Session['registers']['list']>>[number];

/** What an OpenOCD has, before anything is chosen. */
export interface Identified {
  readonly targets: readonly TargetInfo[];
  /** Of the current target; undefined when there is none. */
  readonly registers: readonly RegisterInfo[] | undefined;
  /** The architecture of a Cortex-M, where it can be read: OpenOCD's driver is the same for all of them. */
  readonly coreType: string | undefined;
}

export interface AttachOptions {
  /** OpenOCD's names of the targets to debug; the current one alone when absent. */
  readonly targets?: readonly string[];
  /** Where the stack ends, for reading it ahead; 0 = not known. */
  readonly stackTop?: number;
  readonly runControl: RunControl;
  /** Chosen by the program's machine and the core's type. */
  readonly architecture: (coreType: string, registers: { has(name: string): boolean }) => Architecture;
}

export interface AttachedCores {
  readonly cores: readonly Core[];
  readonly architecture: Architecture;
  readonly isBigEndian: boolean;
}

/** Installs the procedures, and asks for all that is not a choice. @throws OpenOcdError */
export async function identify(session: Session): Promise<Identified> {
  const [targets, registers, cpuId] = await session.batch([
    request.targetList(),
    request.registerList(),
    cpuIdOfCortexM(),
    ...PROCEDURES.map((text) => request.tcl(text)),
  ]);
  if (!targets.ok) throw targets.error;
  return {
    targets: targets.value,
    registers: registers.ok ? registers.value : undefined,
    coreType: cpuId.ok ? coreTypeOf(cpuId.value.readUInt32LE()) : undefined,
  };
}

/** Other cores may have anything at that address: they are not asked. */
function cpuIdOfCortexM(): Request<Buffer> {
  const read = request.elements(CPUID, 32, 1);
  const isCortexM = '[lsearch {cortex_m hla_target} [[target current] cget -type]] >= 0';
  return { ...read, script: (dialect) => `if {${isCortexM}} {${read.script(dialect)}}` };
}

/** Chooses the cores; the first one is OpenOCD's current target then. @throws EngineError, OpenOcdError */
export async function attachCores(
  session: Session,
  { targets: all, registers: own }: Identified,
  options: AttachOptions,
): Promise<AttachedCores> {
  const current = all.find((target) => target.current);
  const chosen = (options.targets ?? (current === undefined ? [] : [current.name])).map((name) => find(all, name));
  const others = chosen.filter((target) => target !== current || own === undefined);
  const lists = await session.batch(others.map(({ name }) => registersOf(name)));
  const cores: Core[] = [];
  let architecture: Architecture | undefined;
  for (const [index, info] of chosen.entries()) {
    const result = lists[others.indexOf(info)];
    if (result?.ok === false) throw result.error;
    const listed = (result?.ok ? result.value : own) ?? [];
    const names = new Map(listed.map((register) => [register.name.toLowerCase(), register]));
    const known = options.architecture(info.type, names);
    architecture = known;
    const described = known.sortRegisters(
      listed.map((register) => ({
        ...known.describeRegister(register.name),
        name: register.name,
        bits: register.size,
      })),
    );
    cores.push(
      makeCore(session, index, info, described, options.stackTop ?? 0, options.runControl.haltCause?.register),
    );
  }
  const [first] = cores;
  if (architecture === undefined || first === undefined) throw liveErrors.noTarget();
  if (first.target !== current?.name) await session.target.select(first.target);
  return { cores, architecture, isBigEndian: chosen.at(-1)?.endian === 'big' };
}

function find(all: readonly TargetInfo[], name: string): TargetInfo {
  const info = all.find((target) => target.name === name);
  if (info === undefined)
    throw liveErrors.noSuchTarget(
      name,
      all.map((target) => target.name),
    );
  if (!info.examined) throw liveErrors.notExamined(name);
  return info;
}

function registersOf(target: string): Request<RegisterInfo[]> {
  const list = request.registerList();
  return { ...list, script: (dialect) => `${procedure.as} ${target} {${list.script(dialect)}}` };
}
