// Runs a folder of suites inside a real VS Code and gives back what became of each test. VS Code is downloaded by
// @vscode/test-electron where that works and a display is there; else the npm-packaged host stands in (rig/code.mjs).
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { type Context, Test } from 'mocha';
import type { InnerResult } from './suites/index';

const root = path.resolve(__dirname, '../..');

export interface HostOptions {
  /** Folder opened in the window; a temporary copy of it is used. Undefined = an empty folder. */
  readonly workspace?: string;
  /** Keep workspace trust switched on, with the workspace untrusted. */
  readonly untrusted?: boolean;
  /** Folders of extensions that are there as well. */
  readonly beside?: readonly string[];
  /** Only suites whose file name contains this. */
  readonly only: string;
}

/** True where @vscode/test-electron may download a desktop VS Code and show it. */
const desktop = process.env['OPENOCD_DEBUG_VSCODE'] === 'download';

/** @throws Error when the host ended without a result */
export async function runInHost(options: HostOptions): Promise<readonly InnerResult[]> {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-vscode-'));
  const report = path.join(work, 'report.json');
  const workspace = path.join(work, 'workspace');
  fs.mkdirSync(workspace);
  if (options.workspace !== undefined) fs.cpSync(options.workspace, workspace, { recursive: true });
  const bundle = path.join(root, '.cache/vscode-tests/index.js');
  await build({
    entryPoints: [path.join(__dirname, 'suites/index.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  try {
    await runTests({
      ...(desktop ? {} : { vscodeExecutablePath: path.join(__dirname, 'rig/code.mjs') }),
      extensionDevelopmentPath: [root, ...(options.beside ?? [])],
      extensionTestsPath: bundle,
      launchArgs: [workspace, ...(options.untrusted ? [] : ['--disable-workspace-trust'])],
      extensionTestsEnv: {
        SUITES: options.only,
        SUITE_REPORT: report,
        REPOSITORY: root,
        ...(options.untrusted ? { VSCODE_TEST_TRUST: '1' } : {}),
      },
    }).catch((error: unknown) => {
      // Failed tests are in the report; only a missing report is trouble of the host.
      if (!fs.existsSync(report)) throw new Error(`VS Code's test host gave no result: ${error}`);
    });
    return JSON.parse(fs.readFileSync(report, 'utf8'));
  } finally {
    fs.rmSync(work, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** A mocha suite with one test for each test that ran inside the host. */
export function describeInHost(title: string, options: HostOptions): void {
  describe(title, function () {
    this.timeout(600_000);
    let results: readonly InnerResult[] = [];
    before(async function () {
      results = await runInHost(options);
      for (const result of results) {
        const test = new Test(result.title, function (this: Context) {
          if (result.state === 'pending') this.skip();
          if (result.error !== undefined) throw Object.assign(new Error(result.error), { stack: result.error });
        });
        this.test!.parent!.addTest(test);
      }
    });
    it('ran to its end', () => {
      if (results.length === 0) throw new Error(`No test ran in VS Code for “${options.only}”.`);
    });
  });
}
