// What is done to the flash of a running board: program, verify, erase. Commands and tasks both do it through here, each with its
// own way of showing progress.
import path from 'node:path';
import * as vscode from 'vscode';
import type { FlashBank, LongOperation, Progress, Session } from '../../openocd';

/** Percent done and a word for the phase. */
export type Report = (percent: number, phase: string) => void;

export interface Work {
  readonly signal: AbortSignal;
  readonly report: Report;
}

/** Only a raw binary has no addresses of its own. */
export const needsAddress = (file: string) => path.extname(file).toLowerCase() === '.bin';

function phaseName(phase: Progress['phase']): string {
  const { t } = vscode.l10n;
  return {
    read: t('reading'),
    compare: t('comparing'),
    erase: t('erasing'),
    write: t('writing'),
    verify: t('verifying'),
  }[phase];
}

/** The client's way of reporting, turned into ours. */
export function long({ signal, report }: Work): LongOperation {
  return { signal, onProgress: ({ done, total, phase }) => report((100 * done) / total, phaseName(phase)) };
}

/** What programming takes of the time of both; comparing is done by the core itself. */
const WRITE_SHARE = 0.9;

/** Programs and verifies, then resets and runs. `offset` is the address of a raw binary. */
export async function program(session: Session, file: string, offset: bigint | undefined, work: Work): Promise<void> {
  const { signal, onProgress } = long({
    signal: work.signal,
    report: (percent, phase) => {
      const isVerify = phase === phaseName('verify');
      work.report(isVerify ? 100 * WRITE_SHARE + percent * (1 - WRITE_SHARE) : percent * WRITE_SHARE, phase);
    },
  });
  const options = { verify: true, reset: true, ...(offset === undefined ? {} : { offset }), signal, onProgress };
  await session.flash.program(file, options);
}

/** @throws FlashError where the flash holds something else */
export async function verify(session: Session, file: string, work: Work): Promise<void> {
  await whileHalted(session, () => session.flash.verify(file, long(work)));
}

/**
 * Erases sector after sector rather than all at once, so that one sees how far it is and can end it. All banks are looked at before the
 * first is erased: one that cannot be probed leaves the others as they are.
 * @throws FlashError, also when cancelled: it says what is erased and what is not
 */
export async function eraseBanks(session: Session, banks: readonly FlashBank[], work: Work): Promise<void> {
  await session.target.reset('halt');
  const counts: number[] = [];
  for (const bank of banks) {
    const { sectors } = await session.flash.info(bank.number);
    if (sectors.length === 0) throw new Error(vscode.l10n.t('{0} has no sectors that could be erased.', bank.name));
    counts.push(sectors.length);
  }
  for (const [index, bank] of banks.entries())
    await session.flash.eraseSectors(bank.number, 0, (counts[index] ?? 0) - 1, long(work));
}

/** @throws Error where OpenOCD's configuration declares no flash */
export async function flashBanks(session: Session): Promise<readonly FlashBank[]> {
  const banks = await session.flash.banks();
  if (banks.length > 0) return banks;
  throw new Error(vscode.l10n.t('This target has no flash bank: its OpenOCD configuration declares none.'));
}

/**
 * The banks of these names or numbers, each once, in the order given; without any, the first, which holds the program on nearly all
 * targets. Others may be nothing to erase: one-time programmable memory, an external chip that is not fitted.
 * @throws Error where there is none of that name
 */
export async function chosenBanks(
  session: Session,
  wanted: readonly (string | number)[] = [0],
): Promise<readonly FlashBank[]> {
  const banks = await flashBanks(session);
  const found = wanted.map((which) => {
    const bank = banks.find(({ name, number }) => name === which || number === Number(which));
    if (bank !== undefined) return bank;
    const names = banks.map(({ name }) => name).join(', ');
    throw new Error(vscode.l10n.t('This target has no flash bank “{0}”. It has: {1}.', which, names));
  });
  return [...new Set(found)];
}

/**
 * The check runs on the core itself, in RAM: halts the core meanwhile, keeps the RAM that OpenOCD borrows, and lets the program go on
 * if it was running.
 */
async function whileHalted(session: Session, work: () => Promise<unknown>): Promise<void> {
  const { state } = await session.target.state();
  await session.target.halt();
  const keep = '[target current] configure -work-area-backup';
  const before = (await session.command('[target current] cget -work-area-backup')).trim();
  await session.command(`${keep} 1`);
  try {
    await work();
  } finally {
    await session.command(`${keep} ${before}`);
    if (state === 'running') await session.target.resume();
  }
}
