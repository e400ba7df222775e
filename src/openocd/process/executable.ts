// Finds a program as the shell would, so that a missing one is reported before anything is started.
import fs from 'node:fs';
import path from 'node:path';
import { ProcessError } from '../errors';

/**
 * @param program a path, or a name looked for on PATH (with PATHEXT on Windows)
 * @returns the path to start
 * @throws ProcessError naming what was searched
 */
export function findExecutable(
  program: string,
  env: NodeJS.ProcessEnv = process.env,
  cwd = process.cwd(),
  platform: NodeJS.Platform = process.platform,
): string {
  if (program.trim() === '')
    throw new ProcessError('The path of OpenOCD is empty.', {
      hint: 'Give the path of the openocd program, or none: then it is looked for on PATH.',
    });
  const endings = platform === 'win32' ? ['', ...(env['PATHEXT'] ?? '.EXE;.CMD;.BAT').split(';')] : [''];
  const searchPath = env['PATH'] ?? env['Path'] ?? '';
  const named = program.includes('/') || (platform === 'win32' && program.includes('\\'));
  const folders = named ? [''] : searchPath.split(path.delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    for (const ending of endings) {
      const candidate = path.resolve(cwd, folder, program + ending);
      if (isExecutable(candidate, platform)) return candidate;
    }
  }
  const resolved = path.resolve(cwd, program);
  if (named && fs.existsSync(resolved))
    throw new ProcessError(`${resolved} is not a program that can be run.`, {
      hint: 'Give the path of the openocd program itself, and check its permissions.',
    });
  throw new ProcessError(
    named
      ? `OpenOCD was not found: there is no file ${resolved}.`
      : `OpenOCD was not found: no “${program}” in the folders of PATH (${searchPath}).`,
    {
      hint: 'Install OpenOCD (Debian, Ubuntu: apt-get install openocd; macOS: brew install open-ocd; Windows: xPack OpenOCD), or give its path.',
      missingProgram: true,
    },
  );
}

function isExecutable(file: string, platform: NodeJS.Platform): boolean {
  try {
    if (!fs.statSync(file).isFile()) return false;
    if (platform !== 'win32') fs.accessSync(file, fs.constants.X_OK);
    return true;
  } catch {
    return false; // absent or not ours to run: the caller goes on searching, and says so in the end
  }
}
