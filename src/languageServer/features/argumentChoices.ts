// Which values an argument may take: drivers, types, events and the like from OpenOCD's own lists, names from the file, and else the
// words that the usage text offers at that place.
import { parseUsage } from '../knowledge/usage';
import type { Cursor } from '../model/cursor';
import type { CreatedObject } from '../model/facts';
import { createdObjects } from '../model/project';
import { variableArguments } from '../model/variableArguments';
import type { View } from './view';

export type Choices =
  | { readonly kind: 'files' }
  | { readonly kind: 'variables' }
  | { readonly kind: 'names'; readonly names: readonly string[]; readonly detail: string };

/** @param before the literal values of the words before the argument, undefined where they are not literal */
export function argumentChoices(view: View, cursor: Cursor, before: readonly (string | undefined)[]): Choices {
  const [first] = before;
  const index = before.length;
  if (index === 1 && /^(?:source|script|find|ocd_find)$/.test(first ?? '')) return { kind: 'files' };
  if (variableArguments([...before, '']).some((argument) => argument.index === index)) return { kind: 'variables' };
  return afterOption(view, before) ?? byPlace(view, before) ?? ofObject(view, cursor, before) ?? ofUsage(view, before);
}

const names = (list: readonly string[], detail: string): Choices => ({
  kind: 'names',
  names: [...new Set(list)],
  detail,
});

const objectNames = (view: View, ...kinds: CreatedObject['kind'][]): string[] =>
  createdObjects(view.project.reachable(view.source)).flatMap(({ value }) =>
    kinds.includes(value.kind) ? [value.name] : [],
  );

/** The value of an option such as `-chain-position`. */
function afterOption(view: View, before: readonly (string | undefined)[]): Choices | undefined {
  const { knowledge } = view.catalog;
  switch (before.at(-1)) {
    case '-chain-position':
      return names(objectNames(view, 'tap'), 'TAP');
    case '-dap':
      return names(objectNames(view, 'dap'), 'DAP');
    case '-cti':
      return names(objectNames(view, 'cti'), 'CTI');
    case '-event':
      return names(before[0] === 'jtag' ? tapEvents : knowledge.targetEvents, 'event');
    case '-rtos':
      return names(knowledge.rtosTypes, 'RTOS');
    case '-endian':
      return names(['little', 'big'], 'byte order');
    default:
      return undefined;
  }
}

/** OpenOCD src/jtag/tcl.c, nvp_jtag_tap_event. */
const tapEvents = ['post-reset', 'setup', 'tap-enable', 'tap-disable'];

/** Arguments known by their place in the command. */
function byPlace(view: View, before: readonly (string | undefined)[]): Choices | undefined {
  const { knowledge } = view.catalog;
  const index = before.length;
  const family = `${before[0] ?? ''} ${before[1] ?? ''}`;
  if (family === 'adapter driver' && index === 2) return names(knowledge.adapters, 'adapter driver');
  if (family === 'transport select' && index === 2) return names(knowledge.transports, 'transport');
  if (family === 'target create' && index === 3) return names(knowledge.targetTypes, 'target type');
  if (family === 'target create' && index > 3) return names(knowledge.targetOptions, 'option of the target');
  if (family === 'flash bank' && index === 3) return names(knowledge.flashDrivers, 'NOR flash driver');
  if (family === 'flash bank' && index === 8) return names(objectNames(view, 'target'), 'target');
  if (family === 'nand device' && index === 3) return names(knowledge.nandDrivers, 'NAND flash driver');
  if (before[0] === 'targets' && index === 1) return names(objectNames(view, 'target'), 'target');
  if (before[1] === 'newtap' && index > 3) return names(knowledge.tapOptions, 'option of the TAP');
  return undefined;
}

/** Subcommands of `$_TARGETNAME` and the options of its `configure`. */
function ofObject(view: View, cursor: Cursor, before: readonly (string | undefined)[]): Choices | undefined {
  const first = cursor.command.words[0];
  if (first === undefined || view.catalog.match(before) !== undefined) return undefined;
  const text = view.source.text.slice(cursor.item.start + first.start, cursor.item.start + first.end);
  const object = createdObjects(view.project.reachable(view.source)).find(({ value }) => value.name === text)?.value;
  const kind = object?.kind ?? (/^\$_?\w*TARGET/.test(text) ? 'target' : undefined);
  if (kind === undefined || kind === 'tap' || kind === 'flash bank') return undefined;
  if (before.length === 1)
    return names(
      view.catalog.knowledge.objects[kind].map((info) => info.name),
      `command of a ${kind}`,
    );
  const isOptions = kind === 'target' && (before[1] === 'configure' || before[1] === 'cget');
  return isOptions ? names(view.catalog.knowledge.targetOptions, 'option of the target') : undefined;
}

/** The words in the usage text: `'enable'|'disable'`, `[run|halt|init]`, `-option`. */
function ofUsage(view: View, before: readonly (string | undefined)[]): Choices {
  const match = view.catalog.match(before);
  const usage = match?.info.usage;
  if (match === undefined || usage === undefined) return names([], '');
  const argument = before.length - match.length;
  let taken = 0;
  const place = parseUsage(usage).find((parameter) => {
    taken += parameter.max;
    return argument < taken;
  });
  const text = place === undefined ? '' : usage.slice(place.start, place.end);
  const quoted = [...text.matchAll(/'([^' ]+)'/g)].flatMap((found) => found[1] ?? []);
  const offered =
    quoted.length > 0 ? quoted : text.includes('|') ? text.split(/[^\w.-]+/) : (text.match(/-[a-z][\w-]*/g) ?? []);
  return names(
    offered.filter((word) => /^[\w.-]+$/.test(word)),
    match.info.name,
  );
}
