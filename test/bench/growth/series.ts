// How the cost of something grows with its size: a series of measurements, and whether it grows faster than the size.
export interface Point {
  readonly size: number;
  /** Undefined where a side cannot do it. */
  readonly ours: number | undefined;
  readonly peer: number | undefined;
  /** JTAG scans of ours, where the link is used. */
  readonly scans?: number;
}

export interface Series {
  readonly name: string;
  /** What the size counts: `frames`. */
  readonly sizeUnit: string;
  /** What is measured: `ms`. */
  readonly unit: string;
  /** Who the others are: `gdb-multiarch`. */
  readonly peer?: string;
  readonly points: readonly Point[];
  /** Why it grows as it does, where that needs saying. */
  readonly reason?: string;
}

/**
 * The power of the size that the cost goes with over the last half of the series, by least squares on logarithms: 1 = linear.
 * Fixed costs hide it at small sizes. Undefined with fewer than two points.
 */
export function exponent(points: readonly Point[], of: (point: Point) => number | undefined): number | undefined {
  const logs = points.flatMap((point) => {
    const value = of(point);
    return value === undefined || value <= 0 ? [] : [{ x: Math.log(point.size), y: Math.log(value) }];
  });
  const late = logs.slice(-Math.max(2, Math.ceil(logs.length / 2)));
  if (late.length < 2) return undefined;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(late.map(({ x }) => x)), mean(late.map(({ y }) => y))];
  const slope =
    late.reduce((sum, { x, y }) => sum + (x - mx) * (y - my), 0) / late.reduce((sum, { x }) => sum + (x - mx) ** 2, 0);
  return slope;
}

export function seriesTable({ name, sizeUnit, unit, peer, points, reason }: Series): string {
  const shown = (value: number | undefined) =>
    (value === undefined ? '–' : value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 0 })).padStart(
      14,
    );
  const rows = points.map(
    ({ size, ours, peer: other, scans }) => `    ${shown(size)}${shown(ours)}${shown(other)}${shown(scans)}`,
  );
  const power = exponent(points, ({ ours }) => ours);
  const grows = power === undefined ? '' : `    grows with the size to the power of ${power.toFixed(2)}`;
  const head = [sizeUnit, `ours, ${unit}`, peer === undefined ? '' : `${peer}, ${unit}`, 'JTAG scans'];
  return [
    `  ${name}`,
    `    ${head.map((cell) => cell.slice(-13).padStart(14)).join('')}`,
    ...rows,
    grows + (reason === undefined ? '' : `: ${reason}`),
  ].join('\n');
}
