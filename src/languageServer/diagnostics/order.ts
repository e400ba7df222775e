// Checks that commands come when OpenOCD takes them: those of the config stage before `init`, those of the exec stage after it,
// and those of a target after its `target create`. Looks only at code that runs as the file is read.
import type { Call } from '../model/facts';
import type { Item } from '../model/source';
import type { Examined, Finding } from './finding';

interface Placed {
  readonly item: Item;
  readonly call: Call;
}

export function checkOrder(examined: Examined): Finding[] {
  const calls = examined.source.items.flatMap((item) =>
    item.facts.calls.filter((call) => call.occasion === 'always' && !call.guarded).map((call) => ({ item, call })),
  );
  return [...checkStages(examined, calls), ...checkTargets(examined, calls)];
}

function checkStages(examined: Examined, calls: readonly Placed[]): Finding[] {
  const init = calls.findIndex(({ call }) => call.values[0] === 'init' && !examined.procedures.has('init'));
  if (init < 0) return [];
  return calls.flatMap(({ item, call }, index) => {
    const match = examined.catalog.match(call.values);
    if (match === undefined || examined.procedures.has(call.values[0] ?? '')) return [];
    const { name, stage } = match.info;
    if (index > init && stage === 'config') {
      return [
        finding(item, call, match.length, 'config-after-init', `“${name}” must come before “init”: it configures.`),
      ];
    }
    if (index < init && stage === 'exec') {
      const message = `“${name}” must come after “init”: it needs the running target.`;
      return [finding(item, call, match.length, 'exec-before-init', message)];
    }
    return [];
  });
}

function checkTargets(examined: Examined, calls: readonly Placed[]): Finding[] {
  const isCreate = ({ call }: Placed): boolean => call.values[0] === 'target' && call.values[1] === 'create';
  const firstCreate = calls.findIndex(isCreate);
  if (firstCreate < 0) return [];
  const nameOf = ({ item, call }: Placed, index: number): string => {
    const word = call.command.words[index];
    return word ? examined.source.text.slice(item.start + word.start, item.start + word.end) : '';
  };
  const created = new Map<string, number>();
  calls.forEach((placed, index) => {
    const name = nameOf(placed, 2);
    if (isCreate(placed) && !created.has(name)) created.set(name, index);
  });
  const findings: Finding[] = [];
  // What another file brings in before may have created the target.
  const firstSource = calls.findIndex(({ call }) => call.values[0] === 'source' || call.values[0] === 'script');
  const knownUntil = firstSource < 0 ? calls.length : firstSource;
  const assigned = new Map<string, number>();
  calls.forEach((placed, index) => {
    const { item, call } = placed;
    if (call.values[0] === 'set' && call.values[1] !== undefined) assigned.set(`$${call.values[1]}`, index);
    if (index >= knownUntil) return;
    const own = nameOf(placed, 0);
    const createdAt = created.get(own);
    if (createdAt !== undefined && createdAt > index && (assigned.get(own) ?? -1) <= index) {
      const message = `The target “${own}” is created only in line ${lineOf(examined, calls[createdAt])}.`;
      findings.push(finding(item, call, 1, 'before-target-create', message));
      return;
    }
    const match = index < firstCreate ? examined.catalog.match(call.values) : undefined;
    const kinds = match?.info.from?.map((from) => from.split(' ')) ?? [];
    if (match && kinds.length > 0 && kinds.every(([kind]) => kind === 'target') && !isShadowed(examined, call)) {
      const types = kinds
        .map(([, type]) => type)
        .slice(0, 4)
        .join(', ');
      const message = `“${match.info.name}” exists only after “target create” of such a target (${types}).`;
      findings.push(finding(item, call, match.length, 'before-target-create', message));
    }
  });
  return findings;
}

const isShadowed = ({ procedures }: Examined, call: Call): boolean => procedures.has(call.values[0] ?? '');

function lineOf(examined: Examined, placed: Placed | undefined): number {
  const end = placed ? placed.item.start + placed.call.command.start : 0;
  return examined.source.text.slice(0, end).split('\n').length;
}

function finding(item: Item, call: Call, length: number, code: string, message: string): Finding {
  const first = call.command.words[0] ?? call.command;
  const last = call.command.words[length - 1] ?? first;
  const span = { start: item.start + first.start, end: item.start + last.end };
  return { code, severity: 'error', ...span, message, fixes: [] };
}
