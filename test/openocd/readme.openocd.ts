// Runs the examples of src/openocd/README.md as they stand there, on the simulated board.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { root } from '../support/board';
import { bench } from './support/board';
import { spinner } from './support/firmware';

const text = fs.readFileSync(path.join(root, 'src/openocd/README.md'), 'utf8');

function blocks(language: string): { title: string; code: string }[] {
  const found = [...text.matchAll(new RegExp(`^## (.*)$|^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))];
  let title = '';
  return found.flatMap((match) => {
    if (match[1] !== undefined) title = match[1];
    return match[2] === undefined ? [] : [{ title, code: match[2] }];
  });
}

describe('the examples of the client’s README', () => {
  const it_ = bench();

  before(() => {
    const outdir = path.join(it_.folder.folder, 'dist');
    const entryPoints = {
      client: 'src/openocd/index.ts',
      clientWorker: 'src/openocd/sync/worker.ts',
      cli: 'src/cli/main.ts',
    };
    buildSync({
      entryPoints,
      bundle: true,
      platform: 'node',
      target: 'node20',
      absWorkingDir: root,
      outdir,
      loader: { '.wasm': 'binary' },
    });
    fs.copyFileSync(path.join(root, 'package.json'), path.join(it_.folder.folder, 'package.json'));
    it_.folder.write('firmware.bin', spinner());
  });

  async function run(program: string, args: readonly string[]): Promise<string> {
    const child = spawn(program, args, { cwd: it_.folder.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    const [code] = await once(child, 'close');
    assert.equal(code, 0, output);
    return output;
  }

  /** What a reader would look for in the output. */
  const expected: Readonly<Record<string, RegExp>> = {
    'Look around': /stm32f0x\.cpu: cortex_m[\s\S]*pc 0x80000c[\s\S]*08000000 {2}00 40 00 20/,
    'Program the flash': /write 100 %\nverify 100 %\n208 bytes written and verified/,
    'Stop at a breakpoint, with everything in one round trip':
      /reason: 'breakpoint'[\s\S]*134217926n[\s\S]*64 bytes of stack/,
    Listen: /reset halt[\s\S]*stm32f0x\.cpu halted/,
    'Without await': /13421792\dn \[ 536887296/,
  };

  for (const { title, code } of blocks('ts')) {
    it(title, async () => {
      const client = pathToFileURL(path.join(it_.folder.folder, 'dist/client.js')).href;
      const program = code
        .replace("'openocd-debug/client'", `'${client}'`)
        .replace(/\b(connect|connectSync)\(\)/, `$1({ port: ${it_.board.tclPort} })`);
      const file = it_.folder.write(`${title.replace(/\W/g, '')}.mts`, program);
      assert.match(
        await run(process.execPath, ['--import', pathToFileURL(require.resolve('tsx')).href, file]),
        expected[title] ?? /never/,
      );
    });
  }

  it('The command line', async function () {
    if (process.platform === 'win32') this.skip(); // the example is for a POSIX shell
    const [block] = blocks('sh');
    // The board is up already, on a port of its own.
    const lines = block!.code.split('\n').filter((line) => line !== '' && !/\bsim\b/.test(line));
    assert.ok(lines.length >= 6);
    for (const line of lines) {
      const command = line.replace(
        /npx openocd-debug (\w+)/,
        `"${process.execPath}" dist/cli.js $1 --port ${it_.board.tclPort}`,
      );
      assert.notEqual(await run('/bin/sh', ['-c', command]), '', line);
    }
  });
});
