// The thread behind a SyncSession: holds the asynchronous session and answers one call at a time. Its own bundle:
// dist/clientWorker.js.
import { type MessagePort, workerData } from 'node:worker_threads';
import { ArgumentError, OpenOcdError } from '../errors';
import { Session } from '../session';
import { type Answer, type Call, errorParts } from './messages';

const { port, bell } = workerData as { readonly port: MessagePort; readonly bell: Int32Array };
let session: Session | undefined;

port.on('message', (call: Call) => {
  void run(call).then(
    (value) => answer({ ok: true, value }),
    (error: unknown) => answer({ ok: false, error: errorParts(error) }),
  );
});
// A failure outside a call, such as one thrown by a timer, must not leave the caller waiting.
process.on('uncaughtException', (error) => answer({ ok: false, error: errorParts(error) }));

async function run({ path, args }: Call): Promise<unknown> {
  const [first = ''] = path;
  if (first === 'connect' || first === 'start') {
    session = await (Session[first] as (...values: readonly unknown[]) => Promise<Session>)(...args);
    return session.dialect;
  }
  if (!session) throw new OpenOcdError('The session was never opened.');
  let owner: unknown = session;
  for (const name of path.slice(0, -1)) owner = (owner as Record<string, unknown>)[name];
  const method = (owner as Record<string, unknown>)[path.at(-1) ?? ''];
  if (typeof method !== 'function') throw new ArgumentError(`A session has no method ${path.join('.')}.`);
  return method.apply(owner, args);
}

function answer(reply: Answer): void {
  try {
    port.postMessage(reply);
  } catch {
    // Streams and subscriptions cannot leave their thread.
    port.postMessage({
      ok: false,
      error: errorParts(new ArgumentError('The result cannot leave its thread. Use the asynchronous Session for it.')),
    } satisfies Answer);
  }
  Atomics.add(bell, 0, 1);
  Atomics.notify(bell, 0);
}
