// What the extension and the plot in its webview say to each other. Types only: both sides import this file.

export interface PlotSeries {
  readonly label: string;
}

export type ToPlot =
  | { readonly kind: 'series'; readonly series: readonly PlotSeries[]; readonly texts: PlotTexts }
  /** Samples since the last message; times in seconds. */
  | {
      readonly kind: 'samples';
      readonly times: readonly number[];
      readonly values: readonly (readonly (number | null)[])[];
    };

export type FromPlot = { readonly kind: 'ready' } | { readonly kind: 'csv'; readonly text: string };

/** Words of the user interface, in the user's language. */
export interface PlotTexts {
  readonly pause: string;
  readonly resume: string;
  readonly exportCsv: string;
  readonly clear: string;
  readonly empty: string;
  readonly seconds: string;
}
