// `rtt`: the firmware's text on the terminal, and the terminal's text to the firmware.
import { once } from 'node:events';
import { Command, Option } from 'commander';
import { address, byteCount, type ConnectOptions, seconds, wholeNumber, withConnection, withSession } from './connect';
import { note, printJson } from './output';

interface RttOptions extends ConnectOptions {
  readonly address: bigint;
  readonly size: number;
  readonly id: string;
  readonly channel: number;
  readonly interval: number;
  readonly for?: number;
}

export function rttCommand(): Command {
  const command = new Command('rtt')
    .description('show what the firmware prints by RTT, until Ctrl+C; what is typed goes to the firmware')
    .addOption(
      new Option('--address <address>', 'of the control block (symbol _SEGGER_RTT), or where to begin searching')
        .argParser(address)
        .default(0x20000000n, '0x20000000'),
    )
    .option('--size <bytes>', 'how far to search', byteCount, 16384)
    .option('--id <text>', 'what the control block begins with', 'SEGGER RTT')
    .option('--channel <number>', 'which channel', wholeNumber, 0)
    .option('--interval <ms>', 'how often OpenOCD looks', wholeNumber, 10)
    .option('--for <seconds>', 'end after this time', seconds);
  return withConnection(command).action((options: RttOptions) =>
    withSession(options, async (session, signal) => {
      await session.rtt.setup({ address: options.address, size: options.size, id: options.id });
      await session.rtt.start({ timeout: options.timeout * 1000, signal });
      await session.rtt.pollingInterval(options.interval);
      const { up, down } = await session.rtt.channels();
      if (options.json) printJson({ up, down });
      else
        note(
          `RTT is up. Channels: ${up.map(({ number, name }) => `${number} ${name}`).join(', ') || 'none'}. Ctrl+C ends.`,
        );
      const stream = await session.rtt.open(options.channel);
      if (options.json)
        stream.setEncoding('utf8').on('data', (text: string) => printJson({ channel: options.channel, text }));
      else stream.pipe(process.stdout, { end: false });
      if (down.some(({ number }) => number === options.channel)) process.stdin.pipe(stream, { end: false });
      const limit =
        options.for === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(options.for * 1000)]);
      // An abort is how the listening ends.
      await once(stream, 'close', { signal: limit }).catch(() => undefined);
      process.stdin.unpipe(stream);
      process.stdin.destroy();
      await session.rtt.stop();
    }),
  );
}
