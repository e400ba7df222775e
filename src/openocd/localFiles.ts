// Files of this machine that a person named: read and written with errors that say which file, and what to do about it.
import fs from 'node:fs/promises';
import { ArgumentError } from './errors';

/** @throws ArgumentError naming the file when it cannot be read */
export async function readLocalFile(file: string): Promise<Buffer> {
  try {
    return await fs.readFile(file);
  } catch (cause) {
    throw fileError('read', file, cause);
  }
}

/** @throws ArgumentError naming the file when it cannot be written */
export async function writeLocalFile(file: string, data: Uint8Array): Promise<void> {
  try {
    await fs.writeFile(file, data);
  } catch (cause) {
    throw fileError('written', file, cause);
  }
}

function fileError(done: 'read' | 'written', file: string, cause: unknown): ArgumentError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const missing = done === 'read' ? 'there is no such file' : 'there is no such folder';
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: `${missing}. Check the path`,
    ENOTDIR: `${missing}. Check the path`,
    EISDIR: 'it is a folder. Give the path of a file',
    EACCES: 'this user may not do that. Check its permissions',
    EPERM: 'this user may not do that. Check its permissions',
    EROFS: 'its disk cannot be written. Choose another place',
    ENOSPC: 'the disk is full. Make room, or choose another place',
  };
  const reason = file === '' ? 'its name is empty' : (reasons[code ?? ''] ?? message);
  return new ArgumentError(`The file “${file}” cannot be ${done}: ${reason}.`, { cause });
}
