// One halted core as computations see it: its registers in a cache, its memory through the shared view. Lives from a stop until
// the core runs again.
import type { Architecture, MachineState } from '../arch/architecture';
import { Demand, type Source } from '../memory/demand';
import type { MemoryView } from '../memory/memoryView';
import { errors } from '../messages';
import type { RegisterDescription, Target } from '../target';

export class ThreadState implements MachineState {
  readonly descriptions: readonly RegisterDescription[];
  readonly #byName = new Map<string, RegisterDescription>();
  readonly #values = new Map<string, bigint | undefined>();
  readonly #byDwarf = new Map<number, bigint | undefined>();
  /** Registers by their names. */
  readonly #source: Source = { fetch: (needs) => this.#fetch(needs.flatMap(({ key }) => key.split(' '))) };

  constructor(
    readonly target: Target,
    readonly thread: number,
    readonly architecture: Architecture,
    readonly view: MemoryView,
  ) {
    this.descriptions = target.registers(thread);
    for (const description of this.descriptions) this.#byName.set(description.name.toLowerCase(), description);
    // A target may use another spelling than the architecture: OpenOCD calls s0 of RISC-V `fp`.
    for (const description of this.descriptions) {
      const alias = architecture.alias(description.name)?.toLowerCase();
      if (alias !== undefined && !this.#byName.has(alias)) this.#byName.set(alias, description);
    }
  }

  memory(address: number, length: number): Uint8Array | undefined {
    return this.view.read(address, length);
  }

  /** The description behind any spelling of a register's name. */
  describe(name: string): RegisterDescription | undefined {
    const direct = this.#byName.get(name.toLowerCase());
    if (direct !== undefined) return direct;
    const alias = this.architecture.alias(name);
    return alias === undefined ? undefined : this.#byName.get(alias.toLowerCase());
  }

  register(name: string): bigint | undefined {
    const description = this.describe(name);
    if (description === undefined) return undefined;
    if (this.#values.has(description.name)) return this.#values.get(description.name);
    // The core registers come together; the others one by one, because some are slow to read or have side effects.
    const wanted =
      description.group === 'core'
        ? this.descriptions.filter(({ group }) => group === 'core').map((register) => register.name)
        : [description.name];
    throw new Demand([{ key: wanted.join(' '), source: this.#source }]);
  }

  /** Every frame of a deep stack asks for registers that nobody saved on the way. */
  registerByDwarf(dwarf: number): bigint | undefined {
    if (this.#byDwarf.has(dwarf)) return this.#byDwarf.get(dwarf);
    const value = this.architecture.readDwarf(dwarf, (name) => this.register(name));
    this.#byDwarf.set(dwarf, value);
    return value;
  }

  async write(name: string, value: bigint): Promise<void> {
    const description = this.describe(name);
    if (description === undefined) throw errors.noSuchRegister(name);
    await this.target.writeRegister(this.thread, description.name, value);
    this.#values.clear();
    this.#byDwarf.clear();
  }

  async #fetch(names: readonly string[]): Promise<void> {
    const values = await this.target.readRegisters(this.thread, names);
    for (const name of names) this.#values.set(name, values.get(name));
  }
}
