// Puts commands, procedures and variables into words, as Markdown for hover and completion.
import type { CommandCatalog } from '../knowledge/catalog';
import { tclCommandHelp } from '../knowledge/tclCommands';
import type { CommandInfo } from '../knowledge/types';
import type { ProcedureDefinition } from '../model/facts';
import type { Found } from '../model/project';

const stages = { config: 'before `init` only', exec: 'after `init` only', any: 'at any time' } as const;
const maxFrom = 6;

/** Usage, help, stage and origin of a command. `prefix` stands before the name, as `$_TARGETNAME` does. */
export function describeCommand(info: CommandInfo, catalog: CommandCatalog, prefix = ''): string {
  const help = info.help ?? tclCommandHelp[info.name];
  const subcommands = catalog.children(info.name).map((child) => child.name.slice(info.name.length + 1));
  const successor = info.deprecated === undefined ? undefined : (catalog.successor(info.name) ?? info.deprecated);
  const notes = [
    info.tcl ? 'Tcl' : `OpenOCD ${catalog.knowledge.version}${catalog.installed ? '' : ' (built-in list)'}`,
    ...(info.stage && !info.tcl ? [stages[info.stage]] : []),
    ...(info.from ? [`with ${describeOrigins(info.from)}`] : []),
  ];
  return [
    fence(`${prefix}${info.name} ${info.usage ?? ''}`.trim()),
    ...(successor === undefined ? [] : [`**Deprecated:** use \`${successor.use}\`.`]),
    ...(help ? [escapeMarkdown(help)] : []),
    ...(subcommands.length > 0 ? [`Commands: ${subcommands.map((name) => `\`${name}\``).join(', ')}`] : []),
    `*${notes.join(' · ')}*`,
  ].join('\n\n');
}

function describeOrigins(from: readonly string[]): string {
  const shown = from.slice(0, maxFrom).map((origin) => (origin === 'init' ? 'a target' : origin));
  return shown.join(', ') + (from.length > maxFrom ? ` and ${from.length - maxFrom} more` : '');
}

/** The head of a procedure and the comment above it. */
export function describeProcedure(found: Found<ProcedureDefinition>): string {
  const { value, source } = found;
  const comment = commentAbove(source.text, found.item.start + value.start);
  const file = decodeURIComponent(source.uri.slice(source.uri.lastIndexOf('/') + 1));
  return [fence(procedureHead(value)), ...(comment ? [escapeMarkdown(comment)] : []), `*Procedure of ${file}*`].join(
    '\n\n',
  );
}

export const procedureHead = (definition: ProcedureDefinition): string =>
  [
    definition.name,
    ...definition.parameters.map((name) =>
      name.replace(/^\{\s*(\S+?)\s*(?:\s(.*))?\}$/s, (_, own, value) => (value ? `[${own}=${value.trim()}]` : own)),
    ),
  ].join(' ');

/** The lines of comment directly above `offset`, without their signs. */
function commentAbove(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n').slice(0, -1);
  const comment: string[] = [];
  for (let line = lines.pop(); line?.trimStart().startsWith('#'); line = lines.pop()) {
    comment.unshift(line.trim().replace(/^#+ ?/, ''));
  }
  return comment.join('\n').trim();
}

export const fence = (code: string): string => `\`\`\`openocd\n${code}\n\`\`\``;

/** Help texts are plain: `<x>`, `*` and `_` stand for themselves in them. */
const escapeMarkdown = (text: string): string => text.replace(/[\\`*_{}[\]<>#|]/g, '\\$&').replace(/\n/g, '  \n');
