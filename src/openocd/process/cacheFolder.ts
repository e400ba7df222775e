// Where this product keeps what it can make again.
import os from 'node:os';
import path from 'node:path';

/** The product's folder among the user's caches (XDG Base Directory Specification; `%LOCALAPPDATA%` and `~/Library/Caches` elsewhere). @throws when the user has no home */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const base =
    env['XDG_CACHE_HOME'] ??
    (process.platform === 'win32' ? env['LOCALAPPDATA'] : undefined) ??
    path.join(os.homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache');
  return path.join(base, 'openocd-debug');
}
