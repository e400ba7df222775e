// The program as a module, its source files, their text, and the places in them that have code.
import fs from 'node:fs';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { hex } from '../../debugger/numbers';
import { errors } from '../messages';
import type { Session } from '../session';
import { debuggeeOf, type Stage } from '../stage';

/** Lines of one breakpointLocations request. */
const maximumLines = 10_000;

export function handleSources(session: Session, stage: Stage): void {
  session.handle('modules', () => {
    const { engine } = debuggeeOf(stage, 'modules');
    const { program } = engine;
    const code = program.segments.filter(({ executable }) => executable);
    const module: DebugProtocol.Module = {
      id: 1,
      name: path.basename(program.path),
      path: program.path,
      isUserCode: true,
      symbolStatus: program.hasDebugInfo ? 'Symbols loaded.' : 'No debug information.',
      symbolFilePath: program.path,
      ...(program.buildId === undefined ? {} : { version: program.buildId }),
      ...(code[0] === undefined
        ? {}
        : { addressRange: `${hex(code[0].address)}-${hex(code[0].address + code[0].memorySize)}` }),
    };
    return { modules: [module], totalModules: 1 };
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
