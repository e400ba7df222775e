// A made-up program on a made-up target, for states that no real recording shows: functions at addresses with unwind rows,
// memory as words, registers by name.

import { architectureFor } from '../../../src/debugger/arch/architectures';
import { parseCoreFile } from '../../../src/debugger/core/coreFile';
import { CoreTarget } from '../../../src/debugger/core/coreTarget';
import { saveCore } from '../../../src/debugger/core/saveCore';
import { Engine } from '../../../src/debugger/engine';
import type { Frame } from '../../../src/debugger/stack';
import type { MemoryRead, RunState, Target } from '../../../src/debugger/target';
import type { CfaRule, FunctionInfo, Machine, Program, RegisterRule, UnwindRow } from '../../../src/debuginfo/api';

export interface MadeFunction {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** As symbols of assembly are. */
  readonly hasNoSize?: boolean;
  /** Frame size in bytes and where registers are saved, as offsets from the CFA. */
  readonly frame?: {
    readonly size: number;
    readonly saved?: Readonly<Record<number, number>>;
    readonly isOutermost?: boolean;
  };
}

export interface World {
  readonly machine: Machine;
  readonly coreType: string;
  readonly functions: readonly MadeFunction[];
  /** Address → 32-bit word. */
  readonly memory: Readonly<Record<number, number>>;
  readonly registers: Readonly<Record<string, number | bigint>>;
}

/** A program that knows functions and unwind rows, and nothing else. */
export function madeProgram(world: World): Program {
  const at = (address: number) => world.functions.find(({ low, high }) => address >= low && address < high);
  const stackPointer = world.machine === 'arm' ? 13 : 2;
  const returnAddress = world.machine === 'arm' ? 14 : 1;
  const rowOf = ({ low, high, frame }: MadeFunction): UnwindRow | undefined => {
    if (frame === undefined) return undefined;
    const rules = new Map<number, RegisterRule>();
    for (const [register, offset] of Object.entries(frame.saved ?? {}))
      rules.set(Number(register), { kind: 'offset', offset });
    const cfa: CfaRule = { kind: 'registerOffset', register: stackPointer, offset: frame.size };
    return {
      source: '.debug_frame',
      range: { low, high },
      cfa,
      rules,
      returnAddressRegister: returnAddress,
      isSignalFrame: false,
      isOutermost: frame.isOutermost ?? false,
    };
  };
  const information = new Map<MadeFunction, FunctionInfo>();
  const infoOf = (made: MadeFunction): FunctionInfo => {
    let info = information.get(made);
    if (info === undefined) {
      info = {
        name: made.name,
        qualifiedName: made.name,
        linkageName: undefined,
        language: 'c',
        ranges: [{ low: made.low, high: made.high }],
        entry: made.low,
        declaration: undefined,
        isExternal: true,
        isNoreturn: false,
        isArtificial: false,
        returnType: undefined,
        parameters: [],
        afterPrologue: undefined,
        stepEntry: undefined,
        frameBase: undefined,
        callSites: [],
      };
      information.set(made, info);
    }
    return info;
  };
  const program: Partial<Program> = {
    path: 'made.elf',
    machine: world.machine,
    is64Bit: world.machine === 'riscv64',
    isBigEndian: false,
    entry: 0,
    buildId: undefined,
    sections: world.functions.map(({ name, low, high }, index) => ({
      index,
      name: `.text.${name}`,
      type: 1,
      flags: 6,
      address: low,
      size: high - low,
    })),
    segments: [],
    hasDebugInfo: true,
    warnings: [],
    bytesAt: () => undefined,
    symbolAt: (address) => {
      const made = at(address);
      if (made === undefined) return undefined;
      const symbol = {
        name: made.name,
        displayName: made.name,
        address: made.low,
        size: made.hasNoSize === true ? 0 : made.high - made.low,
        kind: 'function',
        binding: 'global',
        isThumb: true,
      } as const;
      return { symbol, offset: address - made.low };
    },
    symbolNamed: () => undefined,
    codeKindAt: () => (world.machine === 'arm' ? 'thumb' : 'riscv'),
    rowAt: () => undefined,
    statementRowAt: () => undefined,
    functionAt: (address) => {
      const made = at(address);
      return made === undefined ? undefined : infoOf(made);
    },
    inlineChainAt: (address) => {
      const made = at(address);
      if (made === undefined) return [];
      return [{ function: infoOf(made), isInlined: false, position: undefined, ranges: [], scopes: [] }];
    },
    findTypes: () => [],
    findVariables: () => [],
    findEnumerators: () => [],
    unwindRowAt: (address) => {
      const made = at(address);
      return made === undefined ? undefined : rowOf(made);
    },
    close: () => undefined,
  };
  return program as Program;
}

/** A target that holds what the world says, and counts what it is asked. */
export class MadeTarget implements Target {
  readonly kind = 'core';
  readonly threads = [{ id: 1, name: 'core' }];
  readonly addressSize: number;
  readonly isBigEndian = false;
  reads = 0;
  readonly #architecture;

  constructor(readonly world: World) {
    this.addressSize = world.machine === 'riscv64' ? 8 : 4;
    this.#architecture = architectureFor(world.machine, world.coreType);
  }

  state(): RunState {
    return { kind: 'halted', reason: { kind: 'core' } };
  }

  registers() {
    return Object.keys(this.world.registers).map((name) => this.#architecture.describeRegister(name));
  }

  readRegisters(_thread: number, names: readonly string[]) {
    const known = new Map(
      Object.entries(this.world.registers).map(([name, value]) => [
        this.#architecture.describeRegister(name).name,
        BigInt(value),
      ]),
    );
    return Promise.resolve(new Map(names.map((name) => [name, known.get(name)])));
  }

  readMemory(address: number, length: number): Promise<MemoryRead> {
    this.reads++;
    const bytes: number[] = [];
    for (let at = address; at < address + length; at++) {
      const word = this.world.memory[Math.floor(at / 4) * 4];
      if (word === undefined) break;
      bytes.push((word >>> ((at % 4) * 8)) & 0xff);
    }
    return Promise.resolve({
      bytes: Uint8Array.from(bytes),
      problem: bytes.length < length ? 'there is nothing' : undefined,
    });
  }

  writeRegister(): Promise<void> {
    return Promise.reject(new Error('read-only'));
  }

  writeMemory(): Promise<void> {
    return Promise.reject(new Error('read-only'));
  }

  on() {
    return { dispose: () => undefined };
  }

  close() {
    return Promise.resolve();
  }
}

export function madeEngine(world: World): Engine {
  return new Engine(madeProgram(world), new MadeTarget(world), architectureFor(world.machine, world.coreType));
}

/** The stack as short texts: `name`, `<exception>`, `! reason`. */
export async function stackOf(world: World): Promise<string[]> {
  const { frames } = await madeEngine(world).frames(1, 0, 100);
  return frames.map(shortName);
}

export function shortName(frame: Frame): string {
  return frame.kind === 'call' ? frame.name : frame.kind === 'exception' ? `<${frame.name}>` : `! ${frame.name}`;
}

/** Saves the world as a core file and opens it again. */
export async function throughCoreFile(
  world: World,
  ranges: readonly { address: number; length: number }[],
): Promise<Engine> {
  const program = madeProgram(world);
  const machine = world.machine as 'arm' | 'riscv32' | 'riscv64';
  const bytes = await saveCore(program, new MadeTarget(world), { machine, coreType: world.coreType, ranges });
  const target = new CoreTarget(parseCoreFile('made.core', bytes));
  return new Engine(program, target, target.architecture);
}
