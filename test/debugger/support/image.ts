// A program that a test brings as text, as if it stood still at one of its places. Memory and registers can be written, nothing
// runs.
import fs from 'node:fs';
import path from 'node:path';
import { architectureFor } from '../../../src/debugger/arch/architectures';
import { describeArmRegister } from '../../../src/debugger/arch/arm/registers';
import { Engine } from '../../../src/debugger/engine';
import type { FrameScope } from '../../../src/debugger/frameScope';
import type { MemoryRead, RunState, Target } from '../../../src/debugger/target';
import { describe, displayFor } from '../../../src/debugger/values/describe';
import type { NumberFormat } from '../../../src/debugger/values/scalars';
import type { Program } from '../../../src/debuginfo/api';
import { openProgram } from '../../../src/debuginfo/index';
import { compileForBoard, ram } from '../../support/compile';

const registerNames = [
  ...Array.from({ length: 13 }, (_, i) => `r${i}`),
  ...['sp', 'lr', 'pc', 'xPSR', 'msp', 'psp', 'primask', 'control'],
];

class ImageTarget implements Target {
  readonly kind = 'live';
  readonly threads = [{ id: 1, name: 'core' }];
  readonly addressSize = 4;
  readonly isBigEndian = false;
  readonly registerValues = new Map(registerNames.map((name) => [name, 0n]));
  readonly #ram = new Uint8Array(ram.high - ram.low);

  constructor(readonly program: Program) {
    for (const { address, size } of program.sections) {
      if (address < ram.low || address >= ram.high) continue;
      const bytes = program.bytesAt(address, size);
      if (bytes !== undefined) this.#ram.set(bytes, address - ram.low);
    }
  }

  state(): RunState {
    return { kind: 'halted', reason: { kind: 'pause' } };
  }

  registers() {
    return registerNames.map(describeArmRegister);
  }

  readRegisters(_thread: number, names: readonly string[]) {
    return Promise.resolve(new Map(names.map((name) => [name, this.registerValues.get(name)])));
  }

  readMemory(address: number, length: number): Promise<MemoryRead> {
    const bytes =
      address >= ram.low
        ? this.#ram.slice(address - ram.low, address - ram.low + length)
        : (this.program.bytesAt(address, length) ?? new Uint8Array(0));
    return Promise.resolve({ bytes, problem: bytes.length < length ? 'there is no memory' : undefined });
  }

  writeRegister(_thread: number, name: string, value: bigint): Promise<void> {
    this.registerValues.set(name, value);
    return Promise.resolve();
  }

  writeMemory(address: number, bytes: Uint8Array): Promise<void> {
    this.#ram.set(bytes, address - ram.low);
    return Promise.resolve();
  }

  on() {
    return { dispose: () => undefined };
  }

  close() {
    return Promise.resolve();
  }
}

export class Image {
  readonly engine: Engine;
  readonly #target: ImageTarget;

  private constructor(readonly program: Program) {
    this.#target = new ImageTarget(program);
    this.engine = new Engine(program, this.#target, architectureFor('arm', 'armv6m'));
  }

  /** See `compileForBoard`. */
  static compile(sources: Readonly<Record<string, string>>): Image {
    return new Image(openProgram(compileForBoard(sources)));
  }

  /** What can be named behind the prologue of a function, or at one of its lines; without either in the program as a whole. */
  async scope(name?: string, line?: number): Promise<FrameScope> {
    if (name === undefined) return this.engine.scope(undefined, 1);
    const [found] = this.program.findFunctions(name);
    const file = found?.declaration?.file.path ?? '';
    const at = line === undefined ? found?.afterPrologue : this.program.locationsOf({ path: file, line })[0]?.address;
    if (at === undefined) throw new Error(`There is no code at ${name}:${line}`);
    const { registerValues } = this.#target;
    registerValues.set('pc', BigInt(at));
    for (const pointer of ['sp', 'msp', 'r7']) registerValues.set(pointer, BigInt(ram.high - 0x400));
    this.engine.invalidate();
    const [frame] = (await this.engine.frames(1, 0, 1)).frames;
    if (frame?.kind !== 'call') throw new Error(`There is no frame at ${name}:${line}`);
    return this.engine.scope(frame);
  }

  /** The text of an expression's value. */
  async show(expression: string, scope?: FrameScope, format: NumberFormat = 'natural'): Promise<string> {
    const evaluated = await this.engine.evaluate(expression, scope ?? (await this.scope()));
    return this.engine.run(() => describe(evaluated.value, displayFor(evaluated, format)));
  }

  register(name: string): bigint {
    return this.#target.registerValues.get(name) ?? 0n;
  }

  setRegister(name: string, value: bigint): void {
    this.#target.registerValues.set(name, value);
    this.engine.invalidate();
  }

  /** Sets what an expression means, as the Variables view does. */
  async set(expression: string, text: string, scope?: FrameScope, format: NumberFormat = 'natural'): Promise<void> {
    const where = scope ?? (await this.scope());
    const { value } = await this.engine.evaluate(expression, where, { mayStore: false });
    await this.engine.assign(value, text, where, format);
  }

  close(): void {
    this.engine.dispose();
    fs.rmSync(path.dirname(this.program.path), { recursive: true, force: true });
  }
}
