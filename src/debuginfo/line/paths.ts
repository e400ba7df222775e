// Paths of source files: made absolute and normal, and compared with the path that a user has. Strings only, no file system.

/** True for `/x`, `C:/x`, `C:\x` and `\\server\x`. */
export function isAbsolute(path: string): boolean {
  return /^([/\\]|[A-Za-z]:[/\\])/.test(path);
}

/** Joins what is relative to what comes before it, with `/` throughout and `.` and `..` resolved. */
export function normalise(...parts: readonly string[]): string {
  let joined = '';
  for (const part of parts) {
    if (part === '') continue;
    joined = joined === '' || isAbsolute(part) ? part : `${joined}/${part}`;
  }
  const slashed = joined.replaceAll('\\', '/');
  const root = /^([A-Za-z]:\/|\/\/|\/)?/.exec(slashed)?.[0] ?? '';
  const kept: string[] = [];
  for (const part of slashed.slice(root.length).split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (part !== '..' || root === '') kept.push(part);
  }
  return root + kept.join('/');
}

/** The last part. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** How many of the last parts are the same; names that differ in case count when `ignoreCase`. */
export function commonTail(a: string, b: string, ignoreCase: boolean): number {
  const left = (ignoreCase ? a.toLowerCase() : a).split('/');
  const right = (ignoreCase ? b.toLowerCase() : b).split('/');
  let count = 0;
  while (count < left.length && count < right.length && left.at(-1 - count) === right.at(-1 - count)) count++;
  return count;
}
