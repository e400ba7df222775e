// Further programs in a session, named in the configuration or added while it goes on: their symbols, lines and types are used where
// they were linked to. Nothing of them is programmed.
import { wordsOf } from '../debugger/errors';
import { openElf } from '../debugger/openCore';
import type { Programs } from '../debugger/programs';
import type { Program } from '../debuginfo/api';
import type { Debuggee } from './debuggee';
import { describeBreakpoint } from './handlers/breakpoints';
import { describeModule } from './handlers/sources';
import type { Live } from './live';
import { errors, texts } from './messages';
import type { Session } from './session';

export interface SymbolFile {
  readonly file: string;
  /** Added to all addresses of the file. */
  readonly offset: number;
  /** Where its code is; undefined = where it was linked to. */
  readonly textAddress: number | undefined;
}

/** Opens a file and adds it to the session's programs. @throws EngineError */
export function openSymbolFile(programs: Programs, { file, offset, textAddress }: SymbolFile): Program {
  const known = programs.all.find(({ path }) => path === file);
  if (known !== undefined) return known;
  const program = openElf(file);
  try {
    const { main } = programs;
    if (program.machine !== main.machine || program.isBigEndian !== main.isBigEndian) {
      throw errors.symbolsOfOtherMachine(file, program.machine, main.machine);
    }
    const linked = codeAddress(program);
    const wanted = textAddress ?? (linked === undefined ? undefined : linked + offset);
    if (linked !== undefined && wanted !== linked) throw errors.symbolsElsewhere(file, linked, wanted ?? 0);
    programs.add(program);
    return program;
  } catch (error) {
    program.close();
    throw error;
  }
}

/** Adds a file in the middle of a session; breakpoints that waited for it are set. @returns what was found, in words @throws EngineError */
export async function addSymbolFile(
  session: Session,
  debuggee: Debuggee,
  live: Live | undefined,
  file: string,
): Promise<{ readonly program: Program; readonly changedBreakpoints: number }> {
  const { programs } = debuggee;
  const isNew = programs.all.every(({ path }) => path !== file);
  const program = openSymbolFile(programs, { file, offset: 0, textAddress: undefined });
  if (!isNew) return { program, changedBreakpoints: 0 };
  debuggee.addFolders(program.path);
  debuggee.engine.invalidate();
  session.event('module', { reason: 'new', module: describeModule(program, programs.all.indexOf(program) + 1) });
  if (!program.hasDebugInfo) session.output(texts.noDebugInfo(program.path), 'important');
  const changed = live === undefined ? [] : await live.engine.breakpoints.resolveAgain();
  for (const breakpoint of changed) {
    session.event('breakpoint', { reason: 'changed', breakpoint: describeBreakpoint(debuggee, breakpoint) });
  }
  live?.engine.tellBudget().catch((error: unknown) => session.output(`${wordsOf(error)}\n`, 'stderr'));
  // Frames and variables may have names now.
  session.event('invalidated', { areas: ['all'] });
  return { program, changedBreakpoints: changed.length };
}

/** Where a program's code begins: its section .text, else its first executable segment. */
function codeAddress(program: Program): number | undefined {
  const text = program.sections.find(({ name }) => name === '.text');
  return (text ?? program.segments.find(({ executable }) => executable))?.address;
}
