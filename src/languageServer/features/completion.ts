// What may be written next: commands and subcommands, options and their values, files to source, names of objects and variables.
import { type CompletionItem, CompletionItemKind, CompletionItemTag, type Range } from 'vscode-languageserver';
import { cursorAt } from '../model/cursor';
import { createdObjects, procedures } from '../model/project';
import { argumentChoices } from './argumentChoices';
import { describeCommand, describeProcedure } from './describe';
import { rangeOf, type View } from './view';

const maxFiles = 2_000;

export function completion(view: View, offset: number): CompletionItem[] {
  const { source } = view;
  const line = source.text.slice(source.text.lastIndexOf('\n', offset - 1) + 1, offset);
  const variable = /\$\{?(?:::)?([\w:]*)$/.exec(line);
  if (variable) return variables(view, rangeOf(source, offset - (variable[1]?.length ?? 0), offset));
  const cursor = cursorAt(source, offset);
  if (cursor === undefined) {
    // Between commands: at the start of a line, of a script, or of a substitution.
    return isInComment(line) ? [] : commands(view, '', rangeOf(source, offset, offset));
  }
  const { item, command, word, wordIndex } = cursor;
  const start = word === undefined ? offset : item.start + word.start;
  const range = rangeOf(source, start, word === undefined ? offset : item.start + word.end);
  if (wordIndex === 0) return commands(view, '', range);
  const call = item.facts.calls.find((candidate) => candidate.command === command);
  const before = (call?.values ?? []).slice(0, wordIndex);
  const match = view.catalog.match(before);
  if (match !== undefined && match.length === wordIndex && view.catalog.children(match.info.name).length > 0) {
    return commands(view, match.info.name, range);
  }
  const choices = argumentChoices(view, cursor, before);
  if (choices.kind === 'files') return files(view, range);
  if (choices.kind === 'variables') return variables(view, range);
  return choices.names.map((label, index) => ({
    label,
    kind: label.startsWith('-') ? CompletionItemKind.Property : CompletionItemKind.EnumMember,
    detail: choices.detail,
    sortText: String(index).padStart(4, '0'),
    textEdit: { range, newText: label },
  }));
}

const isInComment = (line: string): boolean => /^\s*#/.test(line) || /;\s*#[^"]*$/.test(line);

/** Commands one word longer than `group`; at the start of a command also procedures and objects. */
function commands({ catalog, project, source }: View, group: string, range: Range): CompletionItem[] {
  const known = catalog.children(group).map((info): CompletionItem => {
    const label = group === '' ? info.name : info.name.slice(group.length + 1);
    return {
      label,
      kind: info.tcl ? CompletionItemKind.Keyword : CompletionItemKind.Function,
      detail: info.usage ?? '',
      ...(info.deprecated ? { tags: [CompletionItemTag.Deprecated] } : {}),
      sortText: `${info.deprecated ? 3 : info.from ? 2 : 1}${label}`,
      textEdit: { range, newText: label },
      data: { command: info.name },
    };
  });
  if (group !== '') return known;
  const sources = project.reachable(source);
  const own = new Map(procedures(sources).map((found) => [found.value.name, found]));
  const defined = [...own.values()].map(
    (found): CompletionItem => ({
      label: found.value.name,
      kind: CompletionItemKind.Function,
      detail: found.value.parameters.join(' '),
      documentation: { kind: 'markdown', value: describeProcedure(found) },
      sortText: `0${found.value.name}`,
      textEdit: { range, newText: found.value.name },
    }),
  );
  const objects = new Set(
    createdObjects(sources).flatMap(({ value }) =>
      value.kind === 'tap' || value.kind === 'flash bank' ? [] : [value.name],
    ),
  );
  const named = [...objects].map(
    (name): CompletionItem => ({
      label: name,
      kind: CompletionItemKind.Class,
      sortText: `0${name}`,
      textEdit: { range, newText: name },
    }),
  );
  return [...defined, ...named, ...known.filter(({ label }) => !own.has(label))];
}

/** The documentation of a command, sent only for the one that the user looks at. */
export function resolveCompletion(completionItem: CompletionItem, catalog: View['catalog']): CompletionItem {
  const { command } = (completionItem.data ?? {}) as { command?: string };
  const info = command === undefined ? undefined : catalog.get(command);
  if (info === undefined) return completionItem;
  return { ...completionItem, documentation: { kind: 'markdown', value: describeCommand(info, catalog) } };
}

function files({ project }: View, range: Range): CompletionItem[] {
  return project.index.scripts.slice(0, maxFiles).map((script) => ({
    label: script.name,
    kind: CompletionItemKind.File,
    detail: script.file,
    textEdit: { range, newText: script.name },
  }));
}

/** Variables seen in this file and those it sources. */
function variables({ project, source }: View, range: Range): CompletionItem[] {
  const names = new Set<string>();
  for (const reached of project.reachable(source)) {
    for (const item of reached.items) {
      for (const use of item.facts.variables) {
        if (reached === source || use.scope < 0) names.add(use.name);
      }
    }
  }
  return [...names].map((label) => ({
    label,
    kind: CompletionItemKind.Variable,
    textEdit: { range, newText: label },
  }));
}
