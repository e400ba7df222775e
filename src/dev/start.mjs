// `npm start`: prepares everything and opens the example on the simulated board in VS Code, F5 ready. `--headless` runs the same
// session in the terminal instead; `--server` uses the npm-packaged VS Code in a browser even where there is a `code`.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { build } from './build.mjs';
import { describeMissing, ensurePackages, ensureTools, isInstalled, root, runNode, tools } from './setup.mjs';

const example = path.join(root, 'examples/blinky-c');
const headless = process.argv.includes('--headless');

ensurePackages();
const missing = ensureTools([tools.openocd]);
if (missing.length > 0) {
  console.error(describeMissing(missing));
  process.exit(1);
}
await build();
if (headless) process.exitCode = runNode(['--import', 'tsx', 'src/dev/headless.ts', ...process.argv.slice(3)]);
else if (isInstalled('code') && !process.argv.includes('--server')) openDesktop();
else await openServer();

function openDesktop() {
  console.log('Opening VS Code with the example. Press F5 there.');
  const result = spawnSync(
    'code',
    ['--new-window', `--extensionDevelopmentPath=${root}`, example, path.join(example, 'src/main.c')],
    {
      stdio: 'inherit',
      shell: process.platform === 'win32',
    },
  );
  process.exitCode = result.status ?? 1;
}

async function openServer() {
  const { startHost, workbenchUrl } = await import('./vscodeHost.mjs');
  const host = await startHost({ settings: { 'debug.openDebug': 'openOnDebugBreak' } });
  const url = workbenchUrl(host.port, { folder: example, developmentPath: root });
  console.log(`VS Code runs at\n\n  ${url}\n\nOpen it in a browser and press F5. Ctrl-C here ends it.`);
  const opener = { darwin: 'open', win32: 'explorer', linux: 'xdg-open' }[String(process.platform)];
  const hasScreen = process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  if (opener !== undefined && hasScreen && isInstalled(opener))
    spawn(opener, [url], { stdio: 'ignore', detached: true }).unref();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => host.stop().then(() => process.exit(0)));
  await host.exited;
}
