// Hands bytes to OpenOCD as a file it can open. On one machine that is a private temporary file; an OpenOCD elsewhere gets the
// bytes through its own Tcl. Which of the two it is, is tried once per session.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Client } from './client';
import { CommandError } from './errors';
import { local } from './tcl/envelope';
import { quote } from './tcl/quote';

export interface ServerFile extends AsyncDisposable {
  /** As OpenOCD sees it. */
  readonly path: string;
  /** Contents in this machine's file, if OpenOCD and this program share one. */
  read(): Promise<Buffer>;
}

/** Bytes sent in one script; octal escapes take four characters each. */
const UPLOAD_CHUNK = 64 * 1024;

const shared = new WeakMap<Client, Promise<boolean>>();

/** Whether OpenOCD reads the files this program writes. */
export function sharesFiles(client: Client): Promise<boolean> {
  const known = shared.get(client);
  if (known) return known;
  const asking = tryShared(client);
  shared.set(client, asking);
  return asking;
}

async function tryShared(client: Client): Promise<boolean> {
  const nonce = randomBytes(16).toString('hex');
  await using file = await localFile(Buffer.from(nonce));
  const [outcome] = await client.outcomes([
    local(`set f [open ${quote(file.path)} r]; set d [read $f]; close $f; set d`),
  ]);
  return outcome?.code === 0 && outcome.message === nonce;
}

/** @throws CommandError when OpenOCD can write no file either */
export async function serverFile(client: Client, data: Uint8Array): Promise<ServerFile> {
  return (await sharesFiles(client)) ? localFile(data) : remoteFile(client, data);
}

async function localFile(data: Uint8Array): Promise<ServerFile> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'openocd-debug-'));
  const file = path.join(folder, 'data.bin');
  await fs.writeFile(file, data);
  return {
    // OpenOCD's Tcl takes forward slashes on Windows too.
    path: file.replaceAll('\\', '/'),
    read: () => fs.readFile(file),
    [Symbol.asyncDispose]: () => fs.rm(folder, { recursive: true, force: true }),
  };
}

async function remoteFile(client: Client, data: Uint8Array): Promise<ServerFile> {
  const name = `openocd-debug-${randomBytes(8).toString('hex')}.bin`;
  const folder =
    'set d /tmp; foreach v {TMPDIR TEMP TMP} {if {[info exists ::env($v)]} {set d $::env($v); break}}; set d';
  const directory = await run(client, folder);
  const file = `${directory.replaceAll('\\', '/')}/${name}`;
  for (let at = 0; at < data.length || at === 0; at += UPLOAD_CHUNK) {
    const octal = Array.from(
      data.subarray(at, at + UPLOAD_CHUNK),
      (byte) => `\\${byte.toString(8).padStart(3, '0')}`,
    ).join('');
    await run(client, `set f [open ${quote(file)} ${at === 0 ? 'w' : 'a'}]; puts -nonewline $f "${octal}"; close $f`);
  }
  return {
    path: file,
    read: async () => {
      throw new CommandError('The file is on another machine.', { command: file });
    },
    [Symbol.asyncDispose]: async () => {
      await run(client, `file delete ${quote(file)}`);
    },
  };
}

async function run(client: Client, script: string): Promise<string> {
  const [outcome] = await client.outcomes([local(script)]);
  if (outcome?.code === 0) return outcome.message.trim();
  throw new CommandError(`OpenOCD cannot write a temporary file on its machine: ${outcome?.message.trim()}.`, {
    command: script.slice(0, 200),
    reply: outcome?.message,
  });
}
