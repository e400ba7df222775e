// The steps from an SVD file's bytes or text to its compiled image and its device model, on the calling thread.
import { compileDevice } from './compile';
import { Device } from './device';
import { decodeText } from './encoding';
import { SvdError, Warnings } from './errors';
import type { DeviceImage } from './image';
import { readRecords } from './reader';

/** @throws SvdError when this is no SVD file. `file` is for the message alone. */
export function compileSvd(source: string | Uint8Array, file?: string): DeviceImage {
  const warnings = new Warnings();
  try {
    const text = typeof source === 'string' ? source.replace(/^\uFEFF/, '') : decodeText(source, warnings);
    return compileDevice(readRecords(text, warnings), warnings);
  } catch (error) {
    if (error instanceof SvdError) throw new SvdError(error.problem, { file, line: error.line });
    throw error;
  }
}

/**
 * Reads an SVD file that is at hand. It keeps the thread busy, about 30 ms for each megabyte; see `loadDevice` for files.
 * @throws SvdError when this is no SVD file.
 */
export function parseDevice(source: string | Uint8Array, file?: string): Device {
  return new Device(compileSvd(source, file));
}
