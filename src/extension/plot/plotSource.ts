// What a plot draws: series of numbers over time, from wherever they come. Types only.
import type { Event } from 'vscode';

export interface Sample {
  /** Since the source began. */
  readonly timeMs: number;
  /** One per series; undefined where the value is no number. */
  readonly numbers: readonly (number | undefined)[];
}

export interface PlotSource {
  /** Of the panel. */
  readonly title: string;
  /** Shown while there is no series: what to do about it. */
  readonly empty: string;
  /** Their names. */
  readonly series: readonly string[];
  /** The series changed, or may have. Where they did, what was drawn goes. */
  readonly onDidChange: Event<void>;
  readonly onSamples: Event<readonly Sample[]>;
}
