// The program as a module, its source files, their text, and the places in them that have code.
import fs from 'node:fs';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { hex } from '../../debugger/numbers';
import type { Program } from '../../debuginfo/api';
import { errors } from '../messages';
import type { Session } from '../session';
import { debuggeeOf, type Stage } from '../stage';

/** Lines of one breakpointLocations request. */
const maximumLines = 10_000;

export function handleSources(session: Session, stage: Stage): void {
  session.handle('modules', ({ arguments: given }) => {
    const { all } = debuggeeOf(stage, 'modules').programs;
    const modules = all.map((program, index) => describeModule(program, index + 1));
    const start = given.count('startModule', 0, modules.length);
    const count = given.count('moduleCount', 0, modules.length);
    return { modules: modules.slice(start, count === 0 ? undefined : start + count), totalModules: modules.length };
  });

  session.handle('loadedSources', () => {
    const debuggee = debuggeeOf(stage, 'loadedSources');
    return { sources: debuggee.engine.program.sourceFiles().map((file) => debuggee.sources.describe(file)) };
  });

  session.handle('source', ({ arguments: given }) => {
    const debuggee = debuggeeOf(stage, 'source');
    const source = given.object('source');
    const reference = source.optionalInteger('sourceReference') ?? given.optionalInteger('sourceReference') ?? 0;
    const recorded = reference === 0 ? source.optionalString('path') : debuggee.sources.absent(reference);
    if (recorded === undefined) throw errors.noSuchSource(`with the reference ${reference}`);
    const local = debuggee.sources.localPath(recorded);
    // Only files of the program are handed out.
    const isOwn = debuggee.engine.program.matchFile(recorded).length > 0;
    if (!isOwn || !fs.existsSync(local)) throw errors.noSuchSource(recorded);
    return { content: fs.readFileSync(local, 'utf8'), mimeType: 'text/plain' };
  });

  session.handle('breakpointLocations', ({ arguments: given }) => {
    const debuggee = debuggeeOf(stage, 'breakpointLocations');
    const file = given.object('source').optionalString('path');
    if (file === undefined) return { breakpoints: [] };
    const first = given.integer('line');
    const last = Math.min(given.optionalInteger('endLine') ?? first, first + maximumLines);
    const recorded = debuggee.sources.recordedPath(file);
    const seen = new Set<string>();
    const breakpoints: DebugProtocol.BreakpointLocation[] = [];
    for (const { line, column } of debuggee.engine.program.possibleLocations(recorded, first, last)) {
      const key = `${line}:${column}`;
      if (seen.has(key)) continue;
      seen.add(key);
      breakpoints.push(column > 0 ? { line, column } : { line });
    }
    return { breakpoints };
  });
}

/** A program of the session as a module. Ids count from 1 in the order of the programs. */
export function describeModule(program: Program, id: number): DebugProtocol.Module {
  const code = program.segments.find(({ executable }) => executable);
  return {
    id,
    name: path.basename(program.path),
    path: program.path,
    isUserCode: true,
    symbolStatus: program.hasDebugInfo ? 'Symbols loaded.' : 'No debug information.',
    symbolFilePath: program.path,
    ...(program.buildId === undefined ? {} : { version: program.buildId }),
    ...(code === undefined ? {} : { addressRange: `${hex(code.address)}-${hex(code.address + code.memorySize)}` }),
  };
}
