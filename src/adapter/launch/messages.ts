// Every sentence about starting and ending live sessions that a user can see.
import { EngineError } from '../../debugger/errors';

const kib = (bytes: number) => (bytes < 10_240 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} KiB`);

export const liveErrors = {
  wrong: (name: string, kind: string, value: unknown) =>
    new EngineError(`“${name}” in the launch configuration is ${JSON.stringify(value)}.`, `It must be ${kind}.`),
  noOpenOcd: () =>
    new EngineError(
      'The launch configuration does not say how OpenOCD is reached.',
      'Name its interface and target files in “configFiles”, or a running one with “host” and “tclPort”, or set “simulator”: true. For a core file set “coreFile”.',
    ),
  noEntry: (name: string) =>
    new EngineError(
      `The program has no function “${name}” to stop at.`,
      'Correct “runToEntryPoint”, or set it to false.',
    ),
  noPlace: (words: string) =>
    new EngineError(
      `There is no code at ${words} to stop at.`,
      'Correct the breakpoint among your commands, or remove it.',
    ),
  simulator: (words: string) => new EngineError(`The simulated board could not be started: ${words}`),
  simulatorMissing: (script: string) =>
    new EngineError(`The simulated board is missing: ${script} does not exist.`, 'Install the product again.'),
  gdbCommand: (command: string) =>
    new EngineError(`The command “${command}” is GDB's and has no counterpart here.`, 'Write OpenOCD commands (Tcl).'),
  commandFailed: (attribute: string, command: string, reason: string) =>
    new EngineError(`“${command}” in “${attribute}” failed: ${reason}`, 'Correct or remove it.'),
  flashCancelled: (reason: string) =>
    new EngineError(`Programming was cancelled. ${reason}`, 'Start again to program the whole of it.'),
  flashIncomplete: (reason: string) =>
    new EngineError(
      `${reason} The program in the flash is not complete.`,
      'Check power, wiring and protection of the flash, then start again to program it again.',
    ),
} as const;

export const liveTexts = {
  needless: (names: readonly string[]) =>
    `${names.length === 1 ? `The attribute “${names[0]}” has` : `The attributes ${names.map((name) => `“${name}”`).join(', ')} have`} no effect: there is no GDB here.`,
  instead: (name: string, words: string) => `“${name}” has no effect. ${words}`,
  unknown: (name: string) => `“${name}” is not an attribute of this debugger and has no effect. Check its spelling.`,
  otherServer: (server: string) => `“servertype” is “${server}”: this debugger works with OpenOCD alone.`,
  gdbDropped: (command: string) => `“${command}” is a GDB setting and has no effect here.`,
  gdbUnknown: (command: string) =>
    `“${command}” is a GDB command that cannot be translated; it is left out. Write OpenOCD commands (Tcl).`,
  gdbFailed: (command: string, reason: string) => `“${command}” is left out: ${reason}\n`,
  runsAlready: (place: string) =>
    `The program runs already, so it is not stopped at ${place}. Set a breakpoint there in the editor.\n`,
  connected: (version: string, host: string, port: number) => `${version} at ${host}:${port}\n`,
  telnet: (tclPort: number, telnetPort: number) =>
    `The TCL port ${tclPort} of OpenOCD is closed. Its telnet port ${telnetPort} is used instead: that is slower, and what other clients do is noticed late.\n`,
  program: (path: string, architecture: string) => `${path} (${architecture})\n`,
  unchanged: (bytes: number) => `The flash holds this program already (${kib(bytes)} compared).\n`,
  programmed: (written: number, bytes: number, milliseconds: number) => {
    const time = `${(milliseconds / 1000).toFixed(1)} s`;
    return written === bytes
      ? `Programmed ${kib(bytes)} in ${time}.\n`
      : `Programmed ${kib(written)} of ${kib(bytes)} in ${time}; the rest was there already.\n`;
  },
  loadedToRam: (bytes: number) => `Loaded ${kib(bytes)} into RAM.\n`,
  progressTitle: (file: string) => `Programming ${file}`,
  progressPhases: { compare: 'comparing', write: 'writing', verify: 'verifying', erase: 'erasing', read: 'reading' },
  rebuilt: (program: string) => `${program} was built anew. Restart the session to program and debug the new one.\n`,
  traceFailed: (file: string, reason: string) => `The trace file ${file} cannot be written: ${reason}\n`,
  foreignReset: 'The target was reset from outside this session.\n',
  hung: 'OpenOCD does not answer any more. Its probe may hang: unplug it, plug it in again, and start a new session.',
  lost: (reason: string) => `The connection to the target is lost: ${reason}\n`,
} as const;
