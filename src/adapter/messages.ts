// Every sentence of the adapter that a user can see. What the engine says is in debugger/messages.ts.
import { EngineError } from '../debugger/errors';
import { hex } from '../debugger/numbers';

/** Why a file cannot be written, by the system's code. */
const writeProblems: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EACCES: 'writing there is not allowed',
  EPERM: 'writing there is not allowed',
  EROFS: 'nothing can be written there',
  EISDIR: 'it is a folder',
  ENOSPC: 'the disk is full',
};

export const errors = {
  argumentMissing: (request: string, name: string, kind: string) =>
    new EngineError(`The request “${request}” needs “${name}” (${kind}).`),
  argumentWrong: (request: string, name: string, kind: string, value: unknown) =>
    new EngineError(`The request “${request}” has a wrong “${name}”: ${shorten(value)} is no ${kind}.`),
  unknownRequest: (command: string) => new EngineError(`The request “${command}” is not known.`),
  notStarted: (request: string) =>
    new EngineError(`“${request}” needs a running session.`, 'Send “launch” or “attach” first.'),
  alreadyStarted: () => new EngineError('The session was started already.'),
  ended: () => new EngineError('The session has ended.'),
  noSuchFrame: (id: number) =>
    new EngineError(`There is no stack frame ${id}.`, 'It belongs to an earlier stop; ask for the stack again.'),
  noSuchReference: (id: number) =>
    new EngineError(
      `There are no variables behind the reference ${id}.`,
      'It belongs to an earlier stop; ask for the scopes again.',
    ),
  noSuchVariable: (name: string) => new EngineError(`There is no variable named “${name}” here.`),
  noSuchSource: (name: string) =>
    new EngineError(
      `The source file ${name} is not on this computer.`,
      'Map the folder it was compiled in to yours with “sourceFileMap” in the launch configuration.',
    ),
  notAnAddress: (text: string) =>
    new EngineError(`“${text}” is not a memory reference.`, 'It is an address such as 0x20000000.'),
  missingProgram: () =>
    new EngineError('The launch configuration has no “program”.', 'Set it to the ELF file of the firmware.'),
  launchCore: () =>
    new EngineError('A core file cannot be launched.', 'Use “request”: “attach” with “program” and “coreFile”.'),
  noTargetKind: () =>
    new EngineError('The launch configuration does not say what to debug.', 'Set “coreFile” to open a core file.'),
  coreCannot: (what: string) => new EngineError(`A core file is the recorded state of a target: ${what}.`),
  symbolsOfOtherMachine: (file: string, machine: string, wanted: string) =>
    new EngineError(
      `The symbol file ${file} is for another kind of machine (${machine}) than the program (${wanted}).`,
      'Take it out of “symbolFiles”.',
    ),
  symbolsElsewhere: (file: string, linked: number, wanted: number) =>
    new EngineError(
      `The symbol file ${file} has its code at ${hex(linked, 8)}, not at ${hex(wanted, 8)}.`,
      'Symbols are used at the addresses that a file was linked to: link it for that address, or leave the offset out.',
    ),
  coreNotWritten: (file: string, { code, message }: NodeJS.ErrnoException) =>
    new EngineError(
      `The core file ${file} could not be written: ${writeProblems[code ?? ''] ?? message}.`,
      'Choose a file in a folder that exists and that you may write to.',
    ),
  noCoreFor: (machine: string) => new EngineError(`Core files cannot be saved for ${machine}.`),
  noSuchTarget: (id: number) =>
    new EngineError(`There is no place ${id} to go to.`, 'It belongs to an earlier stop; ask again.'),
  notADataId: (text: string) => new EngineError(`“${text}” is not the id of a data breakpoint.`),
  cannotReverse: () => new EngineError('The target cannot run backwards.'),
  noSuchMode: (mode: string) =>
    new EngineError(`There is no breakpoint mode “${mode}”.`, 'It is “auto”, “hardware” or “software”.'),
  cancelled: () => new EngineError('The request was cancelled.'),
  notNumericFormat: (value: string) =>
    new EngineError(`“numberFormat” is “${value}”.`, 'It is “natural”, “hexadecimal” or “decimal”.'),
} as const;

export const texts = {
  coreOpened: (program: string, core: string, architecture: string) =>
    `Post-mortem session: ${core} with ${program} (${architecture}). Nothing can run; stack, variables, memory and registers can be read.\n`,
  noDebugInfo: (program: string) =>
    `${program} has no debug information: functions have names from symbols only, and there are no lines or variables. Build with -g.\n`,
  debugInfoWarnings: (count: number, first: string) =>
    `The debug information has ${count === 1 ? 'a damaged part' : `${count} damaged parts`}, which ${count === 1 ? 'was' : 'were'} left out. First: ${first}\n`,
  coreBreakpoint: 'A core file cannot run, so this breakpoint is never reached.',
  coreStop: 'Core file',
  symbolsAdded: (file: string, changed: number) =>
    `The symbols of ${file} were added.${changed === 0 ? '' : ` ${changed === 1 ? 'One breakpoint has' : `${changed} breakpoints have`} changed.`}`,
  noDataBreakpoint: (name: string, reason: string) => `${name} cannot be watched: ${reason}`,
  dataInRegister: 'it is in a register or has no address.',
  dataTooLarge: (size: number) => `it has ${size} bytes. Watch a part of it.`,
  dataBreakpoint: (name: string, size: number, address: string) =>
    `${name} (${size} ${size === 1 ? 'byte' : 'bytes'} at ${address})`,
  semihostingInLog:
    'This OpenOCD prints what the program says by semihosting in its own log; version 0.12 and later can show it here.\n',
  rttNoSymbol:
    'RTT: the program has no symbol “_SEGGER_RTT”. Link an RTT library, or give the address of the control block in “rttConfig”.\n',
  rttSearching: (address: string) => `Waiting for the program to start RTT (control block at ${address}).`,
  rttFound: (address: string) => `The RTT control block is at ${address}.`,
  rttLost: 'The target was reset; RTT starts again with the program.',
  exceptionIn: (report: string, where: string) => `${report} (in ${where})`,
  malformed: (reason: string) => `A message that is not of the Debug Adapter Protocol was ignored: ${reason}.\n`,
  moreElements: (count: number) => `${count} more elements`,
  stackEnd: (reason: string) => `⋯ ${reason}`,
  shadowed: (name: string, line: number | undefined) => `${name} (${line === undefined ? 'outer' : `line ${line}`})`,
  returned: (name: string) => `⤶ ${name}()`,
  scopes: {
    arguments: 'Arguments',
    locals: 'Locals',
    statics: 'Statics',
    globals: 'Globals',
    registers: 'Registers',
  },
  registerGroups: { core: 'Core', fpu: 'Floating point', vector: 'Vector', system: 'System' },
} as const;

/** A value of a request in a few words. */
function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
