// What the script folders hold: the files that `source [find …]` can name, and which procedure is defined where.
// A quick look with one pattern, not a full reading: there are about a thousand files.
import fs from 'node:fs';
import path from 'node:path';
import { RENAMING_FILE, readRenaming } from './laterNames';

export interface IndexedScript {
  readonly file: string;
  /** As `find` takes it, with forward slashes: `target/stm32f1x.cfg`. */
  readonly name: string;
}

const procedurePattern = /^[ \t]*proc[ \t]+["{]?([^\s"{}]+)/gm;
const maxFiles = 20_000;
const maxFileBytes = 1_000_000;

export class ScriptIndex {
  readonly folders: readonly string[];
  readonly scripts: readonly IndexedScript[];
  /** Procedure → the files that define it. */
  readonly procedures: ReadonlyMap<string, readonly string[]>;

  /** New names of renamed scripts; undefined where OpenOCD's `find` knows of none. */
  readonly renaming: ReadonlyMap<string, string> | undefined;

  private constructor(
    folders: readonly string[],
    scripts: readonly IndexedScript[],
    procedures: ReadonlyMap<string, readonly string[]>,
    renaming: ReadonlyMap<string, string> | undefined,
  ) {
    this.folders = folders;
    this.scripts = scripts;
    this.procedures = procedures;
    this.renaming = renaming;
  }

  static readonly empty = new ScriptIndex([], [], new Map(), undefined);

  /** Looks through the folders; what cannot be read is left out, since OpenOCD could not read it either. */
  static async of(folders: readonly string[]): Promise<ScriptIndex> {
    const scripts: IndexedScript[] = [];
    const procedures = new Map<string, string[]>();
    let renaming: ReadonlyMap<string, string> | undefined;
    for (const folder of folders) {
      for (const relative of await listScripts(folder)) {
        if (scripts.length >= maxFiles) break;
        const file = path.join(folder, relative);
        scripts.push({ file, name: relative.split(path.sep).join('/') });
        const text = await readScript(file);
        if (relative === RENAMING_FILE) renaming ??= readRenaming(text);
        for (const match of text.matchAll(procedurePattern)) {
          const name = match[1] ?? '';
          procedures.set(name, [...(procedures.get(name) ?? []), file]);
        }
      }
    }
    return new ScriptIndex(folders, scripts, procedures, renaming);
  }
}

async function listScripts(folder: string): Promise<string[]> {
  const entries = await fs.promises.readdir(folder, { recursive: true }).catch(() => []);
  return entries.filter((name) => /\.(?:cfg|tcl)$/.test(name)).sort();
}

async function readScript(file: string): Promise<string> {
  try {
    const { size } = await fs.promises.stat(file);
    return size > maxFileBytes ? '' : await fs.promises.readFile(file, 'utf8');
  } catch {
    return '';
  }
}
