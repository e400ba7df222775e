// Go to definition, find references, highlight and rename: all the places of one name.

import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type DocumentHighlight,
  DocumentHighlightKind,
  type Location,
  type Range,
  ResponseError,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { cursorAt } from '../model/cursor';
import { createdObjects, pathOf, sourcedFiles } from '../model/project';
import type { Source } from '../model/source';
import { definitions, type NamedSymbol, type Occurrence, occurrences, tapHalves } from '../model/symbols';
import { locationOf, namedAt, rangeOf, type View } from './view';

/** LSP RequestFailed: the request was right, but cannot be met. */
const requestFailed = -32803;

export function definition(view: View, offset: number): Location[] {
  const { source, project } = view;
  const file = sourcedFiles(source).find(
    ({ item, value }) => item.start + value.start <= offset && offset <= item.start + value.end,
  );
  const resolved = file?.value.path === undefined ? undefined : project.resolve(file.value.path, source.uri);
  if (resolved !== undefined) {
    const start = { line: 0, character: 0 };
    return [{ uri: pathToFileURL(resolved).href, range: { start, end: start } }];
  }
  const found = namedAt(view, offset);
  const places = found === undefined ? [] : definitions(found.symbol, project.reachable(source));
  if (places.length > 0) return places.map(toLocation);
  if (found?.symbol.kind === 'procedure') return [...elsewhere(view, found.symbol), ...objectDefinition(view, offset)];
  return objectDefinition(view, offset);
}

/** A procedure of some script in the script folders that this file does not source itself: whoever includes it does. */
function elsewhere({ project }: View, symbol: NamedSymbol): Location[] {
  const files = project.index.procedures.get(symbol.name) ?? [];
  const sources = files.flatMap((file) => project.source(file) ?? []);
  return definitions(symbol, sources).map(toLocation);
}

/** Where the target, TAP or DAP under the cursor is created. */
function objectDefinition({ source, project }: View, offset: number): Location[] {
  const cursor = cursorAt(source, offset);
  if (cursor?.word === undefined) return [];
  const name = source.text.slice(cursor.item.start + cursor.word.start, cursor.item.start + cursor.word.end);
  return createdObjects(project.reachable(source))
    .filter(({ value }) => value.name === name)
    .map((found) => locationOf(found.source, found.item.start + found.value.start, found.item.start + found.value.end));
}

/** @param workspace the files of the workspace, of which those that belong together with this one are searched */
export function references(
  view: View,
  offset: number,
  workspace: readonly Source[],
  withDefinition: boolean,
): Location[] {
  const found = namedAt(view, offset);
  if (found === undefined) return [];
  return occurrences(found.symbol, connected(view, found.symbol, workspace))
    .filter((place) => withDefinition || place.role !== 'definition')
    .map(toLocation);
}

export function highlights(view: View, offset: number): DocumentHighlight[] {
  const found = namedAt(view, offset);
  if (found === undefined) return [];
  return occurrences(found.symbol, [view.source]).map((place) => ({
    range: rangeOf(place.source, place.start, place.end),
    kind: place.role === 'read' ? DocumentHighlightKind.Read : DocumentHighlightKind.Write,
  }));
}

/** The name that would be renamed. @throws ResponseError when the place has none, or one that is not the user's */
export function prepareRename(view: View, offset: number): { range: Range; placeholder: string } {
  const found = namedAt(view, offset);
  if (found === undefined) throw refusal('Only procedures, variables, targets, TAPs and the like can be renamed.');
  const { symbol, occurrence } = found;
  if (symbol.kind === 'procedure' && definitions(symbol, view.project.reachable(view.source)).length === 0) {
    throw refusal(`“${symbol.name}” is not a procedure of this file or of one it sources, so it cannot be renamed.`);
  }
  return { range: rangeOf(view.source, occurrence.start, occurrence.end), placeholder: symbol.name };
}

export function rename(view: View, offset: number, name: string, workspace: readonly Source[]): WorkspaceEdit {
  prepareRename(view, offset);
  const symbol = namedAt(view, offset)?.symbol;
  if (symbol === undefined) return { changes: {} };
  const pattern = symbol.kind === 'object' ? /^[\w.-]+$/ : /^(?:\w|::)+$/;
  if (!pattern.test(name)) throw refusal(`“${name}” is not a plain Tcl name: use letters, digits and “_”.`);
  if ((symbol.kind === 'procedure' || symbol.kind === 'object') && view.catalog.get(name) !== undefined) {
    throw refusal(`“${name}” is a command of OpenOCD already.`);
  }
  const sources = connected(view, symbol, workspace);
  if (symbol.kind !== 'local' && definitions({ ...symbol, name }, sources).length > 0) {
    throw refusal(`“${name}” exists already in these files.`);
  }
  const places = occurrences(symbol, sources);
  const foreign = places.find((place) => isForeign(view, place.source));
  if (foreign !== undefined) {
    const file = pathOf(foreign.source.uri) ?? foreign.source.uri;
    throw refusal(`“${symbol.name}” is also used in ${file}, which is not part of this workspace.`);
  }
  const halves = tapHalves(name);
  if (places.some((place) => place.isTap) && halves.includes('')) {
    throw refusal(`The name of a TAP has two parts, like “chip.cpu”: “${name}” has not.`);
  }
  const changes: NonNullable<WorkspaceEdit['changes']> = {};
  for (const place of places) {
    const newText = place.isTap ? halves.join(' ') : name;
    const edit = { range: rangeOf(place.source, place.start, place.end), newText };
    changes[place.source.uri] = [...(changes[place.source.uri] ?? []), edit];
  }
  return { changes };
}

/** A file of the script folders, unless the user has opened that folder. */
function isForeign({ project }: View, source: Source): boolean {
  const file = pathOf(source.uri) ?? '';
  const inside = (folder: string): boolean => !/^\.\.(?:[\\/]|$)/.test(path.relative(folder, file));
  return project.index.folders.some(inside) && !project.roots.some(inside);
}

/** The file, what it sources, and the files of the workspace that source one where the symbol is defined. */
function connected({ source, project }: View, symbol: NamedSymbol, workspace: readonly Source[]): Source[] {
  const own = project.reachable(source);
  const homes = new Set([source, ...definitions(symbol, own).map((place) => place.source)]);
  const others = workspace.filter(
    (other) => !own.includes(other) && project.reachable(other).some((reached) => homes.has(reached)),
  );
  return [...own, ...others];
}

const toLocation = (place: Occurrence): Location => locationOf(place.source, place.start, place.end);

const refusal = (message: string): ResponseError<void> => new ResponseError(requestFailed, message);
