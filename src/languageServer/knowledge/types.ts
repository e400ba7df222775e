// What is known about one version of OpenOCD: its commands and the names its options take. Data only; where it comes from
// is in harvest.ts and bundled.ts, how it is searched is in catalog.ts.

/** When a command may run: before `init`, after it, or always (OpenOCD's `command mode`). Tcl procedures have none. */
export type CommandStage = 'any' | 'config' | 'exec';

/** One command by its full name, `flash bank` being one of two words. */
export interface CommandInfo {
  readonly name: string;
  /** The arguments as OpenOCD's `usage` words them, white space collapsed, without the name. */
  readonly usage?: string;
  /** OpenOCD's own help text, unwrapped. */
  readonly help?: string;
  readonly stage?: CommandStage;
  /** What brings the command: any one of `adapter ftdi`, `transport jtag`, `target cortex_m`, `flash stm32f1x`, `init`. Absent: always there. */
  readonly from?: readonly string[];
  /** Fewest and most arguments after the name that the real program took; no upper limit: null. Absent: not established. */
  readonly arity?: readonly [number, number | null];
  /** The command is part of Tcl, not of OpenOCD. */
  readonly tcl?: true;
  /** The procedure only prints that it is deprecated and calls this command; `exact` when it passes its arguments on unchanged. */
  readonly deprecated?: { readonly use: string; readonly exact: boolean };
}

/** Commands that an object of one kind answers to, like `$_TARGETNAME configure`; names are without the object's. */
export type ObjectKind = 'target' | 'dap' | 'cti' | 'tpiu';

export interface Knowledge {
  /** Raised when the meaning of a field changes, so that older cache files are not read. */
  readonly format: 1;
  /** As `openocd --version` prints it, like `0.12.0`. */
  readonly version: string;
  /** Where that OpenOCD looks for scripts, in order; none in the bundled knowledge. */
  readonly scriptFolders: readonly string[];
  readonly commands: readonly CommandInfo[];
  readonly objects: Readonly<Record<ObjectKind, readonly CommandInfo[]>>;
  readonly adapters: readonly string[];
  readonly transports: readonly string[];
  readonly targetTypes: readonly string[];
  readonly targetEvents: readonly string[];
  readonly targetOptions: readonly string[];
  readonly tapOptions: readonly string[];
  readonly flashDrivers: readonly string[];
  readonly nandDrivers: readonly string[];
  readonly rtosTypes: readonly string[];
}
