// Whether a path is a file: no for whatever is in the way of looking, be it a missing folder, a file where a folder is
// expected, or a permission.
import fs from 'node:fs';

export const isFile = (path: string): boolean => stat(path)?.isFile() ?? false;

function stat(path: string): fs.Stats | undefined {
  try {
    return fs.statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
