// Opens a program together with a core file: everything a post-mortem session needs.
import fs from 'node:fs';
import type { Program } from '../debuginfo/api';
import { openProgram } from '../debuginfo/index';
import { openCoreFile } from './core/coreFile';
import { CoreTarget, checkMachine, describeMismatch } from './core/coreTarget';
import { Engine } from './engine';
import { errors } from './messages';
import { Programs } from './programs';

export interface OpenedCore {
  readonly engine: Engine;
  readonly programs: Programs;
  readonly target: CoreTarget;
  /** What a user should know: the core was cut, or is from another build. */
  readonly warnings: readonly string[];
}

/** Opens the ELF of a program. Throws an EngineError that says what is wrong with the file. */
export function openElf(path: string): Program {
  if (!fs.existsSync(path)) throw errors.programMissing(path);
  try {
    return openProgram(path);
  } catch (cause) {
    throw errors.programUnreadable(path, cause);
  }
}

/** Opens both files and checks that they belong together. Throws an EngineError. */
export function openCore(programPath: string, corePath: string): OpenedCore {
  const program = new Programs(openElf(programPath));
  try {
    const core = openCoreFile(corePath);
    checkMachine(core, program);
    const target = new CoreTarget(core);
    const mismatch = describeMismatch(core, program);
    const engine = new Engine(program, target, target.architecture);
    return {
      engine,
      programs: program,
      target,
      warnings: [...core.warnings, ...(mismatch === undefined ? [] : [mismatch])],
    };
  } catch (error) {
    program.close();
    throw error;
  }
}
