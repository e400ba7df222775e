// Attaching to the cores behind an OpenOCD: which ones, their registers, and the architecture that these tell.
import { request, type Session } from '../../openocd';
import type { Architecture } from '../arch/architecture';
import { type Core, makeCore } from './core';
import { liveErrors } from './messages';
import { PROCEDURES } from './procedures';

export interface AttachOptions {
  /** OpenOCD's names of the targets to debug; the current one alone when absent. */
  readonly targets?: readonly string[];
  /** Where the stack ends, for reading it ahead; 0 = not known. */
  readonly stackTop?: number;
  /** Chosen by the program's machine and the core's type. */
  readonly architecture: (coreType: string, registers: { has(name: string): boolean }) => Architecture;
}

export interface AttachedCores {
  readonly cores: readonly Core[];
  readonly architecture: Architecture;
  readonly isBigEndian: boolean;
}

/** Finds the cores and installs the procedures; the first core is OpenOCD's current target then. @throws EngineError, OpenOcdError */
export async function attachCores(session: Session, options: AttachOptions): Promise<AttachedCores> {
  const all = await session.target.list();
  const wanted = options.targets ?? all.filter((target) => target.current).map((target) => target.name);
  await session.batch([request.tcl(PROCEDURES)]);
  const cores: Core[] = [];
  let architecture: Architecture | undefined;
  let isBigEndian = false;
  for (const [index, name] of wanted.entries()) {
    const info = all.find((target) => target.name === name);
    if (info === undefined)
      throw liveErrors.noSuchTarget(
        name,
        all.map((target) => target.name),
      );
    if (!info.examined) throw liveErrors.notExamined(name);
    await session.target.select(name);
    const listed = await session.registers.list();
    const names = new Map(listed.map((register) => [register.name.toLowerCase(), register]));
    architecture = options.architecture(info.type, names);
    isBigEndian = info.endian === 'big';
    const known = architecture;
    const described = known.sortRegisters(
      listed.map((register) => ({
        ...known.describeRegister(register.name),
        name: register.name,
        bits: register.size,
      })),
    );
    cores.push(makeCore(session, index, info, described, options.stackTop ?? 0));
  }
  if (architecture === undefined) throw liveErrors.noTarget();
  const [first] = cores;
  if (first !== undefined) await session.target.select(first.target);
  return { cores, architecture, isBigEndian };
}
