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

/** Everything there is, in a fixed order; `OPENOCD_DEBUG_PROGRAMS` is a pattern of names to look at alone. */
export async function allPrograms(): Promise<TestProgram[]> {
  const wanted = new RegExp(process.env['OPENOCD_DEBUG_PROGRAMS'] ?? '');
  if (process.env['ONLY']) return fixturePrograms();
  const all = [...prebuiltPrograms(), ...examplePrograms(), ...fixturePrograms(), ...(await corpusPrograms())];
  return all.filter(({ name }) => wanted.test(name));
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

/** Runs a comparison that yields differences and returns how much it compared; the first few differences of each program are kept. */
export function differences(
  programs: readonly TestProgram[],
  compare: (program: TestProgram) => Generator<string, number, void>,
): { readonly found: string[]; readonly count: number } {
  const found: string[] = [];
  let count = 0;
  for (const program of programs) {
    try {
      const comparison = compare(program);
      let shown = 0;
      let next = comparison.next();
      for (; !next.done; next = comparison.next()) {
        if (++shown <= 5) found.push(`${program.name}: ${next.value}`);
      }
      if (shown > 5) found.push(`${program.name}: ${shown} differences`);
      count += next.value;
    } catch (error) {
      found.push(`${program.name}: ${error instanceof Error ? error.stack : error}`);
    }
  }
  return { found, count };
}
