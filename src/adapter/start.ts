// What the adapter's process begins with: loads the adapter itself, a bundle of its own, with the code that an earlier start compiled.
import path from 'node:path';
import { cacheFolder } from '../openocd/process/cacheFolder';
import { requireCompiled } from './compiledCode';

requireCompiled(path.join(__dirname, 'adapterProcess.js'), folder());

function folder(): string | undefined {
  try {
    return path.join(cacheFolder(), 'compiled');
  } catch {
    return undefined;
  }
}
