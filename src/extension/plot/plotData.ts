// The samples that a plot shows and exports: columns of numbers over time, as far back as is kept. Pure; runs inside the webview.
import type { ToPlot } from './plotMessages';

/** Seconds kept and shown. */
const WINDOW_SECONDS = 60;
/** Of a fast source fewer seconds are kept, so that drawing stays smooth. */
const MOST_SAMPLES = 50_000;

export class PlotData {
  #labels: readonly string[] = [];
  #times: number[] = [];
  #columns: (number | null)[][] = [];

  get labels(): readonly string[] {
    return this.#labels;
  }

  /** The times, then one column for each label. */
  get columns(): [number[], ...(number | null)[][]] {
    return [this.#times, ...this.#columns];
  }

  /** Samples of the same series stay: their source may only have ended. */
  setLabels(labels: readonly string[]): void {
    if (labels.length === this.#labels.length && labels.every((label, index) => label === this.#labels[index])) return;
    this.#labels = labels;
    this.clear();
  }

  clear(): void {
    this.#times = [];
    this.#columns = this.#labels.map(() => []);
  }

  add(message: Extract<ToPlot, { kind: 'samples' }>): void {
    // The source began anew, and its time with it.
    if ((message.times[0] ?? 0) < (this.#times.at(-1) ?? 0)) this.clear();
    for (const [row, time] of message.times.entries()) {
      this.#times.push(time);
      for (const [column, values] of this.#columns.entries()) values.push(message.values[row]?.[column] ?? null);
    }
    const oldest = (this.#times.at(-1) ?? 0) - WINDOW_SECONDS;
    let drop = Math.max(0, this.#times.length - MOST_SAMPLES);
    while ((this.#times[drop] ?? oldest) < oldest) drop++;
    if (drop === 0) return;
    this.#times = this.#times.slice(drop);
    this.#columns = this.#columns.map((values) => values.slice(drop));
  }

  csv(): string {
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const rows = this.#times.map((time, row) => [time, ...this.#columns.map((values) => values[row] ?? '')].join(','));
    return [['seconds', ...this.#labels].map(quote).join(','), ...rows, ''].join('\n');
  }
}
