// derivedFrom: finds the element that is meant, and merges it with what the deriving element says itself.
import { SvdError, type Warnings } from './errors';
import { parseDimIndex } from './numbers';
import { childrenOf, type DerivableRecord, type DeviceRecord, type NamedRecord, pathOf } from './records';

/** An element derived from one that is itself derived, and so on: no file has more than a handful. */
const maxChain = 256;

const dimKeys = ['dim', 'dimIncrement', 'dimIndex', 'dimName', 'dimArrayIndex'];
const bitPositionKeys = ['bitRange', 'lsb', 'msb', 'bitOffset', 'bitWidth'];
/** What an element never takes over: its identity, and what is true of the other one alone. */
const ownKeys = ['kind', 'line', 'parent', 'name', 'derivedFrom', 'displayName', 'interrupt'];

/**
 * Resolves `derivedFrom`. A result does not depend on who asks, so each element is resolved once and derived elements
 * share the lists (members, fields, values) of the element they come from.
 */
export class Derivation {
  readonly #warnings: Warnings;
  readonly #resolved = new Map<DerivableRecord, DerivableRecord>();
  readonly #open = new Set<DerivableRecord>();
  readonly #subtreeNames = new Map<NamedRecord, Map<string, DerivableRecord>>();
  readonly #childNames = new Map<NamedRecord, Map<string, DerivableRecord>>();
  readonly #device: DeviceRecord;

  constructor(device: DeviceRecord, warnings: Warnings) {
    this.#device = device;
    this.#warnings = warnings;
  }

  /** The record with everything it derives merged in; itself when it derives nothing. */
  resolve<T extends DerivableRecord>(record: T): T {
    if (record.derivedFrom === undefined) return record;
    const known = this.#resolved.get(record);
    if (known !== undefined) return known as T;
    const base = this.#base(record, record.derivedFrom);
    this.#open.add(record);
    if (this.#open.size > maxChain) {
      throw new SvdError(
        `derivedFrom leads through more than ${maxChain} elements. Derive from the first one directly.`,
        {
          line: record.line,
        },
      );
    }
    const result = base === undefined ? record : (merge(this.resolve(base), record, base) as T);
    this.#open.delete(record);
    this.#resolved.set(record, result);
    return result;
  }

  #base(record: DerivableRecord, reference: string): DerivableRecord | undefined {
    const complain = (message: string) => this.#warnings.add(message, record.line, pathOf(record));
    const base = this.#find(record, reference);
    if (base === undefined) {
      complain(`derivedFrom="${reference}" names no ${record.kind} of this file; nothing is derived.`);
    } else if (this.#open.has(base)) {
      complain(`derivedFrom="${reference}" leads back to this ${record.kind}; nothing is derived.`);
      return undefined;
    }
    return base;
  }

  /**
   * The path is tried from the nearest enclosing element outwards; then the name alone is looked for, again nearest first.
   * The second way is not in the format for registers and fields, but it is what vendors expect of enumerations.
   */
  #find(record: DerivableRecord, reference: string): DerivableRecord | undefined {
    const fits = (found: NamedRecord | undefined): found is DerivableRecord =>
      found !== undefined && found !== record && found.kind === record.kind;
    const parts = reference.split('.').map((part) => part.trim());
    for (let scope: NamedRecord | undefined = record.parent; scope !== undefined; scope = scope.parent) {
      const found = this.#walk(scope, parts);
      if (fits(found)) return found;
    }
    if (parts.length > 1 && parts[0] === this.#device.name) {
      const found = this.#walk(this.#device, parts.slice(1));
      if (fits(found)) return found;
    }
    const key = `${record.kind}:${parts.at(-1)}`;
    for (let scope: NamedRecord | undefined = record.parent; scope !== undefined; scope = scope.parent) {
      const found = this.#namesBelow(scope).get(key);
      if (fits(found) && (parts.length === 1 || endsLike(pathOf(found), parts))) return found;
    }
    return undefined;
  }

  #walk(scope: NamedRecord, parts: readonly string[]): NamedRecord | undefined {
    let at: NamedRecord | undefined = scope;
    for (const part of parts) {
      if (at === undefined) return undefined;
      at = this.#child(at, part);
    }
    return at;
  }

  #child(of: NamedRecord, name: string): DerivableRecord | undefined {
    let names = this.#childNames.get(of);
    if (names === undefined) {
      names = new Map();
      for (const child of childrenOf(of)) addName(names, child.name, child);
      // A derived element also answers for what it has taken over.
      if (of.kind !== 'device' && of.derivedFrom !== undefined && !this.#open.has(of)) {
        for (const child of childrenOf(this.resolve(of))) addName(names, child.name, child);
      }
      this.#childNames.set(of, names);
    }
    return names.get(name) ?? elementOfArray(names.values(), name);
  }

  #namesBelow(scope: NamedRecord): Map<string, DerivableRecord> {
    const known = this.#subtreeNames.get(scope);
    if (known !== undefined) return known;
    const names = new Map<string, DerivableRecord>();
    const visit = (record: NamedRecord): void => {
      for (const child of childrenOf(record)) {
        addName(names, `${child.kind}:${child.name}`, child);
        visit(child);
      }
    };
    visit(scope);
    this.#subtreeNames.set(scope, names);
    return names;
  }
}

/** The first of a name wins. An array is known by its template `X[%s]` and by its plain name `X`. */
function addName(names: Map<string, DerivableRecord>, name: string, record: DerivableRecord): void {
  if (!names.has(name)) names.set(name, record);
  const plain = name.replace(/\[%s\]|%s/g, '');
  if (plain !== name && !names.has(plain)) names.set(plain, record);
}

/** `CH3` or `CH[3]` may name one element of the array `CH%s` or `CH[%s]`. */
function elementOfArray(candidates: Iterable<DerivableRecord>, name: string): DerivableRecord | undefined {
  for (const candidate of candidates) {
    if (candidate.kind === 'enumeratedValues' || !candidate.name.includes('%s')) continue;
    const [before = '', after = ''] = candidate.name.split('%s');
    if (name.length <= before.length + after.length || !name.startsWith(before) || !name.endsWith(after)) continue;
    const label = name.slice(before.length, name.length - after.length);
    const index = candidate.dimIndex === undefined ? undefined : parseDimIndex(candidate.dimIndex);
    if (index !== undefined && 'labels' in index ? index.labels.includes(label) : /^\d+$/.test(label)) return candidate;
  }
  return undefined;
}

/** Whether a path ends in these parts, with gaps allowed: `TIM1.CR1.CMS` answers to `TIM1.CMS`. */
function endsLike(path: string, parts: readonly string[]): boolean {
  let at = 0;
  for (const name of path.split('.')) if (name === parts[at]) at++;
  return at === parts.length;
}

function merge(base: DerivableRecord, own: DerivableRecord, declaredBase: DerivableRecord): DerivableRecord {
  const merged: Record<string, unknown> = { ...base };
  for (const key of ownKeys) delete merged[key];
  const entries = Object.entries(own).filter(([, value]) => value !== undefined);
  if (entries.some(([key]) => bitPositionKeys.includes(key))) for (const key of bitPositionKeys) delete merged[key];
  // An element derived from an array is an array itself only when its own name has a place for the index.
  if (!own.name.includes('%s') || entries.some(([key]) => key === 'dim')) for (const key of dimKeys) delete merged[key];
  for (const [key, value] of entries) merged[key] = value;
  if (own.kind === 'enumeratedValues' && own.name === '') merged['name'] = declaredBase.name;
  for (const list of ['members', 'fields']) {
    const [inherited, added] = [(base as unknown as Lists)[list], (own as unknown as Lists)[list]];
    if (inherited !== undefined && added !== undefined) merged[list] = override(inherited, added);
  }
  return merged as unknown as DerivableRecord;
}

type Lists = Readonly<Record<string, readonly DerivableRecord[] | undefined>>;

/** Own elements replace inherited ones of the same name in their place; the others follow. */
function override(inherited: readonly DerivableRecord[], added: readonly DerivableRecord[]): DerivableRecord[] {
  const replacements = new Map(added.map((record) => [record.name, record]));
  const placed = new Set<DerivableRecord>();
  const merged = inherited.map((record) => {
    const replacement = replacements.get(record.name);
    if (replacement === undefined || placed.has(replacement)) return record;
    placed.add(replacement);
    return replacement;
  });
  return [...merged, ...added.filter((record) => !placed.has(record))];
}
