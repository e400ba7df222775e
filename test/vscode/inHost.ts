// Runs a folder of suites inside a real VS Code and gives back what became of each test. VS Code is downloaded by
// @vscode/test-electron where that works and a display is there; else the npm-packaged host stands in (rig/code.mjs).
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { downloadAndUnzipVSCode, runTests, SilentReporter } from '@vscode/test-electron';
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

/** The npm-packaged host, behind the arguments of the `code` program. */
const standIn = path.join(__dirname, 'rig/code.mjs');

/**
 * The VS Code that the suites run in: with OPENOCD_DEBUG_VSCODE=download, on a machine with a display, a desktop VS Code that
 * @vscode/test-electron downloads; otherwise, and where that fails, the stand-in.
 */
export async function executable(
  download: () => Promise<string> = () => downloadAndUnzipVSCode({ reporter: new SilentReporter() }),
): Promise<string> {
  if (process.env['OPENOCD_DEBUG_VSCODE'] !== 'download') return standIn;
  try {
    return await download();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.log(`VS Code could not be downloaded (${reason}); the npm-packaged VS Code server is used instead.`);
    return standIn;
  }
}

/** Asked for once: all suites of a run go to the same VS Code. */
let chosen: Promise<string> | undefined;

/** @throws Error when the host ended without a result */
export async function runInHost(options: HostOptions): Promise<readonly InnerResult[]> {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-vscode-'));
  const report = path.join(work, 'report.json');
  const workspace = path.join(work, 'workspace');
  fs.mkdirSync(workspace);
  if (options.workspace !== undefined) fs.cpSync(options.workspace, workspace, { recursive: true });
  chosen ??= executable();
  // @vscode/test-electron switches workspace trust off; only the stand-in can leave it on.
  const vscodeExecutablePath = options.untrusted ? standIn : await chosen;
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
      vscodeExecutablePath,
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
