// The two ways to ask for the state of the current target, used by run control and by the wait for a halt.
import { TargetError } from './errors';
import { type HaltReason, haltReasonIn, type TargetState } from './replies/states';
import { describeRequest, type Request } from './request';

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
 * `poll` of the current target, so that a halt is noticed now and not at OpenOCD's next turn, then its state; with the
 * reason when this very poll noticed the halt, or OpenOCD can name it (`debug_reason`, after 0.12).
 */
export function polledState(): Request<{ readonly state: TargetState; readonly reason: HaltReason | undefined }> {
  return describeRequest({
    action: 'Polling the target',
    error: TargetError,
    script: ({ debugReason }) =>
      debugReason ? `${POLL}; list [$t curstate] [$t debug_reason]` : `${POLL}; $t curstate`,
    parse: (text, { log }) => {
      const [state = 'unknown', reason] = text.trim().split(/\s+/);
      return { state, reason: state === 'halted' ? (reason ?? haltReasonIn(log)) : undefined };
    },
  });
}

const POLL = 'set t [target current]; $t arp_poll';
