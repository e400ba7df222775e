// `reset`: the target, not the probe.
import { Argument, Command } from 'commander';
import type { ResetMode } from '../openocd';
import { type ConnectOptions, withConnection, withSession } from './connect';
import { hex, print, printJson } from './output';

export function resetCommand(): Command {
  const mode = new Argument(
    '[mode]',
    'run: go on; halt: stop at the first instruction; init: halt, and run the board’s initialisation',
  )
    .choices(['run', 'halt', 'init'])
    .default('run');
  return withConnection(new Command('reset').description('reset the target').addArgument(mode)).action(
    (chosen: ResetMode, options: ConnectOptions) =>
      withSession(options, async (session) => {
        await session.target.reset(chosen);
        const { name, state, pc } = await session.target.state();
        if (options.json) printJson({ target: name, mode: chosen, state, pc });
        else print(`${name} was reset${pc === undefined ? '' : ` and is ${state} at ${hex(pc)}`}.`);
      }),
  );
}
