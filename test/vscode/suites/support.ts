// What the suites inside VS Code share: the extension's face, waiting, the repository's files.
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../../src/extension/main';

export { descendants, isRunning } from '../processes';

export const repository = String(process.env['REPOSITORY']);
export const firmware = path.join(repository, 'examples/blinky-c/build/blinky-c.elf');

export const run = (command: string, ...args: unknown[]) =>
  vscode.commands.executeCommand(`openocd.${command}`, ...args);

export async function api(): Promise<ExtensionApi> {
  const extension = vscode.extensions.getExtension<ExtensionApi>('openocd-debug.openocd-debug');
  if (extension === undefined) throw new Error('The extension is not installed.');
  return extension.activate();
}

export const folder = () => {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  if (first === undefined) throw new Error('No folder is open.');
  return first;
};

/** Writes a file of the folder's .vscode. */
export function write(name: string, content: unknown): void {
  const file = path.join(folder().uri.fsPath, '.vscode', name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(content));
}

/** The launch configurations as VS Code has read them from the files. */
export const configurations = () =>
  vscode.workspace.getConfiguration('launch', folder()).get<vscode.DebugConfiguration[]>('configurations', []);

/** Waits until `probe` gives something, asking again and again. @throws Error that names `what` after the limit */
export async function until<T>(
  what: string,
  probe: () => T | undefined | Promise<T | undefined>,
  limitMs = 20_000,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`${what} did not happen within ${limitMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** How long the extension took to start, in milliseconds. */
export interface Activation {
  /** Reading, compiling and running dist/extension.js. */
  readonly load: number;
  /** activate() itself. */
  readonly activate: number;
  /** As VS Code sees it, from the first need to the end. */
  readonly total: number;
}
