// What the mouse pointer shows: usage and help of commands, heads of procedures, values of variables, paths of sourced files.
import type { Hover } from 'vscode-languageserver';
import { cursorAt } from '../model/cursor';
import { createdObjects, procedures, sourcedFiles } from '../model/project';
import { occurrences } from '../model/symbols';
import { describeCommand, describeProcedure, fence } from './describe';
import { namedAt, rangeOf, type View } from './view';

const maxValues = 5;

export function hover(view: View, offset: number): Hover | undefined {
  return hoverFile(view, offset) ?? hoverName(view, offset) ?? hoverCommand(view, offset);
}

function hoverFile({ source, project }: View, offset: number): Hover | undefined {
  for (const { item, value } of sourcedFiles(source)) {
    const start = item.start + value.start;
    const end = item.start + value.end;
    if (offset < start || offset > end || value.path === undefined) continue;
    const file = project.resolve(value.path, source.uri);
    if (file !== undefined) return { contents: markdown(`\`${file}\``), range: rangeOf(source, start, end) };
  }
  return undefined;
}

function hoverName(view: View, offset: number): Hover | undefined {
  const found = namedAt(view, offset);
  if (found === undefined) return undefined;
  const { symbol, occurrence } = found;
  const range = rangeOf(view.source, occurrence.start, occurrence.end);
  const sources = view.project.reachable(view.source);
  if (symbol.kind === 'procedure') {
    const definition = procedures(sources).findLast(({ value }) => value.name === symbol.name);
    return definition && { contents: markdown(describeProcedure(definition)), range };
  }
  if (symbol.kind === 'object') {
    const object = createdObjects(sources).find(({ value }) => value.name === symbol.name)?.value;
    const kind = object?.kind === 'tap' || object?.kind === 'dap' ? object.kind.toUpperCase() : object?.kind;
    return object && { contents: markdown(fence([kind, symbol.name, object.type].filter(Boolean).join(' '))), range };
  }
  const writes = occurrences(symbol, sources).filter((place) => place.role === 'write');
  const values = writes.flatMap((place) => {
    const line = place.source.text.slice(place.end).match(/^[ \t]+([^\r\n]+)/)?.[1];
    return line ? [`set ${symbol.name} ${line}`] : [];
  });
  const kind = symbol.kind === 'global' ? 'Global variable' : 'Local variable';
  const text =
    values.length > 0 ? `${kind}, set by\n\n${fence([...new Set(values)].slice(0, maxValues).join('\n'))}` : kind;
  return { contents: markdown(text), range };
}

function hoverCommand(view: View, offset: number): Hover | undefined {
  const cursor = cursorAt(view.source, offset);
  if (cursor?.word === undefined) return undefined;
  const { item, command, wordIndex } = cursor;
  const call = item.facts.calls.find((candidate) => candidate.command === command);
  const first = command.words[0];
  if (call === undefined || first === undefined) return undefined;
  // The last word of the name under the pointer decides: on `flash` of `flash bank` the group is meant.
  const match = view.catalog.match(call.values);
  if (match !== undefined && wordIndex < match.length) {
    const info =
      wordIndex + 1 === match.length ? match.info : view.catalog.get(call.values.slice(0, wordIndex + 1).join(' '));
    const last = command.words[wordIndex] ?? first;
    const range = rangeOf(view.source, item.start + first.start, item.start + last.end);
    return { contents: markdown(describeCommand(info ?? match.info, view.catalog)), range };
  }
  if (wordIndex !== 1 || match !== undefined) return undefined;
  const name = view.source.text.slice(item.start + first.start, item.start + first.end);
  const object = createdObjects(view.project.reachable(view.source)).find(({ value }) => value.name === name)?.value;
  const kind = object?.kind ?? (name.startsWith('$') ? 'target' : undefined);
  if (kind === undefined || kind === 'tap' || kind === 'flash bank') return undefined;
  const info = view.catalog.objectCommand(kind, call.values[1] ?? '');
  const range = rangeOf(view.source, item.start + cursor.word.start, item.start + cursor.word.end);
  return info && { contents: markdown(describeCommand(info, view.catalog, `${name} `)), range };
}

const markdown = (value: string): { kind: 'markdown'; value: string } => ({ kind: 'markdown', value });
