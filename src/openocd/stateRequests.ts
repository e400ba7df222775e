// The two ways to ask for the state of the current target, used by run control and by the wait for a halt.
import { TargetError } from './errors';
import { type HaltReason, haltReasonIn, type TargetState } from './replies/states';
import { describeRequest, type Request } from './request';
import { local } from './tcl/envelope';

/** `curstate` of the current target. */
export function targetState(): Request<TargetState> {
  return describeRequest({
    action: 'Asking for the target’s state',
    error: TargetError,
    script: '[target current] curstate',
    parse: (text): TargetState => text.trim(),
  });
}

/**
 * Polls the current target, so that a halt is noticed now and not at OpenOCD's next turn; its state and, when it is halted,
 * the reason. After 0.12 `debug_reason` names it; before, it is in what `poll` prints about a halted target.
 */
export function polledState(): Request<PolledState> {
  return describeRequest({
    action: 'Polling the target',
    error: TargetError,
    script: ({ debugReason }) =>
      local(
        debugReason
          ? `${POLL}; list [$t curstate] [$t debug_reason]`
          : `${POLL}; if {[$t curstate] eq "halted"} {poll}; $t curstate`,
      ),
    parse: (text, { log }) => {
      const [state = 'unknown', reason] = text.trim().split(/\s+/);
      return { state, reason: state === 'halted' ? (reason ?? haltReasonIn(log)) : undefined };
    },
  });
}

export interface PolledState {
  readonly state: TargetState;
  /** Undefined while the target is not halted, and where OpenOCD does not tell (RISC-V up to 0.12). */
  readonly reason: HaltReason | undefined;
}

const POLL = 'set t [target current]; $t arp_poll';

export type ResetMode = 'run' | 'halt' | 'init';

/** `reset run|halt|init`, then polls until no target is in the state `reset` any more: OpenOCD itself notices later. */
export function reset(mode: ResetMode): Request<void> {
  const settle =
    'foreach t [target names] {for {set i 0} {$i < 10 && [$t curstate] eq "reset"} {incr i} {catch {$t arp_poll}}}';
  return describeRequest({
    action: `Resetting the target (${mode})`,
    error: TargetError,
    script: `reset ${mode}; ${local(settle)}`,
    parse: () => undefined,
    timeout: RESET_TIMEOUT_MS,
  });
}

/** Boards may wait long in their reset scripts. */
const RESET_TIMEOUT_MS = 30_000;
