// Records the committed states: node --import tsx test/debugger/oracle/record.ts [COUNT]. Each is a core file of a program from the
// committed corpus, and beside it what GDB answered. The tests compare with the answers and need no GDB.
import fs from 'node:fs';
import path from 'node:path';
import { askGdb, coreBytes, randomNumbers, stopAt } from './states';

async function main(): Promise<void> {
  const { listPrebuilt } = await import('../../corpus/prebuilt.mjs');
  const programs = listPrebuilt().filter((program) => program.runsOnBoard && !program.split);
  const folder = path.join(__dirname, 'recorded');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const random = randomNumbers(7);
  const count = Number(process.argv[2] ?? 12);
  for (let i = 0; i < count; ) {
    const program = programs[i % programs.length];
    if (program === undefined) throw new Error('the corpus has no program for the board');
    const target = stopAt(program.file, 3000 + random(60_000));
    const name = `${i + 1}-${program.name.replaceAll('/', '-')}`;
    const answer = await askGdb(program.file, target);
    if (answer === undefined) continue;
    fs.writeFileSync(path.join(folder, `${name}.core`), await coreBytes(program.file, target));
    i++;
    fs.writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify({ program: program.name, ...answer })}\n`);
    console.log(name, answer.frames.map((frame) => frame.name).join(' < '));
  }
}

void main();
