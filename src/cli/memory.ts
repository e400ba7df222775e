// `read` and `write`: target memory.
import { Command, Option } from 'commander';
import { ArgumentError, type Session } from '../openocd';
import { address, byteCount, type ConnectOptions, numbers, withConnection, withSession } from './connect';
import { hex, print, printJson, progressBar, size } from './output';

interface ReadOptions extends ConnectOptions {
  readonly output?: string;
}

interface WriteOptions extends ConnectOptions {
  readonly width: '8' | '16' | '32' | '64';
  readonly input?: string;
}

export function readCommand(): Command {
  const command = new Command('read')
    .description('show memory, or save it')
    .argument('<address>', 'such as 0x20000000', address)
    .argument('[size]', 'bytes, such as 256, 4k or 0x100', byteCount, 64)
    .option('-o, --output <file>', 'save the bytes here');
  return withConnection(command).action((start: bigint, length: number, options: ReadOptions) =>
    withSession(options, async (session, signal) => {
      if (options.output === undefined && !options.json) {
        print(await session.memory.hexdump(start, length));
        return;
      }
      const progress = { signal, onProgress: progressBar() };
      if (options.output !== undefined) {
        await session.memory.dump(start, length, options.output, progress);
        if (options.json) printJson({ address: start, size: length, file: options.output });
        else print(`${size(length)} from ${hex(start)} saved in ${options.output}.`);
        return;
      }
      const data = await session.memory.readBytes(start, length, progress);
      printJson({ address: start, size: length, bytes: [...data] });
    }),
  );
}

export function writeCommand(): Command {
  const command = new Command('write')
    .description('change memory (RAM and registers of peripherals; for flash use “flash”)')
    .argument('<address>', 'such as 0x20000000', address)
    .argument('[values...]', 'numbers to write one after the other', numbers)
    .addOption(new Option('--width <bits>', 'of each number').choices(['8', '16', '32', '64']).default('32'))
    .option('-i, --input <file>', 'write the bytes of this file instead');
  return withConnection(command).action((start: bigint, values: readonly bigint[], options: WriteOptions) =>
    withSession(options, async (session, signal) => {
      if ((values.length === 0) === (options.input === undefined))
        throw new ArgumentError('Give either values or --input FILE.');
      const count =
        options.input === undefined
          ? await writeValues(session, start, options.width, values)
          : await session.memory.load(options.input, start, { signal, onProgress: progressBar() });
      if (options.json) printJson({ address: start, size: count });
      else print(`${size(count)} written to ${hex(start)}.`);
    }),
  );
}

/** @returns the number of bytes */
async function writeValues(
  session: Session,
  start: bigint,
  width: WriteOptions['width'],
  values: readonly bigint[],
): Promise<number> {
  await session.memory[`writeU${width}`](start, values);
  return (values.length * Number(width)) / 8;
}
