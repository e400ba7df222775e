// `npm run bench [-- FILTER]`: builds, then runs the measurements of test/bench and prints them as a table; `--json FILE` keeps them.
import { describeMissing, ensurePackages, ensureTools, runNode, tools } from './setup.mjs';

ensurePackages();
const missing = ensureTools([tools.openocd, tools.gdb]);
if (missing.length > 0) console.log(describeMissing(missing));
process.exitCode =
  runNode(['src/dev/build.mjs']) || runNode(['--import', 'tsx', 'test/bench/run.ts', ...process.argv.slice(2)]);
