// The bytes of a WebAssembly module that a package brings along.
import fs from 'node:fs';
import path from 'node:path';

/**
 * @param load the require() of the `.wasm` file. In a bundle it answers the path of the copy beside the bundle (esbuild's `file` loader:
 * megabytes that are seldom needed would make every start slow inside it) or the bytes (its `binary` loader); run from the sources,
 * where Node has no loader for the extension, the bytes.
 */
export function wasmBytes(load: () => unknown): Uint8Array<ArrayBuffer> {
  require.extensions['.wasm'] ??= (module, filename) => {
    module.exports = fs.readFileSync(filename);
  };
  const loaded = load();
  return typeof loaded === 'string'
    ? fs.readFileSync(path.join(__dirname, loaded))
    : (loaded as Uint8Array<ArrayBuffer>);
}
