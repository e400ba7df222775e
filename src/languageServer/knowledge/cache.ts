// Keeps what an OpenOCD said about itself on disk, so that it is asked once per installed version. A file that cannot be read or
// written costs time, never an error: the program is asked again.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Knowledge } from './types';

/** The cache file of the program at `executable`: another one as soon as the program is replaced. */
async function fileFor(executable: string, folder: string): Promise<string> {
  const real = await fs.promises.realpath(executable);
  const { size, mtimeMs } = await fs.promises.stat(real);
  const key = createHash('sha256').update(`${real}\0${size}\0${mtimeMs}\0${os.homedir()}`).digest('hex').slice(0, 16);
  return path.join(folder, `openocd-commands-${key}.json`);
}

/** What was remembered of `executable`, an absolute path; undefined when there is nothing, or nothing that can be read. */
export async function remembered(executable: string, folder: string): Promise<Knowledge | undefined> {
  const file = await fileFor(executable, folder).catch(() => undefined);
  return file === undefined ? undefined : read(file);
}

/** Remembers what `executable`, an absolute path, said, if the folder can be written. */
export async function remember(executable: string, folder: string, knowledge: Knowledge): Promise<void> {
  const file = await fileFor(executable, folder).catch(() => undefined);
  if (file !== undefined) await write(file, knowledge).catch(() => undefined);
}

async function read(file: string): Promise<Knowledge | undefined> {
  try {
    const knowledge = JSON.parse(await fs.promises.readFile(file, 'utf8')) as Knowledge;
    return knowledge.format === 1 && Array.isArray(knowledge.commands) ? knowledge : undefined;
  } catch {
    return undefined;
  }
}

/** Written beside and renamed, so that no other server reads half of it. */
async function write(file: string, knowledge: Knowledge): Promise<void> {
  await fs.promises.mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  await fs.promises.writeFile(temporary, JSON.stringify(knowledge));
  await fs.promises.rename(temporary, file);
}
