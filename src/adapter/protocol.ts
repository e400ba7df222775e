// The requests and events that the debug adapter speaks beyond the Debug Adapter Protocol, for live views. Types only, imported by
// the adapter and by its clients. Names carry the prefix `openocd.` so that they can never meet a standard one.

/** Hexadecimal text such as `0x20000000`: addresses and register values travel as text, so that 64 bits survive JSON. */
export type HexText = string;

/** Where this session's OpenOCD listens, so that a client can open a connection of its own. */
export interface Connection {
  readonly host: string;
  readonly tclPort: number;
  /** True when the adapter started OpenOCD and will stop it. */
  readonly owned: boolean;
}

export interface RttChannel {
  readonly index: number;
  readonly direction: 'up' | 'down';
  readonly name: string;
  readonly sizeBytes: number;
}

export interface Budget {
  /** Comparators of the core; null = unknown. */
  readonly breakpoints: number | null;
  readonly breakpointsUsed: number;
  readonly watchpoints: number | null;
  readonly watchpointsUsed: number;
}

export interface MemoryRange {
  readonly address: HexText;
  readonly lengthBytes: number;
  /** Size of each bus access: peripherals may insist on one. */
  readonly accessBits: 8 | 16 | 32 | 64;
}

/** One value of a sample. `number` is set where the value can be plotted. */
export interface LiveValue {
  readonly text: string;
  readonly number?: number;
  readonly error?: string;
}

/** Request name → its arguments and the body of its response. */
export interface CustomRequests {
  'openocd.connection': { arguments: Record<string, never>; body: Connection };
  'openocd.rttChannels': {
    arguments: Record<string, never>;
    body: { readonly controlBlock: HexText | null; readonly channels: readonly RttChannel[] };
  };
  'openocd.breakpointBudget': { arguments: { readonly threadId?: number }; body: Budget };
  /** Starts sampling; each sample arrives as an `openocd.liveSample` event. Expressions that cannot be sampled are named at once. */
  'openocd.liveWatch': {
    arguments: {
      readonly expressions: readonly string[];
      readonly samplesPerSecond: number;
      readonly frameId?: number;
    };
    body: {
      readonly subscription: number;
      /** What the link allows, at most what was asked for. */
      readonly samplesPerSecond: number;
      readonly problems: readonly { readonly expression: string; readonly message: string }[];
    };
  };
  'openocd.stopLiveWatch': { arguments: { readonly subscription: number }; body: Record<string, never> };
  /** Sets an expression without halting. */
  'openocd.setLive': { arguments: { readonly expression: string; readonly value: string }; body: LiveValue };
  /** Many small reads in one round trip, e.g. peripheral registers. Each has its own outcome. */
  'openocd.readMany': {
    arguments: { readonly ranges: readonly MemoryRange[] };
    body: { readonly results: readonly ({ readonly data: string } | { readonly error: string })[] };
  };
  /** One write with an access size, e.g. a peripheral register. */
  'openocd.writeOne': {
    arguments: { readonly address: HexText; readonly accessBits: 8 | 16 | 32 | 64; readonly value: HexText };
    body: Record<string, never>;
  };
  'openocd.saveCore': { arguments: { readonly path: string }; body: { readonly sizeBytes: number } };
  'openocd.tcl': { arguments: { readonly command: string }; body: { readonly reply: string } };
  /** Without `masked` it only answers how it stands. */
  'openocd.maskInterrupts': { arguments: { readonly masked?: boolean }; body: { readonly masked: boolean } };
  /** How integers are shown in this session; without `format` it only answers how it stands. */
  'openocd.numberFormat': {
    arguments: { readonly format?: 'decimal' | 'hexadecimal' };
    body: { readonly format: 'decimal' | 'hexadecimal' };
  };
  /** Uses the symbols of one more program, at the addresses that it was linked to; breakpoints that waited for it are set. */
  'openocd.addSymbolFile': {
    arguments: { readonly file: string };
    body: { readonly moduleId: number; readonly changedBreakpoints: number };
  };
  'openocd.reset': { arguments: { readonly mode: 'run' | 'halt' | 'init' }; body: Record<string, never> };
}

/** Event name → its body. */
export interface CustomEvents {
  'openocd.connected': Connection;
  /** The control block was found, moved or lost; `channels` is empty while it is searched for. */
  'openocd.rtt': {
    readonly controlBlock: HexText | null;
    readonly channels: readonly RttChannel[];
    readonly state: 'searching' | 'found' | 'lost';
    /** What is being waited for, in words. */
    readonly message: string;
  };
  'openocd.liveSample': {
    readonly subscription: number;
    /** Milliseconds since the subscription began. */
    readonly timeMs: number;
    readonly values: readonly LiveValue[];
  };
  'openocd.breakpointBudget': Budget;
  /** The program's file was built anew: a restart programs and debugs the new one. Sent once. */
  'openocd.rebuilt': { readonly program: string };
  'openocd.targetState': { readonly threadId: number; readonly state: string };
}
