// The arguments of a request, checked where they are read: clients leave things out, and some send nonsense.
import { errors } from './messages';

export class Arguments {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(
    readonly request: string,
    values: unknown,
  ) {
    this.#values = typeof values === 'object' && values !== null ? (values as Record<string, unknown>) : {};
  }

  /** All of them, for launch configurations. */
  get all(): Readonly<Record<string, unknown>> {
    return this.#values;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  /** A whole number; throws an EngineError when it is missing or none. */
  integer(name: string): number {
    const value = this.optionalInteger(name);
    if (value === undefined) throw errors.argumentMissing(this.request, name, 'an integer');
    return value;
  }

  optionalInteger(name: string): number | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#values[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
      throw errors.argumentWrong(this.request, name, 'integer', value);
    }
    return value;
  }

  /** A count or index: a whole number from 0, cut at `maximum`. */
  count(name: string, fallback: number, maximum: number): number {
    const value = this.optionalInteger(name) ?? fallback;
    if (value < 0) throw errors.argumentWrong(this.request, name, 'count', value);
    return Math.min(value, maximum);
  }

  string(name: string): string {
    const value = this.optionalString(name);
    if (value === undefined) throw errors.argumentMissing(this.request, name, 'a text');
    return value;
  }

  optionalString(name: string): string | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#values[name];
    if (typeof value !== 'string') throw errors.argumentWrong(this.request, name, 'text', value);
    return value;
  }

  boolean(name: string, fallback = false): boolean {
    const value = this.#values[name];
    if (value === undefined || value === null) return fallback;
    if (typeof value !== 'boolean') throw errors.argumentWrong(this.request, name, 'yes or no (true, false)', value);
    return value;
  }

  /** A nested object; empty when it is missing. */
  object(name: string): Arguments {
    const value = this.#values[name];
    if (value !== undefined && value !== null && (typeof value !== 'object' || Array.isArray(value))) {
      throw errors.argumentWrong(this.request, name, 'object', value);
    }
    return new Arguments(`${this.request}.${name}`, value);
  }

  /** A list of objects; empty when it is missing. */
  list(name: string): Arguments[] {
    const value = this.#values[name] ?? [];
    if (!Array.isArray(value)) throw errors.argumentWrong(this.request, name, 'list', value);
    return value.map((item, index) => new Arguments(`${this.request}.${name}[${index}]`, item));
  }
}
