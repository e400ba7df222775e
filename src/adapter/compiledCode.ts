// Keeps the compiled code of a bundle from one start of a process to the next, which takes away most of the time to load it. Node does
// it by itself since 22.8; for an older one this does it, with the same means of V8.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import vm from 'node:vm';

interface CompileCache {
  /** Without a folder in the answer nothing is kept. */
  enableCompileCache(folder: string): { directory?: string };
  /** Since Node 22.10. */
  flushCompileCache?(): void;
}

/** When the process has come to rest: an editor may end it by a signal, and then nothing more is written. */
const KEEP_AFTER_MS = 5000;

/** Loads the bundle `file`. Whatever is wrong with `folder`, the bundle is loaded. */
export function requireCompiled(file: string, folder: string | undefined): void {
  const { enableCompileCache, flushCompileCache } = module as Partial<CompileCache>;
  if (folder === undefined) {
    require(file);
  } else if (enableCompileCache?.(folder).directory !== undefined) {
    require(file);
    setTimeout(() => flushCompileCache?.(), KEEP_AFTER_MS).unref();
  } else {
    requireKept(file, folder);
  }
}

function requireKept(file: string, folder: string): void {
  const source = fs.readFileSync(file, 'utf8');
  // V8 looks at the length of the source and at its own version alone.
  const hash = createHash('sha1').update(source).digest('hex');
  const name = `${path.basename(file)}-${process.arch}-${process.version}`;
  const kept = path.join(folder, `${name}-${hash}`);
  const cachedData = read(kept);
  const script = new vm.Script(module.wrap(source), {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const bundle = { exports: {} };
  script.runInThisContext()(bundle.exports, module.createRequire(file), bundle, file, path.dirname(file));
  if (cachedData !== undefined && script.cachedDataRejected !== true) return;
  const keep = () => {
    clearTimeout(timer);
    process.off('exit', keep);
    write(kept, script.createCachedData(), name);
  };
  const timer = setTimeout(keep, KEEP_AFTER_MS).unref();
  process.once('exit', keep);
}

function read(file: string): Buffer | undefined {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Puts the file in the place of its forerunners, whole or not at all. What cannot be written is compiled again. */
function write(file: string, data: Uint8Array, name: string): void {
  try {
    const folder = path.dirname(file);
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const temporary = `${file}.${process.pid}`;
    fs.writeFileSync(temporary, data);
    fs.renameSync(temporary, file);
    for (const old of fs.readdirSync(folder)) {
      if (old.startsWith(`${name}-`) && old !== path.basename(file)) fs.rmSync(path.join(folder, old));
    }
  } catch {
    return;
  }
}
