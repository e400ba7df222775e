// The thread behind a SyncSession: holds the asynchronous session and answers one call at a time. Its own bundle:
// dist/clientWorker.js.
import { type MessagePort, workerData } from 'node:worker_threads';
import type { SendOptions } from '../connection/connection';
import { ArgumentError, OpenOcdError } from '../errors';
import { outcome } from '../request';
import { Session } from '../session';
import { type Answer, type Call, errorParts, type Script, type Verdict } from './messages';

const { port, bell } = workerData as { readonly port: MessagePort; readonly bell: Int32Array };
let session: Session | undefined;
/** The call whose answer is awaited. */
let waiting: number | undefined;
/** A failure outside any call; the next one tells of it. */
let stray: unknown;

port.on('message', (call: Call) => {
  waiting = call.id;
  if (stray !== undefined) {
    const error = errorParts(stray);
    stray = undefined;
    answer(call.id, { ok: false, error });
    return;
  }
  void run(call).then(
    (value) => answer(call.id, { ok: true, value }),
    (error: unknown) => answer(call.id, { ok: false, error: errorParts(error) }),
  );
});
// A failure outside a call, such as one thrown by a timer, must not leave the caller waiting.
process.on('uncaughtException', (error) => {
  if (waiting === undefined) stray = error;
  else answer(waiting, { ok: false, error: errorParts(error) });
});

async function run({ path, args }: Call): Promise<unknown> {
  const [first = ''] = path;
  if (first === 'connect' || first === 'start') {
    session = await (Session[first] as (...values: readonly unknown[]) => Promise<Session>)(...args);
    return session.dialect;
  }
  if (!session) throw new OpenOcdError('The session was never opened.');
  if (first === 'outcomes') return outcomes(session, ...(args as readonly [readonly Script[], SendOptions]));
  let owner: unknown = session;
  for (const name of path.slice(0, -1)) owner = (owner as Record<string, unknown>)[name];
  const method = (owner as Record<string, unknown>)[path.at(-1) ?? ''];
  if (typeof method !== 'function') throw new ArgumentError(`A session has no method ${path.join('.')}.`);
  return method.apply(owner, args);
}

async function outcomes(session: Session, scripts: readonly Script[], options: SendOptions): Promise<unknown[]> {
  const results = await session.batch(
    scripts.map(({ script, timeout }) => outcome(script, timeout)),
    options,
  );
  // An outcome is a result in any case: it carries its own status.
  return results.map((result) => (result.ok ? result.value : undefined));
}

function answer(id: number, verdict: Verdict): void {
  if (id === waiting) waiting = undefined;
  try {
    port.postMessage({ id, ...verdict } satisfies Answer);
  } catch {
    // Streams and subscriptions cannot leave their thread.
    port.postMessage({
      id,
      ok: false,
      error: errorParts(new ArgumentError('The result cannot leave its thread. Use the asynchronous Session for it.')),
    } satisfies Answer);
  }
  Atomics.add(bell, 0, 1);
  Atomics.notify(bell, 0);
}
