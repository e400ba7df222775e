// The reference programs with core files that lie outside the repository; tests that need them skip where they are absent.
import fs from 'node:fs';
import path from 'node:path';

const folder = path.resolve(__dirname, '../../../shared/fixtures/unwind');

export const unwindFixtures = [
  'RP2040_full_unwind',
  'RP2040_systick',
  'nRF52833_xxAA_svcall',
  'nRF52833_xxAA_hardfault_from_busfault',
  'atsamd51p19a',
  'esp32c3_full_unwind',
] as const;

export type UnwindFixture = (typeof unwindFixtures)[number];

export const fixtureFolder = folder;
export const hasUnwindFixtures = () => fs.existsSync(path.join(folder, 'README.md'));
export const elfOf = (name: UnwindFixture) => path.join(folder, `${name}.elf`);
export const coreOf = (name: UnwindFixture) => path.join(folder, `${name}.core`);

export interface ExpectedVariable {
  readonly name: string;
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly ExpectedVariable[];
}

export interface ExpectedFrame {
  readonly function: string;
  readonly path: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly pc: number;
  readonly cfa: number | null;
  readonly frameBase: number | null;
  readonly inlined: boolean;
  readonly locals: readonly ExpectedVariable[];
}

export function expectedOf(name: UnwindFixture): { frames: ExpectedFrame[]; statics?: ExpectedVariable[] } {
  return JSON.parse(fs.readFileSync(path.join(folder, `${name}.expected.json`), 'utf8'));
}

/** Skips the suite with a reason where the fixtures are not there. */
export function needFixtures(suite: Mocha.Context): void {
  if (!hasUnwindFixtures()) {
    console.log('      (the reference core files are not beside the repository)');
    suite.skip();
  }
}
