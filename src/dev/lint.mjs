// Formatter, linter (with the import rules between the floors, biome.json) and type check. `--fix` mends what can be mended.
import { ensurePackages, runNode } from './setup.mjs';

ensurePackages();
const fix = process.argv.includes('--fix') ? ['--write'] : [];
const style = runNode(['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', ...fix, '.']);
const types = ['.', 'src/extension/webview'].map((project) =>
  runNode(['node_modules/typescript-native/bin/tsc', '--noEmit', '-p', project]),
);
process.exitCode = style || Math.max(...types);
