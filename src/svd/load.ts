// Opens an SVD file: small ones at once, big ones on a thread of their own, so that the caller is never kept waiting.
import fs from 'node:fs/promises';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { Device } from './device';
import { SvdError } from './errors';
import { parseDevice } from './parse';
import type { WorkerAnswer } from './worker';

export interface LoadOptions {
  readonly signal?: AbortSignal;
  /** Time for the whole file, by default 60 s: only hostile files need so long. */
  readonly timeoutMs?: number;
}

/** In the product a bundle beside the one that contains this; in tests, which run from source, the source itself. */
const thread = __filename.endsWith('.ts')
  ? { file: path.join(__dirname, 'worker.ts'), execArgv: ['--require', 'tsx/cjs'] }
  : { file: path.join(__dirname, 'svdWorker.js'), execArgv: [] };

/** Below this a thread would take longer to start than the file to read. */
const inlineBytes = 128 << 10;
const heapMegabytes = 2048;

/**
 * Reads the SVD file and gives its device model.
 * @throws SvdError when the file cannot be read, is no SVD file, or takes longer than allowed; the signal's reason on abort.
 */
export async function loadDevice(file: string, { signal, timeoutMs = 60_000 }: LoadOptions = {}): Promise<Device> {
  signal?.throwIfAborted();
  let size: number;
  try {
    size = (await fs.stat(file)).size;
    if (size <= inlineBytes) return parseDevice(await fs.readFile(file), file);
  } catch (error) {
    throw error instanceof SvdError ? error : unreadable(error, file);
  }
  signal?.throwIfAborted();
  return new Device(await compileInThread(file, timeoutMs, signal));
}

function compileInThread(file: string, timeoutMs: number, signal: AbortSignal | undefined) {
  const worker = new Worker(thread.file, {
    execArgv: thread.execArgv,
    workerData: { file },
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  });
  type Image = Extract<WorkerAnswer, { kind: 'image' }>['image'];
  return new Promise<Image>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new SvdError(
          `Reading takes longer than ${timeoutMs / 1000} s and was given up. Check the origin of the file.`,
          { file },
        ),
      );
    }, timeoutMs);
    const abort = () => reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    worker.once('message', (answer: WorkerAnswer) => {
      if (answer.kind === 'image') resolve(answer.image);
      else reject(new SvdError(answer.problem, { file, line: answer.line }));
    });
    worker.once('error', (error) => reject(unreadable(error, file)));
    worker.once('exit', (code) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      reject(new SvdError(`The thread that reads the file ended with code ${code}. Try again.`, { file }));
    });
  }).finally(() => worker.terminate());
}

function unreadable(error: unknown, file: string): SvdError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ENOENT: 'There is no such file. Correct the path of the SVD file.',
    EISDIR: 'This is a folder. Choose the SVD file inside it.',
    EACCES: 'The file may not be read. Change its permissions.',
    ERR_WORKER_OUT_OF_MEMORY: `Reading needs more than ${heapMegabytes} MB of memory. Check the origin of the file.`,
  };
  return new SvdError(reasons[code ?? ''] ?? `The file cannot be read (${message}).`, { file });
}
