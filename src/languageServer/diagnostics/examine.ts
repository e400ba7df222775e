// Runs every check on a file.
import type { CommandCatalog } from '../knowledge/catalog';
import type { ProcedureDefinition } from '../model/facts';
import { createdObjects, type Found, type Project, procedures } from '../model/project';
import type { Source } from '../model/source';
import { checkCommands } from './commands';
import { checkFiles } from './files';
import type { Examined, Finding } from './finding';
import { checkOrder } from './order';
import { checkReadable } from './readable';
import { checkSyntax } from './syntax';

/** Something else than a script may break the rules at every other character: nobody reads more than this. */
const maxFindings = 500;

/** What is to be said about the file, in the order of the text. */
export function examine(source: Source, project: Project, catalog: CommandCatalog): Finding[] {
  const sources = project.reachable(source);
  const byName = new Map<string, Found<ProcedureDefinition>[]>();
  for (const found of procedures(sources))
    byName.set(found.value.name, [...(byName.get(found.value.name) ?? []), found]);
  const examined: Examined = {
    source,
    sources,
    unknownSources: project.hasUnknownSources(sources),
    procedures: byName,
    objects: createdObjects(sources),
    catalog,
    project,
  };
  const checks = [checkReadable, checkSyntax, checkCommands, checkOrder, checkFiles];
  const findings = checks.flatMap((check) => check(examined)).sort((a, b) => a.start - b.start);
  return findings.slice(0, maxFindings);
}
