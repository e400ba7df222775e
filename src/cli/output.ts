// What the commands print: text for people, JSON for scripts, progress and errors on standard error.
import { OpenOcdError, ProcessError, type Progress } from '../openocd';

/** JSON with bigints as hexadecimal text and bytes as arrays. */
export function printJson(value: unknown): void {
  process.stdout.write(
    `${JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? hex(part) : part), 2)}\n`,
  );
}

export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function note(text: string): void {
  if (barIsOpen) process.stderr.write('\n');
  barIsOpen = false;
  process.stderr.write(`${text}\n`);
}

export function hex(value: number | bigint, digits = 8): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

export function size(bytes: number): string {
  return bytes >= 1024 && bytes % 1024 === 0 ? `${bytes / 1024} KiB` : bytes === 1 ? '1 byte' : `${bytes} bytes`;
}

/** Columns aligned by their widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A bar that has not reached its end stands on the line that the cursor is in. */
let barIsOpen = false;

/** One line on standard error; with `--json` also an object on standard output. */
export function reportError(error: unknown, json: boolean): void {
  const message = error instanceof Error ? error.message : String(error);
  if (json)
    printJson({
      error: {
        name: error instanceof Error ? error.name : 'Error',
        message,
        hint: error instanceof ProcessError ? error.hint : undefined,
      },
    });
  note(`error: ${message}`);
  // An error outside the library's hierarchy is either the system's (a file, a pipe), which needs no stack, or our own mistake.
  if (error instanceof Error && !(error instanceof OpenOcdError) && !('code' in error))
    process.stderr.write(`${error.stack ?? ''}\n`);
}

const BAR_WIDTH = 30;
const PHASES: Readonly<Record<Progress['phase'], string>> = {
  read: 'Reading',
  compare: 'Comparing',
  write: 'Writing',
  erase: 'Erasing',
  verify: 'Verifying',
};

/** @returns a listener that draws a bar on a terminal, and nothing anywhere else */
export function progressBar(stream: NodeJS.WriteStream = process.stderr): (progress: Progress) => void {
  if (!stream.isTTY) return () => undefined;
  return ({ phase, done, total, unit }) => {
    const filled = Math.round((BAR_WIDTH * done) / Math.max(1, total));
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
    barIsOpen = done < total;
    stream.write(
      `\r${PHASES[phase].padEnd(9)} ${bar} ${String(Math.floor((100 * done) / Math.max(1, total))).padStart(3)} %  ${done} of ${total} ${unit}${barIsOpen ? '' : '\n'}`,
    );
  };
}
