// The results side by side, as a table for people and as figures for comparing runs.
import type { Figure } from '../run';
import type { Result, Summary } from './measure';

const COLUMNS = [
  'ms',
  'p95',
  'scans',
  'trips',
  'bytes',
  'peer ms',
  'p95',
  'scans',
  'time ×',
  'target',
  'scans ×',
  'target',
];
const NAME_WIDTH = 34;
const WIDTH = 9;

export function tableHead(): string {
  return `  ${''.padEnd(NAME_WIDTH)}${COLUMNS.map((column) => column.padStart(WIDTH)).join('')}`;
}

export function tableRow({ operation, ours, peer }: Result): string {
  const { time, scans } = operation.targets;
  const cells = [
    ...cellsOf(ours),
    ...[ours?.roundTrips, ours?.bytes].map(whole),
    ...cellsOf(peer),
    ratio(ours?.medianMs, peer?.medianMs),
    peer === undefined ? '' : `≤ ${time}`,
    ratio(ours?.scans, peer?.scans),
    peer === undefined || scans === undefined ? '' : `≤ ${scans}`,
  ];
  const missed = figuresOf({ operation, ours, peer }).some(({ value, target }) => isMissed(value, target));
  return `  ${operation.name.padEnd(NAME_WIDTH)}${cells.map((cell) => cell.padStart(WIDTH)).join('')}  ${missed ? 'MISSED' : 'ok'}`;
}

function isMissed(value: number, target: string | undefined): boolean {
  return target !== undefined && value > Number(target.slice(2));
}

const cellsOf = (summary: Summary | undefined) => [
  time(summary?.medianMs),
  time(summary?.p95Ms),
  whole(summary?.scans),
];
const time = (ms: number | undefined) => (ms === undefined ? '–' : ms.toFixed(ms < 100 ? 1 : 0));
const whole = (count: number | undefined) => (count === undefined ? '–' : String(count));
const ratio = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined || b === 0 ? '–' : (a / b).toFixed(2);

export function figuresOf({ operation, ours, peer }: Result): Figure[] {
  if (ours === undefined) return [];
  const { name, targets, mostScans, isTimed, isLong } = operation;
  // While a core runs, OpenOCD looks at it as often as it gets to: no number to compare.
  const scans = isTimed ? {} : ({ compare: isLong ? 'close' : 'scans' } as const);
  const trips = { compare: isTimed ? 'ratio' : 'exact' } as const;
  const figures: Figure[] = [
    { name: `${name}: median`, value: ours.medianMs, unit: 'ms' },
    { name: `${name}: p95`, value: ours.p95Ms, unit: 'ms' },
    {
      name: `${name}: JTAG scans`,
      value: ours.scans,
      unit: 'scans',
      ...scans,
      ...(mostScans === undefined ? {} : { target: `≤ ${mostScans}` }),
    },
    { name: `${name}: TCL round trips`, value: ours.roundTrips, unit: 'round trips', ...trips },
    { name: `${name}: TCL bytes`, value: ours.bytes, unit: 'bytes' },
  ];
  if (peer === undefined) return figures;
  return [
    ...figures,
    { name: `${name}: median of the peer`, value: peer.medianMs, unit: 'ms' },
    { name: `${name}: p95 of the peer`, value: peer.p95Ms, unit: 'ms' },
    { name: `${name}: JTAG scans of the peer`, value: peer.scans, unit: 'scans' },
    {
      name: `${name}: time / peer`,
      value: ours.medianMs / peer.medianMs,
      unit: '×',
      target: `≤ ${targets.time}`,
      compare: 'ratio',
    },
    ...(peer.scans === 0
      ? []
      : [
          {
            name: `${name}: scans / peer`,
            value: ours.scans / peer.scans,
            unit: '×',
            ...(targets.scans === undefined ? {} : { target: `≤ ${targets.scans}` }),
          },
        ]),
  ];
}
