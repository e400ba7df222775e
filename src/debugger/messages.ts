// Every sentence of the engine that a user can see, but for the fault explanations, which sit with their bits in arch/.
import { EngineError } from './errors';
import { hex } from './numbers';

const bytes = (count: number) => (count === 1 ? '1 byte' : `${count} bytes`);

export const errors = {
  fileUnreadable: (path: string, reason: string, cause: unknown) =>
    new EngineError(`The file ${path} could not be read: ${reason}.`, 'Check the path.', { cause }),
  programMissing: (path: string) =>
    new EngineError(
      `The program ${path} does not exist.`,
      'Build it, or correct “program” in the launch configuration.',
    ),
  programUnreadable: (path: string, cause: unknown) =>
    new EngineError(
      `The program ${path} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}.`,
      'Give the ELF file that the linker wrote, with debug information (-g).',
      { cause },
    ),
  notACore: (path: string, reason: string) =>
    new EngineError(
      `${path} is not a core file: ${reason}.`,
      'Give an ELF core file as “coreFile”, and the ELF of the firmware as “program”.',
    ),
  coreTruncated: (path: string, what: string, offset: number, length: number) =>
    new EngineError(
      `The core file ${path} is damaged: ${what} should be at offset ${hex(offset)} but the file has only ${bytes(length)}.`,
      'Copy or save the core file again.',
    ),
  coreMachine: (path: string, core: string, program: string) =>
    new EngineError(
      `The core file ${path} is from a ${core} machine, but the program is for ${program}.`,
      'Open the core file together with the ELF of the firmware that was running.',
    ),
  coreWithoutRegisters: (path: string) =>
    new EngineError(
      `The core file ${path} has no registers (no NT_PRSTATUS note).`,
      'Save it again with a tool that writes them.',
    ),
  unsupportedMachine: (machine: string) =>
    new EngineError(
      `The program is for another kind of machine${machine === 'other' ? '' : ` (${machine})`}.`,
      'Give an ELF file for Arm (Cortex-M, Cortex-A or -R in 32-bit state) or RISC-V.',
    ),
  coreIsReadOnly: (what: string) =>
    new EngineError(
      `${what} cannot be changed: this is a core file, the recorded state of a target.`,
      'Start a session with the target itself to change values.',
    ),
  assignmentRefused: (expression: string) =>
    new EngineError(
      `“${expression}” would change the target.`,
      'Assign in the debug console or in the Variables view.',
    ),
  cannotAssign: (reason: string) => new EngineError(`This cannot be set. ${reason}.`),
  noSuchRegister: (name: string) => new EngineError(`The core has no register named “${name}”.`),
  noSuchThread: (thread: number) => new EngineError(`There is no thread ${thread}.`, 'Ask for the threads again.'),
  notHalted: (thread: string) =>
    new EngineError(`${thread} is running.`, 'Pause it to see its stack, registers and local variables.'),
  tooManyReads: () =>
    new EngineError(
      'The answer needs too many separate memory reads.',
      'Ask for less at once: fewer elements, or a smaller range.',
    ),
} as const;

export const texts = {
  outsideCore: (address: number) => `the memory at ${hex(address)} is not in the core file`,
  coreSegmentCut: (address: number, missing: number) =>
    `The core file is cut short: ${bytes(missing)} of the memory at ${hex(address)} are missing.`,
  coreDiffers: (address: number) =>
    `The core file does not match the program: the memory at ${hex(address)} differs from the ELF file. ` +
    'Stack and variables may be wrong; use the ELF of the very firmware that was running.',
  coreBuildIdDiffers: (core: string, program: string) =>
    `The core file does not match the program: it was saved from build ${core}, the ELF file is build ${program}. ` +
    'Stack and variables may be wrong; use the ELF of the very firmware that was running.',
  coreNoteIgnored: (reason: string) => `The OPENOCD note of the core file was ignored: ${reason}.`,
  optimizedOut: '<optimized out>',
  unavailable: (reason: string) => `<unavailable: ${reason}>`,
  registerNotSaved: (name: string) => `register ${name} was not saved by the called functions`,
  stackEnds: {
    noUnwindInfo: (pc: number) => `no unwind information at ${hex(pc)}`,
    missingMemory: (address: number, what: string) => `${what} at ${hex(address)} cannot be read`,
    registerUnknown: (name: string) => `the value of ${name} is not known`,
    notCode: (pc: number) => `the return address ${hex(pc)} is not in the program`,
    returnAddressLost: () => 'the return address was not saved: this function was compiled not to return',
    noProgress: (sp: number) => `the stack pointer does not move on from ${hex(sp)}: the stack is damaged`,
    tooDeep: (frames: number) => `more than ${frames} frames`,
    badExceptionReturn: (value: number) => `${hex(value)} is not a valid EXC_RETURN value`,
    frameMismatch: (address: number) =>
      `the exception frame at ${hex(address)} does not fit EXC_RETURN: it was overwritten or never written`,
    notStacked: (address: number, bit: string) =>
      `the exception frame at ${hex(address)} was not written (CFSR.${bit}): the stack was full or not accessible`,
    lockup: () => 'a core in lockup does not tell where it stood',
    integritySignature: (address: number) => `the secure stack has no integrity signature at ${hex(address)}`,
  },
} as const;
