// The state machine of a TAP controller (IEEE 1149.1, figure 6-1), in OpenOCD's names (`src/jtag/interface.c`).

/** Each state with its next ones, for TMS 0 and 1. */
const NEXT = {
  RESET: ['RUN/IDLE', 'RESET'],
  'RUN/IDLE': ['RUN/IDLE', 'DRSELECT'],
  DRSELECT: ['DRCAPTURE', 'IRSELECT'],
  DRCAPTURE: ['DRSHIFT', 'DREXIT1'],
  DRSHIFT: ['DRSHIFT', 'DREXIT1'],
  DREXIT1: ['DRPAUSE', 'DRUPDATE'],
  DRPAUSE: ['DRPAUSE', 'DREXIT2'],
  DREXIT2: ['DRSHIFT', 'DRUPDATE'],
  DRUPDATE: ['RUN/IDLE', 'DRSELECT'],
  IRSELECT: ['IRCAPTURE', 'RESET'],
  IRCAPTURE: ['IRSHIFT', 'IREXIT1'],
  IRSHIFT: ['IRSHIFT', 'IREXIT1'],
  IREXIT1: ['IRPAUSE', 'IRUPDATE'],
  IRPAUSE: ['IRPAUSE', 'IREXIT2'],
  IREXIT2: ['IRSHIFT', 'IRUPDATE'],
  IRUPDATE: ['RUN/IDLE', 'DRSELECT'],
} as const;

export type TapState = keyof typeof NEXT;

/** @returns whether the controller can stay in it */
export function isStable(state: TapState): boolean {
  return state === 'RESET' || NEXT[state][0] === state;
}

/** @returns the first pair of neighbours that one clock cannot connect */
export function brokenStep(path: readonly TapState[]): readonly [TapState, TapState] | undefined {
  for (const [index, state] of path.entries()) {
    const next = path[index + 1];
    if (next !== undefined && !(NEXT[state] as readonly TapState[]).includes(next)) return [state, next];
  }
  return undefined;
}
