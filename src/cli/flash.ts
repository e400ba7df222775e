// `flash`, `erase`, `verify`: programs into flash memory, and out of it.
import { Command, InvalidArgumentError, Option } from 'commander';
import { ArgumentError, type ImageFormat } from '../openocd';
import { address, byteCount, type ConnectOptions, wholeNumber, withConnection, withSession } from './connect';
import { print, printJson, progressBar } from './output';

interface ImageOptions extends ConnectOptions {
  readonly offset?: bigint;
  readonly format?: ImageFormat;
}

interface FlashOptions extends ImageOptions {
  readonly verify: boolean;
  readonly reset: boolean;
  readonly unlock?: boolean;
}

interface EraseOptions extends ConnectOptions {
  readonly bank: number;
  readonly sectors?: readonly [number, number];
  readonly address?: bigint;
  readonly size?: number;
}

function withImage(command: Command): Command {
  return command
    .argument('<file>', 'ELF, Intel HEX, S-record or binary file')
    .option('--offset <address>', 'added to the addresses of the file; for a binary file, where it goes', address)
    .addOption(new Option('--format <format>', 'instead of finding it out').choices(['elf', 'ihex', 's19', 'bin']));
}

export function flashCommand(): Command {
  const command = new Command('flash')
    .description('write a program: reset, erase, write, verify, run')
    .option('--no-verify', 'do not compare afterwards')
    .option('--no-reset', 'leave the core halted afterwards')
    .option('--unlock', 'remove write protection first');
  return withConnection(withImage(command)).action((file: string, options: FlashOptions) =>
    withSession(options, async (session, signal) => {
      const started = performance.now();
      const { offset, format, verify, reset, unlock } = options;
      const result = await session.flash.program(file, {
        offset,
        format,
        verify,
        reset,
        unlock,
        signal,
        onProgress: progressBar(),
      });
      const elapsed = (performance.now() - started) / 1000;
      if (options.json) printJson({ file, ...result, verified: verify, seconds: Number(elapsed.toFixed(3)) });
      else
        print(
          `${result.bytes} bytes written${verify ? ' and verified' : ''} in ${elapsed.toFixed(1)} s${outside(result.skipped)}.`,
        );
    }),
  );
}

export function verifyCommand(): Command {
  return withConnection(
    withImage(new Command('verify').description('compare flash memory with a program; halts the core')),
  ).action((file: string, options: ImageOptions) =>
    withSession(options, async (session, signal) => {
      await session.target.halt();
      const result = await session.flash.verify(file, {
        offset: options.offset,
        format: options.format,
        signal,
        onProgress: progressBar(),
      });
      if (options.json) printJson({ file, ...result, verified: true });
      else print(`${result.bytes} bytes are the same${outside(result.skipped)}.`);
    }),
  );
}

function outside(skipped: number): string {
  return skipped === 0 ? '' : `; ${skipped} bytes lie outside flash and were left out`;
}

export function eraseCommand(): Command {
  const command = new Command('erase')
    .description('erase a whole flash bank, or a part of it; halts the core')
    .option('--bank <number>', 'which bank', wholeNumber, 0)
    .option('--sectors <first-last>', 'only these, such as 4-7', sectorRange)
    .option('--address <address>', 'only from here, together with --size', address)
    .option('--size <bytes>', 'how much; must end at a sector border', byteCount);
  return withConnection(command).action((options: EraseOptions) =>
    withSession(options, async (session, signal) => {
      const { bank, sectors, size } = options;
      if ((options.address === undefined) !== (size === undefined))
        throw new ArgumentError('Give --address and --size together.');
      if (sectors && size !== undefined) throw new ArgumentError('Give either --sectors or --address with --size.');
      await session.target.halt();
      if (sectors)
        await session.flash.eraseSectors(bank, sectors[0], sectors[1], { signal, onProgress: progressBar() });
      else if (options.address !== undefined && size !== undefined)
        await session.flash.eraseAddress(options.address, size);
      else await session.flash.massErase(bank);
      if (options.json) printJson({ bank, sectors, address: options.address, size, erased: true });
      else
        print(
          sectors
            ? `Sectors ${sectors[0]} to ${sectors[1]} of bank ${bank} are erased.`
            : size === undefined
              ? `Bank ${bank} is erased.`
              : `${size} bytes are erased.`,
        );
    }),
  );
}

function sectorRange(text: string): readonly [number, number] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (!match) throw new InvalidArgumentError('Give sectors as 4-7, or one as 4.');
  return [Number(match[1]), Number(match[2] ?? match[1])];
}
