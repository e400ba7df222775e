// The import rules between the floors: a forbidden import fails the linter, an allowed one does not. Runs the real linter with the
// repository's biome.json on a tree made for it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

/** From where, what, and whether that is allowed. */
const imports: [file: string, imported: string, allowed: boolean][] = [
  // Downwards.
  ['src/extension/views/tree.ts', '../../openocd', true],
  ['src/extension/views/tree.ts', '../../svd/model', true],
  ['src/extension/main.ts', '../adapter/protocol', true],
  ['src/extension/main.ts', 'vscode', true],
  ['src/cli/main.ts', '../debuginfo/api', true],
  ['src/adapter/handlers/stack.ts', '../../debugger/engine', true],
  ['src/debugger/live/target.ts', '../../openocd', true],
  ['src/debugger/variables.ts', '../debuginfo/api', true],
  ['src/openocd/session.ts', '../svd', true],
  ['src/openocd/session.ts', 'node:net', true],
  ['src/languageServer/server.ts', '../openocd/process/scriptFolders', true],
  ['src/languageServer/model/document.ts', '../../openocd/process/scriptFolders', true],
  // Within a room.
  ['src/debuginfo/program.ts', './elf/file', true],
  ['src/debuginfo/names/index.ts', '../elf/file', true],
  // Upwards.
  ['src/openocd/session.ts', '../debugger/engine', false],
  ['src/openocd/session.ts', '../extension/main', false],
  ['src/svd/load.ts', '../openocd', false],
  ['src/debuginfo/program.ts', '../debugger/engine', false],
  ['src/debuginfo/dwarf/units.ts', '../../adapter/main', false],
  ['src/debugger/engine.ts', '../adapter/protocol', false],
  ['src/debugger/live/target.ts', '../../cli/main', false],
  ['src/adapter/main.ts', '../extension/main', false],
  // Sideways.
  ['src/extension/main.ts', '../languageServer/server', false],
  ['src/languageServer/server.ts', '../cli/main', false],
  ['src/cli/main.ts', '../extension/main', false],
  ['src/debuginfo/program.ts', '../svd', false],
  ['src/svd/load.ts', '../debuginfo/api', false],
  ['src/simulator/main.ts', '../openocd', false],
  // Past a floor that is closed, or to a room that nobody imports.
  ['src/extension/main.ts', '../debugger/engine', false],
  ['src/extension/views/tree.ts', '../../debuginfo/api', false],
  ['src/extension/main.ts', '../adapter/main', false],
  ['src/cli/main.ts', '../simulator/board', false],
  ['src/languageServer/server.ts', '../openocd', false],
  ['src/languageServer/server.ts', '../openocd/process/executable', false],
  ['src/adapter/main.ts', '../dev/setup.mjs', false],
  // VS Code's API outside the extension; sockets and processes where there are only bytes.
  ['src/adapter/main.ts', 'vscode', false],
  ['src/openocd/session.ts', 'vscode', false],
  ['src/languageServer/server.ts', 'vscode', false],
  ['src/debuginfo/program.ts', 'node:net', false],
  ['src/debuginfo/elf/file.ts', 'child_process', false],
  ['src/svd/load.ts', 'node:child_process', false],
];

interface Diagnostic {
  readonly severity: string;
  readonly category: string;
  readonly message: string;
  readonly location: { readonly path: string; readonly start: { readonly line: number } };
}

describe('The import rules between the floors', function () {
  this.timeout(60_000);
  let folder: string;
  let diagnostics: readonly Diagnostic[];
  let status: number | null;

  const lines = new Map<string, string[]>();
  for (const [file, imported] of imports)
    lines.set(file, [
      ...(lines.get(file) ?? []),
      `export * as from${lines.get(file)?.length ?? 0} from '${imported}';`,
    ]);

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-imports-'));
    for (const name of ['biome.json', '.gitignore']) fs.copyFileSync(path.join(root, name), path.join(folder, name));
    for (const [file, text] of lines) {
      fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      fs.writeFileSync(path.join(folder, file), `${text.join('\n')}\n`);
    }
    const biome = path.join(root, 'node_modules/@biomejs/biome/bin/biome');
    const args = [biome, 'lint', '--only=style/noRestrictedImports', '--reporter=json', '--max-diagnostics=none', '.'];
    const result = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    status = result.status;
    diagnostics = JSON.parse(result.stdout).diagnostics;
  });

  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('make the linter fail', () => assert.equal(status, 1));

  for (const [file, imported, allowed] of imports) {
    it(`${allowed ? 'allow' : 'forbid'} ${imported} in ${file}`, () => {
      const line = 1 + (lines.get(file) ?? []).findIndex((text) => text.endsWith(` from '${imported}';`));
      const found = diagnostics.filter(({ location }) => location.path === file && location.start.line === line);
      assert.deepEqual(
        found.map(({ severity }) => severity),
        allowed ? [] : ['error'],
      );
      if (!allowed) assert.match(found[0]?.message ?? '', /^(src\/\w+ (may not|has no)|Only src\/extension)/);
    });
  }

  it('name every room of src/', () => {
    const { overrides } = JSON.parse(fs.readFileSync(path.join(root, 'biome.json'), 'utf8'));
    const ruled = overrides.flatMap(({ includes }: { includes: string[] }) => includes);
    const rooms = fs.readdirSync(path.join(root, 'src')).filter((room) => room !== 'dev');
    assert.deepEqual(
      rooms.filter((room) => !ruled.includes(`src/${room}/**`)),
      [],
    );
  });
});
