// Records the committed states: node --import tsx test/debugger/oracle/record.ts [COUNT]. Each is a core file of a program from the
// committed corpus, and beside it what GDB answered. The tests compare with the answers and need no GDB. States that once were
// shown wrong are added: record.ts NUMBER PROGRAM CYCLES.
import fs from 'node:fs';
import path from 'node:path';
import { askGdb, coreBytes, randomNumbers, stopAt } from './states';

async function main(): Promise<void> {
  const { listPrebuilt } = await import('../../corpus/prebuilt.mjs');
  const programs = listPrebuilt().filter((program) => program.runsOnBoard && !program.split);
  const folder = path.join(__dirname, 'recorded');
  const [number, wanted, cycles] = process.argv.slice(2);
  if (cycles !== undefined) {
    const program = programs.find(({ name }) => name === wanted);
    if (program === undefined) throw new Error(`the corpus has no ${wanted} for the board`);
    if (!(await record(folder, Number(number), program, Number(cycles)))) throw new Error('GDB failed at this state');
    return;
  }
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const random = randomNumbers(7);
  const count = Number(process.argv[2] ?? 12);
  for (let i = 0; i < count; ) {
    const program = programs[i % programs.length];
    if (program === undefined) throw new Error('the corpus has no program for the board');
    if (await record(folder, i + 1, program, 3000 + random(60_000))) i++;
  }
}

/** False where GDB itself fails. */
async function record(
  folder: string,
  number: number,
  program: { readonly name: string; readonly file: string },
  cycles: number,
): Promise<boolean> {
  const target = stopAt(program.file, cycles);
  const answer = await askGdb(program.file, target);
  if (answer === undefined) return false;
  const name = `${number}-${program.name.replaceAll('/', '-')}`;
  fs.writeFileSync(path.join(folder, `${name}.core`), await coreBytes(program.file, target));
  fs.writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify({ program: program.name, ...answer })}\n`);
  console.log(name, answer.frames.map((frame) => frame.name).join(' < '));
  return true;
}

void main();
