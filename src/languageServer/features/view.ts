// What every feature gets: the file it is asked about, the project around it, and the commands that OpenOCD knows. Also turns
// offsets into LSP positions, which both count UTF-16 code units.
import type { Location, Range } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CommandCatalog } from '../knowledge/catalog';
import { objectNames, type Project } from '../model/project';
import type { Source } from '../model/source';
import { symbolAt } from '../model/symbols';

export interface View {
  readonly source: Source;
  readonly project: Project;
  readonly catalog: CommandCatalog;
}

const documents = new WeakMap<Source, TextDocument>();

/** The text of a file with its lines, as it is now. */
export function documentOf(source: Source): TextDocument {
  const known = documents.get(source);
  if (known !== undefined && known.getText() === source.text) return known;
  const document = TextDocument.create(source.uri, 'openocd', 0, source.text);
  documents.set(source, document);
  return document;
}

export function rangeOf(source: Source, start: number, end: number): Range {
  const document = documentOf(source);
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

export function locationOf(source: Source, start: number, end: number): Location {
  return { uri: source.uri, range: rangeOf(source, start, end) };
}

/** The procedure, variable or object whose name is at `offset`. */
export function namedAt({ source, project }: View, offset: number): ReturnType<typeof symbolAt> {
  return symbolAt(source, offset, objectNames(project.reachable(source)));
}
