// `info`: what is connected.
import { Command } from 'commander';
import { CommandError } from '../openocd';
import { type ConnectOptions, withConnection, withSession } from './connect';
import { hex, print, printJson, size, table } from './output';

export function infoCommand(): Command {
  return withConnection(new Command('info').description('show adapter, transport, targets and flash banks')).action(
    (options: ConnectOptions) =>
      withSession(options, async (session) => {
        const adapter = await session.transport.adapterInfo();
        const targets = await session.target.list();
        // A configuration without flash banks has no flash commands either.
        const flash = await session.flash.banks().catch((error: unknown) => {
          if (error instanceof CommandError) return [];
          throw error;
        });
        const openocd = session.dialect.version;
        if (options.json) {
          printJson({ openocd, adapter, targets, flash });
          return;
        }
        print(
          table([
            ['OpenOCD', openocd.replace(/^Open On-Chip Debugger /, '')],
            [
              'Adapter',
              `${adapter.name}, ${adapter.transport}${adapter.speed === undefined ? '' : `, ${adapter.speed} kHz`}`,
            ],
            ...targets.map(({ name, type, state, endian, current }) => [
              'Target',
              `${name} (${type}, ${endian} endian): ${state}${current && targets.length > 1 ? ', current' : ''}`,
            ]),
            ...flash.map((bank) => [
              'Flash',
              `bank ${bank.number}, ${bank.name} (${bank.driver}) at ${hex(bank.base)}: ${bank.size === 0 ? 'not probed yet' : size(bank.size)}`,
            ]),
          ]),
        );
      }),
  );
}
