// The programs that are compared with other readers of debug information, and the running of those readers.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../../..');

export interface TestProgram {
  readonly name: string;
  readonly file: string;
}

/** Compare everything, not a sample: `OPENOCD_DEBUG_ORACLES=full`. */
export const isFullRun = process.env['OPENOCD_DEBUG_ORACLES'] === 'full';

function elfFilesBelow(folder: string, prefix: string): TestProgram[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.elf'))
    .sort()
    .map((name) => ({ name: `${prefix}/${name}`, file: path.join(folder, name) }));
}

/** Committed programs: always there. */
export function prebuiltPrograms(): TestProgram[] {
  return elfFilesBelow(path.join(root, 'test/corpus/prebuilt'), 'prebuilt');
}

/** Real firmware that may be beside the repository. */
export function fixturePrograms(): TestProgram[] {
  return elfFilesBelow(path.resolve(root, '../shared/fixtures/unwind'), 'fixtures');
}

export function examplePrograms(): TestProgram[] {
  return elfFilesBelow(path.join(root, 'examples'), 'examples');
}

/** Builds the corpus as far as compilers are installed; what is up to date is kept. */
export async function corpusPrograms(): Promise<TestProgram[]> {
  const { buildCorpus } = await import('../../corpus/build.mjs');
  const built = await buildCorpus();
  return built.map(({ name, file }) => ({ name: `corpus/${name}`, file }));
}

/** Everything there is, in a fixed order. */
export async function allPrograms(): Promise<TestProgram[]> {
  if (process.env['ONLY']) return fixturePrograms();
  return [...prebuiltPrograms(), ...examplePrograms(), ...fixturePrograms(), ...(await corpusPrograms())];
}

const installed = new Map<string, boolean>();

export function hasTool(tool: string): boolean {
  let answer = installed.get(tool);
  if (answer === undefined) {
    answer = spawnSync(tool, ['--version']).status === 0;
    installed.set(tool, answer);
  }
  return answer;
}

/** What a tool prints; its complaints about damaged input are not looked at. */
export function output(tool: string, args: readonly string[], input?: string): string {
  return execFileSync(tool, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    timeout: 120_000,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, LC_ALL: 'C', DEBUGINFOD_URLS: '' },
    ...(input === undefined ? {} : { input }),
  });
}
