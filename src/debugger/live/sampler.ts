// Live watch: values of expressions, again and again while the core runs. All memory that one sample needs is read in one round
// trip: each sample remembers the ranges it read, and the next one asks for them together.
import type { Program } from '../../debuginfo/api';
import type { Architecture } from '../arch/architecture';
import { Engine } from '../engine';
import type { MemoryRead, Target } from '../target';
import { describe, natural } from '../values/describe';
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

interface Range {
  readonly address: number;
  readonly length: number;
}

/** Values of a set of expressions. Only memory is read: what lives in registers cannot be had from a running core. */
export class Sampler {
  readonly #engine: Engine;
  #ranges: Range[] = [];
  #ahead = new Map<string, Uint8Array>();

  constructor(
    program: Program,
    private readonly target: OpenOcdTarget,
    architecture: Architecture,
    private readonly expressions: readonly string[],
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

  /** One value per expression, in order. @throws EngineError when the connection is lost */
  async sample(): Promise<readonly SampledValue[]> {
    const ranges = this.#ranges;
    this.#ranges = [];
    const contents = ranges.length === 0 ? [] : await this.target.memory.readMany(ranges);
    this.#ahead = new Map(
      ranges.flatMap((range, index) => {
        const bytes = contents[index];
        return bytes === undefined ? [] : [[keyOf(range.address, range.length), bytes] as const];
      }),
    );
    this.#engine.invalidate();
    const values: SampledValue[] = [];
    for (const expression of this.expressions) values.push(await this.#value(expression));
    return values;
  }

  async #value(expression: string): Promise<SampledValue> {
    try {
      const scope = this.#engine.scope(undefined);
      const { value, suffix } = await this.#engine.evaluate(expression, scope, { mayStore: false });
      return await this.#engine.run(() => {
        const problem = problemOf(value);
        if (problem !== undefined) return { text: '', number: undefined, problem };
        return {
          text: describe(value, { ...natural, format: suffix.format }),
          number: numberOf(value),
          problem: undefined,
        };
      });
    } catch (error) {
      return { text: '', number: undefined, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  async #read(address: number, length: number): Promise<MemoryRead> {
    this.#ranges.push({ address, length });
    const ahead = this.#ahead.get(keyOf(address, length));
    return ahead === undefined ? this.target.readMemory(address, length) : { bytes: ahead, problem: undefined };
  }
}

const keyOf = (address: number, length: number) => `${address}+${length}`;

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
