// The structure of files: document and workspace symbols, folding ranges, links to sourced files.

import { pathToFileURL } from 'node:url';
import {
  type DocumentLink,
  type DocumentSymbol,
  type FoldingRange,
  FoldingRangeKind,
  SymbolKind,
  type WorkspaceSymbol,
} from 'vscode-languageserver';
import { sourcedFiles } from '../model/project';
import type { Item, Source } from '../model/source';
import type { Script, Span, Word } from '../tcl/nodes';
import { documentOf, locationOf, rangeOf, type View } from './view';

const objectKinds = {
  tap: SymbolKind.Interface,
  target: SymbolKind.Class,
  dap: SymbolKind.Interface,
  cti: SymbolKind.Interface,
  tpiu: SymbolKind.Interface,
  'flash bank': SymbolKind.Struct,
} as const;

export function documentSymbols({ source }: View): DocumentSymbol[] {
  const seen = new Set<string>();
  return source.items.flatMap((item) => {
    const symbol = (name: string, kind: SymbolKind, detail: string, span: Span, selection: Span): DocumentSymbol => ({
      name: name || '(unnamed)',
      kind,
      detail,
      range: rangeOf(source, item.start + span.start, item.start + span.end),
      selectionRange: rangeOf(source, item.start + selection.start, item.start + selection.end),
    });
    const { facts } = item;
    const procedures = facts.procedures.map((found) =>
      symbol(found.name, SymbolKind.Function, found.parameters.join(' '), found, found.nameSpan),
    );
    const objects = facts.objects.map((found) =>
      symbol(found.name, objectKinds[found.kind], [found.kind, found.type].filter(Boolean).join(' '), found, found),
    );
    const variables = facts.variables.flatMap((use) => {
      if (use.access !== 'write' || use.scope >= 0 || seen.has(use.name)) return [];
      seen.add(use.name);
      return [symbol(use.name, SymbolKind.Variable, '', use, use)];
    });
    return [...procedures, ...objects, ...variables, ...events(item, symbol)];
  });
}

type MakeSymbol = (name: string, kind: SymbolKind, detail: string, span: Span, selection: Span) => DocumentSymbol;

/** Event handlers: `… configure -event NAME {script}`. */
function events(item: Item, symbol: MakeSymbol): DocumentSymbol[] {
  return item.facts.calls.flatMap((call) =>
    call.values.flatMap((value, index) => {
      const name = call.values[index + 1];
      const word = call.command.words[index + 1];
      const handler = call.command.words[index + 2];
      if (value !== '-event' || name === undefined || word === undefined || handler === undefined) return [];
      return [symbol(name, SymbolKind.Event, 'event', { start: word.start, end: handler.end }, word)];
    }),
  );
}

const maxWorkspaceSymbols = 500;

/** Procedures and objects whose name holds the letters of `query` in order. */
export function workspaceSymbols(query: string, sources: readonly Source[]): WorkspaceSymbol[] {
  const letters = [...query.toLowerCase()].map((letter) => letter.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(letters.join('.*'));
  const found: WorkspaceSymbol[] = [];
  for (const source of sources) {
    for (const item of source.items) {
      const named = [
        ...item.facts.procedures.map((value) => ({
          name: value.name,
          kind: SymbolKind.Function,
          span: value.nameSpan,
        })),
        ...item.facts.objects.map((value) => ({ name: value.name, kind: objectKinds[value.kind], span: value })),
      ];
      for (const { name, kind, span } of named) {
        if (!pattern.test(name.toLowerCase())) continue;
        found.push({ name, kind, location: locationOf(source, item.start + span.start, item.start + span.end) });
        if (found.length >= maxWorkspaceSymbols) return found;
      }
    }
  }
  return found;
}

export function foldingRanges({ source }: View): FoldingRange[] {
  const document = documentOf(source);
  const lineOf = (offset: number): number => document.positionAt(offset).line;
  const ranges: FoldingRange[] = [];
  const started = new Set<number>();
  const add = (start: number, end: number, kind?: FoldingRangeKind): void => {
    const startLine = lineOf(start);
    const endLine = kind === undefined ? lineOf(end) - 1 : lineOf(end);
    if (endLine <= startLine || started.has(startLine)) return;
    started.add(startLine);
    ranges.push({ startLine, endLine, ...(kind ? { kind } : {}) });
  };
  const comments: Span[] = [];
  for (const item of source.items) {
    foldScript(item, item.script, add, comments);
  }
  for (const block of commentBlocks(comments, lineOf)) add(block.start, block.end, FoldingRangeKind.Comment);
  return ranges;
}

type AddFold = (start: number, end: number) => void;

function foldScript(item: Item, script: Script, add: AddFold, comments: Span[]): void {
  for (const comment of script.comments)
    comments.push({ start: item.start + comment.start, end: item.start + comment.end });
  for (const command of script.commands) for (const word of command.words) foldWord(item, word, add, comments);
}

function foldWord(item: Item, word: Word, add: AddFold, comments: Span[]): void {
  if (word.form === 'braced') add(item.start + word.start, item.start + word.end);
  if (word.body?.kind === 'script') foldScript(item, word.body.script, add, comments);
  if (word.body?.kind === 'list') for (const element of word.body.elements) foldWord(item, element, add, comments);
  for (const part of word.parts) if (part.kind === 'script') foldScript(item, part.script, add, comments);
}

/** Comments on lines that follow each other. */
function commentBlocks(comments: readonly Span[], lineOf: (offset: number) => number): Span[] {
  const blocks: { start: number; end: number }[] = [];
  for (const comment of [...comments].sort((a, b) => a.start - b.start)) {
    const last = blocks.at(-1);
    if (last !== undefined && lineOf(last.end) + 1 === lineOf(comment.start)) last.end = comment.end;
    else blocks.push({ ...comment });
  }
  return blocks;
}

export function documentLinks({ source, project }: View): DocumentLink[] {
  return sourcedFiles(source).flatMap(({ item, value }) => {
    const file = value.path === undefined ? undefined : project.resolve(value.path, source.uri);
    if (file === undefined) return [];
    const range = rangeOf(source, item.start + value.start, item.start + value.end);
    return [{ range, target: pathToFileURL(file).href, tooltip: file }];
  });
}
