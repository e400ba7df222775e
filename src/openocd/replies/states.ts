// Target names and states. Covers 0.10 to 0.12 (names joined by spaces) and later (by line ends).
import { local } from '../tcl/envelope';

/** What `curstate` answers; `unavailable` since 0.12’s successor. Anything newer arrives as it is. */
export type TargetState = 'running' | 'halted' | 'reset' | 'debug-running' | 'unknown' | 'unavailable' | (string & {});

/** Asks for `NAME STATE NAME STATE …` of all targets. */
export const STATES_SCRIPT = local(
  'set states {}; foreach t [target names] {lappend states $t [$t curstate]}; set states',
);

/** @throws Error when the pairs do not come out even */
export function readStates(text: string): ReadonlyMap<string, TargetState> {
  const fields = text.trim() === '' ? [] : text.trim().split(/\s+/);
  if (fields.length % 2 !== 0) throw new Error(`“${text}” does not pair names with states`);
  const states = new Map<string, TargetState>();
  for (let index = 0; index < fields.length; index += 2)
    states.set(fields[index] ?? '', fields[index + 1] ?? 'unknown');
  return states;
}

/** Why a core stopped, as OpenOCD names it (`target_debug_reason_str` in `src/target/target.c`). */
export type HaltReason =
  | 'debug-request'
  | 'breakpoint'
  | 'watchpoint'
  | 'watchpoint-and-breakpoint'
  | 'single-step'
  | 'target-not-halted'
  | 'program-exit'
  | 'exception-catch'
  | (string & {});

/** Reads `… halted due to breakpoint, current mode: Thread` from log text (all versions). @returns the last one */
export function haltReasonIn(log: string): HaltReason | undefined {
  return [...log.matchAll(/halted due to ([\w-]+)/g)].at(-1)?.[1];
}
