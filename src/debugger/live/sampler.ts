// Live watch: values of expressions, again and again while the core runs. All memory that one sample needs is read in one round
// trip: what samples had to read is remembered, and the next one begins with all of it.
import type { Program } from '../../debuginfo/api';
import type { Architecture } from '../arch/architecture';
import { Engine } from '../engine';
import { type AddressRange, joinRanges } from '../memory/ranges';
import type { MemoryRead, Target } from '../target';
import { describe, displayFor } from '../values/describe';
import type { NumberFormat } from '../values/scalars';
import { strip } from '../values/types';
import type { Value } from '../values/value';
import { liveErrors } from './messages';
import type { OpenOcdTarget } from './openocdTarget';

export interface SampledValue {
  readonly text: string;
  /** Set where the value can be plotted. */
  readonly number: number | undefined;
  readonly problem: string | undefined;
}

/** After so many samples what they read is learnt anew: pointers move, and nobody asks for what they pointed to. */
const RELEARN_SAMPLES = 100;

/** Values of a set of expressions. Only memory is read: what lives in registers cannot be had from a running core. */
export class Sampler {
  readonly #engine: Engine;
  /** What has been read for the samples since they were last learnt. */
  #ranges: AddressRange[] = [];
  #samples = 0;
  #linkMs = 0;

  constructor(
    program: Program,
    private readonly target: OpenOcdTarget,
    private readonly architecture: Architecture,
    private readonly expressions: readonly string[],
    /** How numbers are shown at this moment. */
    private readonly format: () => NumberFormat,
  ) {
    const recorded: Target = {
      kind: 'live',
      threads: [],
      addressSize: target.addressSize,
      isBigEndian: target.isBigEndian,
      state: () => ({ kind: 'running' }),
      registers: () => [],
      readRegisters: () => Promise.reject(liveErrors.notStatic()),
      writeRegister: () => Promise.reject(liveErrors.notStatic()),
      readMemory: (address, length) => this.#read(address, length),
      writeMemory: (address, bytes) => target.writeMemory(address, bytes),
      on: () => ({ dispose: () => undefined }),
      close: () => Promise.resolve(),
    };
    this.#engine = new Engine(program, recorded, architecture, { readsAhead: false });
  }

  /** How long OpenOCD had to do with the last sample, in milliseconds. */
  get linkMs(): number {
    return this.#linkMs;
  }

  /** One value per expression, in order. @throws EngineError when the connection is lost */
  async sample(): Promise<readonly SampledValue[]> {
    if (this.#samples++ % RELEARN_SAMPLES === 0) this.#ranges = [];
    this.#ranges = joinRanges(this.#ranges, (address) => !this.architecture.isDevice(address));
    const wanted = this.#ranges.map(({ low, high }) => ({ address: low, length: high - low }));
    this.#linkMs = 0;
    const contents = wanted.length === 0 ? [] : await this.#timed(this.target.memory.readMany(wanted));
    const { memory } = this.#engine;
    this.#engine.invalidate();
    for (const [index, { address }] of wanted.entries()) {
      const bytes = contents[index];
      if (bytes !== undefined) memory.preload(address, bytes);
    }
    const values: SampledValue[] = [];
    for (const expression of this.expressions) values.push(await this.#value(expression));
    return values;
  }

  async #value(expression: string): Promise<SampledValue> {
    try {
      const scope = this.#engine.scope(undefined);
      const evaluated = await this.#engine.evaluate(expression, scope, { mayStore: false });
      const { value } = evaluated;
      return await this.#engine.run(() => {
        const problem = problemOf(value);
        if (problem !== undefined) return { text: '', number: undefined, problem };
        return {
          text: describe(value, displayFor(evaluated, this.format())),
          number: numberOf(value),
          problem: undefined,
        };
      });
    } catch (error) {
      return { text: '', number: undefined, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  #read(address: number, length: number): Promise<MemoryRead> {
    this.#ranges.push({ low: address, high: address + length });
    return this.#timed(this.target.readMemory(address, length));
  }

  async #timed<T>(reading: Promise<T>): Promise<T> {
    const begun = performance.now();
    try {
      return await reading;
    } finally {
      this.#linkMs += performance.now() - begun;
    }
  }
}

function problemOf(value: Value): string | undefined {
  const type = strip(value.type);
  if (type === undefined || (type.kind !== 'base' && type.kind !== 'enum' && type.kind !== 'pointer')) return undefined;
  const content = value.readAll();
  return 'problem' in content ? content.problem : undefined;
}

/** A number to plot; undefined for text, structs and arrays. */
function numberOf(value: Value): number | undefined {
  const type = strip(value.type);
  if (type?.kind === 'enum' || type?.kind === 'pointer') {
    const bits = value.readUnsigned();
    return 'problem' in bits ? undefined : Number(bits.value);
  }
  if (type?.kind !== 'base') return undefined;
  const content = value.readAll();
  if ('problem' in content) return undefined;
  const { bytes } = content;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = !value.space.isBigEndian;
  if (type.encoding === 'float') {
    return bytes.length === 4
      ? view.getFloat32(0, little)
      : bytes.length === 8
        ? view.getFloat64(0, little)
        : undefined;
  }
  const bits = value.readUnsigned();
  if ('problem' in bits) return undefined;
  const isSigned = type.encoding === 'signed' || type.encoding === 'signedChar';
  const width = type.bitSize ?? (type.byteSize ?? bytes.length) * 8;
  return Number(isSigned ? BigInt.asIntN(width, bits.value) : bits.value);
}
