// Checks that the files a script sources are there.
import path from 'node:path';
import { sourcedFiles } from '../model/project';
import type { Examined, Finding } from './finding';
import { closest } from './spelling';

export function checkFiles({ source, project }: Examined): Finding[] {
  // Without the script folders every name would look wrong.
  if (project.index.folders.length === 0) return [];
  return sourcedFiles(source).flatMap(({ item, value }) => {
    if (value.path === undefined || value.guarded || project.resolve(value.path, source.uri) !== undefined) return [];
    const names = project.index.scripts.map((script) => script.name);
    const same = names.find((name) => path.posix.basename(name) === path.posix.basename(value.path ?? ''));
    const meant = closest(value.path, names) ?? same;
    const span = { start: item.start + value.start, end: item.start + value.end };
    const finding: Finding = {
      code: 'file-not-found',
      severity: 'warning',
      ...span,
      message: `“${value.path}” is neither beside this file nor in OpenOCD’s script folders (${project.index.folders.join(', ')}).`,
      fixes: meant ? [{ title: `Change to “${meant}”`, changes: [{ ...span, text: meant }], preferred: true }] : [],
    };
    return [finding];
  });
}
