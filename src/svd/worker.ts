// The thread that reads one SVD file and hands the compiled image back. Its own bundle: dist/svdWorker.js.
import fs from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { SvdError } from './errors';
import type { DeviceImage } from './image';
import { compileSvd } from './parse';

/** What the thread answers. An SvdError travels as its parts, because classes do not survive the way. */
export type WorkerAnswer =
  | { readonly kind: 'image'; readonly image: DeviceImage }
  | { readonly kind: 'svdError'; readonly problem: string; readonly line: number | undefined };

const { file } = workerData as { file: string };
try {
  const image = compileSvd(fs.readFileSync(file), file);
  const answer: WorkerAnswer = { kind: 'image', image };
  parentPort?.postMessage(answer, [image.bytes.buffer, image.offsets.buffer]);
} catch (error) {
  if (!(error instanceof SvdError)) throw error;
  const answer: WorkerAnswer = { kind: 'svdError', problem: error.problem, line: error.line };
  parentPort?.postMessage(answer);
}
