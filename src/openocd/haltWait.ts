// Waiting for a halt: actively polled at first, so that a short step feels instant, then notifications with a slow safety
// poll. Each poll is a request of its own, so OpenOCD serves its other clients in between; `wait_halt` would block them all.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './client';
import type { HaltReason } from './replies/states';
import { polledState } from './stateRequests';

/** Polls back to back for this long: the time in which a step over a call usually ends. */
const EAGER_MS = 60;
/** Then with pauses that grow up to this, while no notification can tell … */
const PATIENT_MS = 50;
/** … or up to this when notifications are on. OpenOCD itself polls every 100 ms. */
const SAFETY_MS = 500;

/** @returns undefined when `timeoutMs` passed without a halt @throws TargetError, ConnectionError, and the signal's reason */
export async function waitForHalt(
  client: Client,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<{ readonly reason: HaltReason | undefined } | undefined> {
  const { connection } = client;
  const started = performance.now();
  let wake = new AbortController();
  const listening = connection.onNotification((frame) => {
    if (/^type target_(?:state state|event event) halted/.test(frame)) wake.abort();
  });
  let notified = false;
  try {
    for (let pause = 1; ; ) {
      signal?.throwIfAborted();
      const { state, reason } = await client.execute(polledState());
      if (state === 'halted') return { reason };
      const elapsed = performance.now() - started;
      if (elapsed >= timeoutMs) return undefined;
      if (elapsed < EAGER_MS) continue;
      if (!notified && connection.carries === 'bytes') {
        notified = await connection.enableNotifications().then(
          () => true,
          // The safety poll alone then finds the halt.
          () => false,
        );
      }
      const longest = notified && !connection.notificationsFailed ? SAFETY_MS : PATIENT_MS;
      pause = Math.min(pause * 2, longest, Math.max(1, timeoutMs - elapsed));
      if (wake.signal.aborted) wake = new AbortController();
      const either = signal ? AbortSignal.any([signal, wake.signal]) : wake.signal;
      // An abort only ends the pause: the loop then looks at the reason.
      await sleep(pause, undefined, { signal: either }).catch(() => undefined);
    }
  } finally {
    listening.dispose();
  }
}
