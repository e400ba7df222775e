// Finds the OpenOCD scripts in the folders that are open in the editor.
import fs from 'node:fs';
import path from 'node:path';
import type { Project } from './model/project';
import type { Source } from './model/source';

const maxFiles = 2_000;
const maxFolders = 5_000;
const skipped = new Set(['node_modules', 'build', 'dist', 'out', 'target/debug', 'target/release']);
/** `.cfg` means many things: a file counts when it says something that only OpenOCD understands. */
const openocdSign =
  /^\s*(?:source\s+\[find|adapter\s|interface\s|transport\s+select|set\s+_?(?:CHIPNAME|TARGETNAME|WORKAREASIZE|CPUTAPID)|jtag\s+newtap|swj_newdap|target\s+create|flash\s+bank|reset_config|gdb_port|init\s*$)/m;

/** The open files, and those on disk below the roots of the project that look like OpenOCD's. */
export async function workspaceSources(project: Project): Promise<Source[]> {
  const found = new Set<Source>(project.openSources);
  let folders = 0;
  const pending = [...project.roots];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    folders += 1;
    if (folders > maxFolders || found.size > maxFiles) break;
    const entries = await fs.promises.readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && !skipped.has(entry.name)) pending.push(file);
      } else if (/\.(?:cfg|tcl)$/.test(entry.name)) {
        const source = project.source(file);
        if (source !== undefined && openocdSign.test(source.text)) found.add(source);
      }
    }
  }
  return [...found];
}
