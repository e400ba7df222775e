// The post-mortem target: memory and registers of a core file behind the `Target` interface. Nothing here can change or run.
import type { Program } from '../../debuginfo/api';
import { type Architecture, architectureFor } from '../arch/architectures';
import { readOnlyBytes } from '../memory/memoryView';
import { errors, texts } from '../messages';
import type { Disposable, MemoryRead, RegisterDescription, RunState, Target, TargetThread } from '../target';
import type { CoreFile } from './coreFile';

export class CoreTarget implements Target {
  readonly kind = 'core';
  readonly threads: readonly TargetThread[];
  readonly addressSize: number;
  readonly isBigEndian: boolean;
  readonly architecture: Architecture;
  readonly #descriptions: readonly (readonly RegisterDescription[])[];
  /** Values by the recorded name and by the name that is shown, lower case. */
  readonly #values: readonly ReadonlyMap<string, bigint>[];

  constructor(readonly core: CoreFile) {
    this.addressSize = core.machine === 'riscv64' ? 8 : 4;
    this.isBigEndian = core.isBigEndian;
    this.architecture = architectureFor(core.machine, core.coreType, core.threads[0]?.registers);
    const only = core.threads.length === 1;
    this.threads = core.threads.map((thread, index) => ({
      id: index + 1,
      name: thread.name ?? (only ? (core.coreType ?? 'core') : `core ${index}`),
    }));
    this.#values = core.threads.map((thread) => {
      const values = new Map(thread.registers);
      for (const [name, value] of thread.registers) {
        values.set(this.architecture.describeRegister(name).name.toLowerCase(), value);
      }
      return values;
    });
    this.#descriptions = core.threads.map((thread) => {
      const described = [...thread.registers.keys()].map((name) => this.architecture.describeRegister(name));
      return this.architecture.sortRegisters(described);
    });
  }

  state(): RunState {
    return { kind: 'halted', reason: { kind: 'core' } };
  }

  registers(thread: number): readonly RegisterDescription[] {
    const descriptions = this.#descriptions[thread - 1];
    if (descriptions === undefined) throw errors.noSuchThread(thread);
    return descriptions;
  }

  readRegisters(thread: number, names: readonly string[]): Promise<ReadonlyMap<string, bigint | undefined>> {
    const recorded = this.#values[thread - 1];
    if (recorded === undefined) return Promise.reject(errors.noSuchThread(thread));
    return Promise.resolve(new Map(names.map((name) => [name, recorded.get(name.toLowerCase())])));
  }

  writeRegister(_thread: number, name: string): Promise<void> {
    return Promise.reject(errors.coreIsReadOnly(`The register ${name}`));
  }

  readMemory(address: number, length: number): Promise<MemoryRead> {
    const segment = this.core.segments.find(
      (candidate) => address >= candidate.address && address < candidate.address + candidate.bytes.length,
    );
    if (segment === undefined) {
      return Promise.resolve({ bytes: new Uint8Array(0), problem: texts.outsideCore(address) });
    }
    const bytes = segment.bytes.subarray(address - segment.address, address - segment.address + length);
    const problem = bytes.length < length ? texts.outsideCore(address + bytes.length) : undefined;
    return Promise.resolve({ bytes, problem });
  }

  writeMemory(): Promise<void> {
    return Promise.reject(errors.coreIsReadOnly('Memory'));
  }

  on(): Disposable {
    return { dispose: () => undefined };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * Says whether a core file was taken from another build than `program`: by build id where both have one, else by comparing
 * the read-only memory that both hold. Undefined when they agree.
 */
export function describeMismatch(core: CoreFile, program: Program): string | undefined {
  if (core.buildId !== undefined && program.buildId !== undefined) {
    return core.buildId === program.buildId ? undefined : texts.coreBuildIdDiffers(core.buildId, program.buildId);
  }
  const constant = readOnlyBytes(program);
  for (const segment of core.segments) {
    for (let offset = 0; offset < segment.bytes.length; offset += 64) {
      const recorded = segment.bytes.subarray(offset, offset + 64);
      const expected = constant(segment.address + offset, recorded.length);
      if (expected === undefined) continue;
      const differs = recorded.findIndex((byte, i) => byte !== expected[i]);
      if (differs >= 0) return texts.coreDiffers(segment.address + offset + differs);
    }
  }
  return undefined;
}

/** Throws an EngineError when the core file and the program are not even for the same machine. */
export function checkMachine(core: CoreFile, program: Program): void {
  const machine = program.machine;
  if (machine !== core.machine) throw errors.coreMachine(core.path, core.machine, machine);
}
