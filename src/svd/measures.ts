// What compile.ts needs to know of single records: array dimensions, sizes, integers in range, names that come twice.
import { SvdError, type Warnings } from './errors';
import type { Dim } from './image';
import { type IndexLabels, type PlainInteger, parseDimIndex, shorten } from './numbers';
import type { ClusterRecord, DerivableRecord, FieldRecord, RegisterRecord } from './records';
import { type DimGroup, type NamedRecord, type PeripheralRecord, pathOf } from './records';

/** The largest arrays in public files have some thousand elements. */
const maxDim = 65_536;

type Dimmable = DimGroup & (PeripheralRecord | ClusterRecord | RegisterRecord | FieldRecord);

/**
 * The array an element stands for, undefined for a single element.
 * @throws SvdError when it has more than 65,536 elements.
 */
export function dimOf(record: Dimmable, warnings: Warnings): Dim | undefined {
  const complain = (message: string) => warnings.add(message, record.line, pathOf(record));
  if (record.dim === undefined) {
    if (record.name.includes('%s'))
      complain('The name has a place for an index, but there is no <dim>; it is one element.');
    return undefined;
  }
  const count = integerOf(record.dim);
  if (count === undefined || count > maxDim) {
    throw new SvdError(
      `<dim> of ${pathOf(record)} is ${record.dim}; ${maxDim} is the most that can be shown. Correct it.`,
      {
        line: record.line,
      },
    );
  }
  if (count === 0) {
    complain('<dim> is 0; it is one element.');
    return undefined;
  }
  const increment = integerOf(record.dimIncrement);
  if (increment === undefined && count > 1)
    complain('<dim> comes without a usable <dimIncrement>; all elements share one place.');
  if (!record.name.includes('%s')) complain('<dim> is given, but the name has no %s; the index is put at its end.');
  const indexNames = Object.fromEntries(
    (record.dimArrayIndex?.enumeratedValue ?? []).flatMap(({ name, value }) =>
      name === undefined || value === undefined ? [] : [[String(value.value), name]],
    ),
  );
  return {
    count,
    increment: increment ?? 0,
    index: labels(record, count, complain),
    ...(Object.keys(indexNames).length > 0 ? { indexNames } : {}),
    ...(record.dimName === undefined ? {} : { structName: record.dimName }),
  };
}

function labels(record: Dimmable, count: number, complain: (message: string) => void): IndexLabels {
  if (record.dimIndex === undefined) return { first: 0, count };
  const index = parseDimIndex(record.dimIndex);
  const given = 'labels' in index ? index.labels.length : index.count;
  if (given !== count) {
    complain(`<dimIndex> “${shorten(record.dimIndex)}” gives ${given} names where <dim> asks for ${count}.`);
  }
  if ('first' in index) return index;
  return { labels: Array.from({ length: Math.min(count, 4096) }, (_, i) => index.labels[i] ?? String(i)) };
}

/** A size or offset as a number; undefined when absent or beyond what addresses and sizes can be. */
export function integerOf(value: PlainInteger | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** The size in bits that a register has where it stands in the file. */
export function sizeOf(register: RegisterRecord): number | undefined {
  for (let at: NamedRecord | undefined = register; at !== undefined; at = at.parent) {
    if ('size' in at && at.size !== undefined) return integerOf(at.size) ?? 0;
  }
  return undefined;
}

/**
 * Names must be unique where they stand. Registers of different alternate groups may share one, and so may arrays with
 * different indices.
 */
export function reportDuplicates(what: string, records: readonly DerivableRecord[], warnings: Warnings): void {
  const timesSeen = new Map<string, number>();
  for (const record of records) {
    const group = record.kind === 'register' ? (record.alternateGroup ?? '') : '';
    const index = record.kind === 'enumeratedValues' ? '' : (record.dimIndex ?? '');
    const name = `${group}/${record.name}/${index}`;
    const times = (timesSeen.get(name) ?? 0) + 1;
    timesSeen.set(name, times);
    if (times === 2) {
      const message = `The name ${record.name} comes more than once here; only the first ${what} is found by it.`;
      warnings.add(message, record.line, pathOf(record));
    }
  }
}
