#!/usr/bin/env node
// The command line `openocd-debug`: puts the commands together and turns errors into messages and exit codes.
// Exit code 0: done. 1: it failed. 2: the command line was wrong.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { eraseCommand, flashCommand, verifyCommand } from './flash';
import { infoCommand } from './info';
import { readCommand, writeCommand } from './memory';
import { reportError } from './output';
import { replCommand } from './repl';
import { resetCommand } from './reset';
import { rttCommand } from './rtt';
import { simCommand } from './sim';
import { svdCommand } from './svd';
import { symbolsCommand } from './symbols';

const USAGE_ERROR = 2;

const EXAMPLES = `
Examples:
  openocd-debug sim --image firmware.elf         a board without hardware; leave it running
  openocd-debug info                             what is connected to the OpenOCD that runs
  openocd-debug info -f board/st_nucleo_f0.cfg   the same, with an OpenOCD started for it
  openocd-debug flash firmware.elf
  openocd-debug read 0x20000000 256
  openocd-debug COMMAND --help                   all options of a command

Exit code: 0 done, 1 it failed, 2 the command line was wrong.
Without -f, commands talk to the OpenOCD that runs at --host and --port (127.0.0.1, 6666).`;

export function program(): Command {
  const { version } = JSON.parse(readFileSync(path.join(__dirname, '../package.json'), 'utf8')) as { version: string };
  const root = new Command('openocd-debug')
    .description(
      'Microcontrollers through OpenOCD: look, flash, erase, read, write, listen. No hardware? Begin with “openocd-debug sim”.',
    )
    .version(version)
    .showSuggestionAfterError()
    .addHelpText('after', EXAMPLES);
  const commands = [
    infoCommand,
    replCommand,
    flashCommand,
    eraseCommand,
    verifyCommand,
    resetCommand,
    rttCommand,
    readCommand,
    writeCommand,
    svdCommand,
    symbolsCommand,
    simCommand,
  ];
  for (const command of commands) root.addCommand(command());
  for (const command of [root, ...root.commands])
    command.exitOverride().showHelpAfterError('(--help shows what there is)');
  return root;
}

async function main(): Promise<void> {
  try {
    await program().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE_ERROR;
    else {
      reportError(error, process.argv.includes('--json'));
      process.exitCode = 1;
    }
  }
}

// A reader that has enough, such as `head`, closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

void main();
