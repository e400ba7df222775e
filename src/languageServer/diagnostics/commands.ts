// Checks each call: is there such a command, is it still called that, and does it get as many arguments as it takes?

import type { Rename } from '../knowledge/renames';
import type { CommandInfo, ObjectKind } from '../knowledge/types';
import type { Call } from '../model/facts';
import type { Item } from '../model/source';
import type { Examined, Finding, Fix } from './finding';
import { closest } from './spelling';

export function checkCommands(examined: Examined): Finding[] {
  const findings: Finding[] = [];
  for (const item of examined.source.items) {
    for (const call of item.facts.calls) findings.push(...checkCall(examined, item, call));
  }
  return findings;
}

function checkCall(examined: Examined, item: Item, call: Call): Finding[] {
  const name = call.values[0]?.replace(/^::/, '');
  const first = call.command.words[0];
  if (name === undefined) return checkObjectCall(examined, item, call);
  if (name === '' || first?.form !== 'bare' || first.parts.length > 1) return [];
  const own = examined.procedures.get(name);
  const match = examined.catalog.match(call.values);
  if (own !== undefined && match?.info.from === undefined) {
    const definition = own.length === 1 ? own[0]?.value : undefined;
    const arity = definition && arityOf(definition.parameters);
    return arity === undefined ? [] : checkCount(item, call, name, 1, arity, definition?.parameters.join(' ') ?? '');
  }
  if (match === undefined) return call.guarded ? [] : unknownCommand(examined, item, call, name);
  const { info, length } = match;
  if (info.deprecated !== undefined) return deprecated(examined, item, call, info.name, length);
  const unknown = call.guarded ? undefined : unknownSubcommand(examined, item, call, info.name, length);
  if (unknown !== undefined) return [unknown];
  const later = examined.catalog.laterName(info.name);
  const renamed = later === undefined ? [] : [renamedLater(examined, item, call, later, length)];
  const counted =
    info.arity === undefined ? [] : checkCount(item, call, info.name, length, info.arity, info.usage ?? '');
  return [...renamed, ...counted];
}

/** A call of `$_TARGETNAME configure`, `x.dap apid`: which kind of object it is, its first argument may tell. */
function checkObjectCall(examined: Examined, item: Item, call: Call): Finding[] {
  const word = call.command.words[0];
  if (word === undefined) return [];
  const text = examined.source.text.slice(item.start + word.start, item.start + word.end);
  const kinds = new Set(examined.objects.filter(({ value }) => value.name === text).map(({ value }) => value.kind));
  const [kind] = kinds;
  if (kinds.size !== 1 || kind === undefined || kind === 'tap' || kind === 'flash bank') return [];
  return checkObjectCommand(examined, item, call, kind);
}

function checkObjectCommand(examined: Examined, item: Item, call: Call, kind: ObjectKind): Finding[] {
  const info = call.values[1] === undefined ? undefined : examined.catalog.objectCommand(kind, call.values[1]);
  return info?.arity ? checkCount(item, call, info.name, 2, info.arity, info.usage ?? '') : [];
}

function unknownCommand(examined: Examined, item: Item, call: Call, name: string): Finding[] {
  const { catalog, project, objects } = examined;
  if (/[^\w:.-]/.test(name) || /^[\d.-]/.test(name)) return [];
  const object = objects.find(({ value }) => value.name === name);
  if (object) {
    const { kind } = object.value;
    return kind === 'tap' || kind === 'flash bank' ? [] : checkObjectCommand(examined, item, call, kind);
  }
  // Objects are commands, often created by whoever includes this file, and their names are mostly put together at run time.
  if (name.includes('.') && catalog.isObjectCommand(call.values[1] ?? '')) return [];
  if (project.index.procedures.has(name)) return [];
  const successor = catalog.successor(name);
  if (successor !== undefined) return [replaced(examined, item, call, successor, 1)];
  const twoWords = call.values[1] === undefined ? undefined : `${name} ${call.values[1]}`;
  const successor2 = twoWords === undefined ? undefined : catalog.successor(twoWords);
  if (successor2 !== undefined) return [replaced(examined, item, call, successor2, 2)];
  const earlier = twoWords === undefined ? undefined : catalog.earlierName(twoWords);
  if (earlier !== undefined) return [notYet(examined, item, call, earlier, 2)];
  if (catalog.isOptional(name)) return [notBuilt(item, call, name, 1)];
  if (examined.unknownSources) return [];
  const known = [...catalog.children('').map((info) => info.name), ...examined.procedures.keys()];
  const meant = closest(name, known);
  const span = nameSpan(item, call, 1);
  const fixes: Fix[] = meant
    ? [{ title: `Change to “${meant}”`, changes: [{ ...span, text: meant }], preferred: true }]
    : [];
  const message = `“${name}” is neither a command of OpenOCD ${catalog.knowledge.version} nor a procedure of this file or of those it sources.`;
  return [{ code: 'unknown-command', severity: 'warning', ...span, message, fixes }];
}

function unknownSubcommand(
  examined: Examined,
  item: Item,
  call: Call,
  name: string,
  length: number,
): Finding | undefined {
  const { catalog } = examined;
  const sub = call.values[length];
  const word = call.command.words[length];
  if (sub === undefined || word === undefined || !catalog.isClosedGroup(name)) return undefined;
  const full = `${name} ${sub}`;
  if (examined.procedures.has(full) || examined.project.index.procedures.has(full)) return undefined;
  const successor = catalog.successor(full);
  if (successor !== undefined) return replaced(examined, item, call, successor, length + 1);
  const earlier = catalog.earlierName(full);
  if (earlier !== undefined) return notYet(examined, item, call, earlier, length + 1);
  if (catalog.isOptional(full)) return notBuilt(item, call, full, length + 1);
  const names = catalog.children(name).map((info) => info.name.slice(name.length + 1));
  const meant = closest(sub, names);
  const span = { start: item.start + word.start, end: item.start + word.end };
  return {
    code: 'unknown-subcommand',
    severity: 'warning',
    ...span,
    message: `OpenOCD ${catalog.knowledge.version} has no command “${full}”. There are: ${names.join(', ')}.`,
    fixes: meant ? [{ title: `Change to “${meant}”`, changes: [{ ...span, text: meant }], preferred: true }] : [],
  };
}

/** The installed OpenOCD takes the name, but says that it is deprecated. */
function deprecated(examined: Examined, item: Item, call: Call, name: string, length: number): Finding[] {
  const successor = examined.catalog.successor(name);
  const use = successor?.use ?? examined.catalog.get(name)?.deprecated?.use ?? '';
  const span = nameSpan(item, call, length);
  return [
    {
      code: 'deprecated-command',
      severity: 'warning',
      deprecated: true,
      ...span,
      message: `“${name}” is deprecated: use “${use}”.`,
      fixes: successor ? renameFix(span, successor, '') : [],
    },
  ];
}

/** The installed OpenOCD no longer has the name. */
function replaced(examined: Examined, item: Item, call: Call, rename: Rename, length: number): Finding {
  const span = nameSpan(item, call, length);
  return {
    code: 'removed-command',
    severity: 'warning',
    deprecated: true,
    ...span,
    message: `OpenOCD ${examined.catalog.knowledge.version} has no “${rename.old}” any more: use “${rename.use}”.`,
    fixes: renameFix(span, rename, ''),
  };
}

/** The script is written for a later OpenOCD than the installed one. */
function notYet(examined: Examined, item: Item, call: Call, rename: Rename, length: number): Finding {
  const span = nameSpan(item, call, length);
  const { version } = examined.catalog.knowledge;
  return {
    code: 'newer-command',
    severity: 'warning',
    ...span,
    message: `OpenOCD ${version} has no “${rename.use}” yet: there it is “${rename.old}”.`,
    fixes: [{ title: `Change to “${rename.old}”`, changes: [{ ...span, text: rename.old }], preferred: true }],
  };
}

/** Another build of the same OpenOCD may have it, so that the script is not wrong. */
function notBuilt(item: Item, call: Call, name: string, length: number): Finding {
  const message = `This OpenOCD is built without the driver that brings “${name}”.`;
  return { code: 'driver-not-built', severity: 'information', ...nameSpan(item, call, length), message, fixes: [] };
}

/** Right for the installed OpenOCD; only a hint, since following it would break the script there. */
function renamedLater(examined: Examined, item: Item, call: Call, rename: Rename, length: number): Finding {
  const span = nameSpan(item, call, length);
  const { version } = examined.catalog.knowledge;
  const message = `OpenOCD ${rename.since} calls this “${rename.use}”. OpenOCD ${version} knows only “${rename.old}”.`;
  const note = ` (needs OpenOCD ${rename.since})`;
  return { code: 'renamed-later', severity: 'hint', ...span, message, fixes: renameFix(span, rename, note) };
}

function renameFix(span: { start: number; end: number }, rename: Rename, note: string): Fix[] {
  if (!rename.exact) return [];
  const title = `Change to “${rename.use}”${note}`;
  return [{ title, changes: [{ ...span, text: rename.use }], preferred: note === '' }];
}

function checkCount(
  item: Item,
  call: Call,
  name: string,
  length: number,
  [min, max]: NonNullable<CommandInfo['arity']>,
  usage: string,
): Finding[] {
  const given = call.command.words.slice(length);
  if (given.some((word) => word.expanded)) return [];
  if (given.length >= min && (max === null || given.length <= max)) return [];
  const firstExtra = max === null ? undefined : given[max];
  const last = given.at(-1);
  const span =
    firstExtra && last
      ? { start: item.start + firstExtra.start, end: item.start + last.end }
      : nameSpan(item, call, length);
  const wanted = max === min ? `${min}` : max === null ? `at least ${min}` : `${min} to ${max}`;
  const count = `${wanted} argument${wanted === '1' ? '' : 's'}`;
  const message = `“${name}” takes ${count}, not ${given.length}: ${name} ${usage}`.trim();
  return [{ code: 'argument-count', severity: 'error', ...span, message, fixes: [] }];
}

/** How many arguments a procedure with these parameters takes; undefined when that cannot be told. */
function arityOf(parameters: readonly string[]): CommandInfo['arity'] {
  const open = parameters.at(-1) === 'args';
  const named = open ? parameters.slice(0, -1) : parameters;
  if (named.some((parameter) => parameter.includes('$') || parameter === 'args')) return undefined;
  const required = named.filter((parameter) => !/^\{\s*\S+\s+\S/.test(parameter)).length;
  return [required, open ? null : named.length];
}

/** The words of a call that are its name. */
function nameSpan(item: Item, call: Call, length: number): { start: number; end: number } {
  const first = call.command.words[0] ?? call.command;
  const last = call.command.words[length - 1] ?? first;
  return { start: item.start + first.start, end: item.start + last.end };
}
