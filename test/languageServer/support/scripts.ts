// The scripts that the installed OpenOCD brings.
import fs from 'node:fs';
import path from 'node:path';
import { programOnPath, scriptFolders } from '../../../src/openocd/process/scriptFolders';

export interface ShippedScript {
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

export const scriptsFolder = scriptFolders([], programOnPath('openocd'), [], {}).find((folder) =>
  fs.existsSync(path.join(folder, 'target')),
);

export function shippedScripts(): ShippedScript[] {
  if (scriptsFolder === undefined) throw new Error('OpenOCD’s script folder was not found: is OpenOCD installed?');
  const folder = scriptsFolder;
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:cfg|tcl)$/.test(name))
    .sort()
    .map((name) => {
      const file = path.join(folder, name);
      return { name: name.split(path.sep).join('/'), file, text: fs.readFileSync(file, 'utf8') };
    });
}
