// Where script files are looked for, in OpenOCD's order: the working folder, `-s` folders, OPENOCD_SCRIPTS, the user's folders, the
// installation's (OpenOCD src/helper/configuration.c, find_file; options.c, add_default_dirs). Also finds the program itself. Needs
// nothing but Node: the language server and the extension take it alone, without the client.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The absolute path of the program that `command` names, looked up on PATH as the system would; undefined when there is none. */
export function programOnPath(command: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const endings = process.platform === 'win32' ? ['', ...(env['PATHEXT'] ?? '.EXE;.CMD').split(';')] : [''];
  const hasFolder = /[\\/]/.test(command);
  const folders = hasFolder ? [''] : (env['PATH'] ?? '').split(path.delimiter);
  for (const folder of folders) {
    for (const ending of endings) {
      const file = path.resolve(folder, command + ending);
      if (stat(file)?.isFile()) return file;
    }
  }
  return undefined;
}

/**
 * The folders of scripts that exist, without duplicates.
 * @param searchDirs what the user gives OpenOCD with `-s`
 * @param reported the folders that the installed OpenOCD named itself; where it was not asked, the usual ones are tried
 */
export function scriptFolders(
  searchDirs: readonly string[],
  executable: string | undefined,
  reported: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): string[] {
  const home = os.homedir();
  const own = env['OPENOCD_SCRIPTS'] ? [env['OPENOCD_SCRIPTS']] : [];
  const user = [
    path.join(env['XDG_CONFIG_HOME'] ?? path.join(home, '.config'), 'openocd'),
    path.join(home, '.openocd'),
    ...(process.platform === 'win32' && env['APPDATA'] ? [path.join(env['APPDATA'], 'OpenOCD')] : []),
  ];
  const folders = [...searchDirs, ...own, ...(reported.length > 0 ? reported : [...user, ...beside(executable)])];
  return [...new Set(folders.map((folder) => path.resolve(folder)))].filter((folder) => stat(folder)?.isDirectory());
}

/** Where the packages of the various makers put the scripts, seen from the program. */
function beside(executable: string | undefined): string[] {
  const program = executable === undefined ? undefined : realPath(executable);
  const roots = program === undefined ? [] : [path.dirname(path.dirname(program)), path.dirname(program)];
  const near = roots.flatMap((root) => [
    path.join(root, 'share/openocd/site'),
    path.join(root, 'share/openocd/scripts'),
    path.join(root, 'openocd/scripts'),
    path.join(root, 'scripts'),
  ]);
  return [
    ...near,
    '/usr/local/share/openocd/scripts',
    '/usr/share/openocd/scripts',
    '/opt/homebrew/share/openocd/scripts',
  ];
}

function realPath(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch {
    return file;
  }
}

/** Undefined for whatever is in the way of looking. */
function stat(file: string): fs.Stats | undefined {
  try {
    return fs.statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
