// `read` and `write`: target memory.
import { readFile, writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { ArgumentError } from '../openocd';
import { address, type ConnectOptions, wholeNumber, withConnection, withSession } from './connect';
import { hex, print, printJson, progressBar } from './output';

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
    .argument('[size]', 'bytes, such as 256, 4k or 0x100', wholeNumber, 64)
    .option('-o, --output <file>', 'save the bytes here');
  return withConnection(command).action((start: bigint, length: number, options: ReadOptions) =>
    withSession(options, async (session, signal) => {
      if (options.output === undefined && !options.json) {
        print(await session.memory.hexdump(start, length));
        return;
      }
      const data = await session.memory.readBytes(start, length, { signal, onProgress: progressBar() });
      if (options.output !== undefined) await writeFile(options.output, data);
      if (options.json)
        printJson({
          address: start,
          size: length,
          ...(options.output === undefined ? { bytes: [...data] } : { file: options.output }),
        });
      else print(`${length} bytes from ${hex(start)} saved in ${options.output}.`);
    }),
  );
}

export function writeCommand(): Command {
  const command = new Command('write')
    .description('change memory (RAM and registers of peripherals; for flash use “flash”)')
    .argument('<address>', 'such as 0x20000000', address)
    .argument('[values...]', 'numbers to write one after the other')
    .addOption(new Option('--width <bits>', 'of each number').choices(['8', '16', '32', '64']).default('32'))
    .option('-i, --input <file>', 'write the bytes of this file instead');
  return withConnection(command).action((start: bigint, values: readonly string[], options: WriteOptions) =>
    withSession(options, async (session, signal) => {
      if ((values.length === 0) === (options.input === undefined))
        throw new ArgumentError('Give either values or --input FILE.');
      const numbers = values.map(address);
      const count =
        options.input === undefined
          ? (numbers.length * Number(options.width)) / 8
          : (await readFile(options.input)).length;
      if (options.input !== undefined)
        await session.memory.load(options.input, start, { signal, onProgress: progressBar() });
      else if (options.width === '64') await session.memory.writeU64(start, numbers);
      else await session.memory[`writeU${options.width}`](start, numbers.map(Number));
      if (options.json) printJson({ address: start, size: count });
      else print(`${count} bytes written to ${hex(start)}.`);
    }),
  );
}
