// Every message about the live target that a user can see: what failed, on what, what to do.
import { EngineError } from '../errors';
import type { Where } from './breakpoints/userBreakpoint';

const hex = (address: number) => `0x${address.toString(16).padStart(8, '0')}`;

/** Errors of the client library in the engine's form; their messages already say what, where and why. */
export function asEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new EngineError(message, undefined, { cause: error });
}

/** OpenOCD ends some of its words with a sentence that says nothing. */
const withoutEnd = (reason: string) =>
  reason.replace(/[;:,.]*\s*can't add breakpoint: unknown reason\.*$/, '').replace(/\.+$/, '');

export const liveErrors = {
  noTarget: () => new EngineError('OpenOCD has no target.', 'Add a target file (target/….cfg) to the configuration.'),
  noSuchTarget: (name: string, known: readonly string[]) =>
    new EngineError(
      `OpenOCD has no target “${name}”.`,
      `It has: ${known.join(', ') || 'none'}. Correct targetName or cores.`,
    ),
  noSuchCore: (name: string, known: readonly string[]) =>
    new EngineError(
      `“haltGroups” names “${name}”, which this session does not debug.`,
      `It debugs: ${known.join(', ')}. Name more targets in “cores”, or correct the group.`,
    ),
  notExamined: (name: string) =>
    new EngineError(
      `OpenOCD could not examine the target “${name}”: the chip does not answer.`,
      'Check wiring and power, lower the adapter speed, or connect under reset.',
    ),
  lost: (reason: string) => new EngineError(`The connection to the target is lost: ${reason}`),
  noMemoryWhileRunning: () =>
    new EngineError(
      'This memory cannot be reached while the core runs: either there is no system bus access, or nothing at that address.',
      'Pause the core first.',
    ),
  noSuchThread: (thread: number) => new EngineError(`There is no core with the id ${thread}.`),
  running: (name: string) => new EngineError(`${name} is running.`, 'Pause it first.'),
  cannotRun: (what: 'resume' | 'step', reason: string) =>
    new EngineError(
      `The core could not ${what}${reason.trim() === '' ? '' : `: ${reason.trim()}`}.`,
      'Reset it, or check that it has power.',
    ),
  noHardwareBreakpoint: (address: number, used: number, total: number | undefined) =>
    new EngineError(
      `No hardware breakpoint is free for ${hex(address)}${total === undefined ? '' : `: ${used} of ${total} are in use`}.`,
      'Remove or disable a breakpoint, or place this one in RAM.',
    ),
  hardwareLimit: (address: number, used: number, limit: number) =>
    new EngineError(
      `No hardware breakpoint is free for ${hex(address)}: ${used} of ${limit} are in use.`,
      'Remove or disable a breakpoint, or raise “hardwareBreakpoints.limit” in the launch configuration.',
    ),
  noWatchpoint: (address: number, used: number, total: number) =>
    new EngineError(
      `No comparator is free to watch ${hex(address)}: ${used} of ${total} are in use.`,
      'Remove a data breakpoint. A range that is not aligned to its size takes several.',
    ),
  softwareInFlash: (address: number) =>
    new EngineError(
      `${hex(address)} lies in flash, where no software breakpoint can be: it is an instruction that is written into memory.`,
      'Choose the mode “auto” or “hardware”.',
    ),
  flashWritten: (address: number) =>
    new EngineError(
      `${hex(address)} lies in flash, which is programmed, not written.`,
      'Change the program and restart the session, or program single words in the debug console: “> flash fillw ADDRESS VALUE COUNT” (they must be erased).',
    ),
  breakpointRefused: (address: number, reason: string) =>
    new EngineError(`A breakpoint at ${hex(address)} was refused${reason === '' ? '' : `: ${withoutEnd(reason)}`}.`),
  notStatic: () =>
    new EngineError('The value is in a register.', 'Only what lies in memory can be read while the core runs.'),
  busy: () =>
    new EngineError(
      'The target is being reset or programmed.',
      'Wait until that has ended, or cancel it, and try again.',
    ),
  alreadyRunning: () => new EngineError('The target is running already.', 'Pause it first.'),
  cannotMask: () => new EngineError('Interrupts of this core cannot be held back while stepping.'),
  noCaller: () =>
    new EngineError(
      'This frame has no caller to return to.',
      'It is the outermost one, or the stack cannot be followed.',
    ),
  watchpointTaken: (address: number) =>
    new EngineError(
      `There is a data breakpoint at ${hex(address)} already.`,
      'The core can watch an address once only.',
    ),
  noStepComparator: () =>
    new EngineError(
      'All hardware breakpoints are in use, so this step cannot run at full speed.',
      'Remove one breakpoint to step.',
    ),
} as const;

export const liveTexts = {
  lockup: 'Lockup',
  lockupDetails:
    'The core was in lockup: a fault happened inside the handler of a fault. The stack tells how it came there, if it is still intact.',
  foreignWatchpoint: 'Watchpoint that was set by another client of OpenOCD',
  foreignHalt: 'Halted by another client of OpenOCD',
  commandedHalt: 'Halted by your command',
  exception: 'Exception',
  reset: 'Reset',
  breakInstruction: 'Breakpoint instruction of the program',
  sleeping: 'Paused, the core was asleep (WFI or WFE)',
  refusedRead: 'the target could not read this memory',
  noAnswer: (state: string) =>
    `the target does not answer any more (OpenOCD calls its state “${state}”). Check its power and wiring.`,
  otherFrame: (from: string, to: string) =>
    `Execution was moved from ${from} to ${to}: the stack still belongs to ${from}, so returning from ${to} may crash.\n`,
  catches: {
    hardFault: { label: 'Hard fault', description: 'Stops when the core takes a HardFault.' },
    busFault: { label: 'Bus fault', description: 'Stops at a bus error (BusFault).' },
    memManage: {
      label: 'Memory protection fault',
      description: 'Stops at a violation of the memory protection (MemManage).',
    },
    usageChecks: {
      label: 'Usage fault: checks',
      description: 'Stops at an unaligned access or a division by zero, where they are checked.',
    },
    usageState: { label: 'Usage fault: state', description: 'Stops at an undefined instruction or an illegal state.' },
    noCoprocessor: {
      label: 'Usage fault: no coprocessor',
      description: 'Stops at an instruction for a unit that is absent or disabled, such as the FPU.',
    },
    exceptionEntry: {
      label: 'Fault on exception entry or return',
      description: 'Stops when the stack cannot be written or read for an exception.',
    },
    secureFault: {
      label: 'Secure fault',
      description: 'Stops at a violation of the border between secure and non-secure state (SecureFault).',
    },
    reset: { label: 'Reset', description: 'Stops at the first instruction after a reset.' },
  },
  noCatch: 'This core has no such catch.',
  stepFailed: (reason: string) => `${reason}\n`,
  nothingThere: (where: Where) => {
    switch (where.kind) {
      case 'line':
        return `No code was found for line ${where.line} of ${where.path}. It may not be in this program, or the optimizer removed it.`;
      case 'function':
        return `The program has no function “${where.name}”.`;
      case 'instruction':
        return `There is no code at ${hex(where.address)}.`;
    }
  },
} as const;
