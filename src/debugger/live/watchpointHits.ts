// Which watchpoints have stopped a core: by its comparators, where they remember it, or by the access that it stands at.
import { request } from '../../openocd';
import type { Architecture } from '../arch/architecture';
import type { RunControl } from '../arch/runControl';
import type { Comparators } from './comparators';
import type { Core } from './core';
import type { CoreLink } from './coreLink';
import type { TargetMemory } from './targetMemory';

export class WatchpointHits {
  constructor(
    private readonly link: CoreLink,
    private readonly comparators: Comparators,
    private readonly memory: TargetMemory,
    private readonly architecture: Architecture,
    private readonly runControl: RunControl,
    private readonly step: (core: Core) => Promise<void>,
  ) {}

  /** Addresses of the watchpoints that a halted core has met since this was asked last; undefined where it cannot tell. */
  async matched(core: Core): Promise<readonly number[] | undefined> {
    const { comparators, accessAt } = this.runControl;
    if (accessAt !== undefined) return this.#passAccess(core, accessAt);
    const { watchpoints } = await this.link.ask(() => this.comparators.budget());
    if (comparators === undefined || watchpoints === undefined || watchpoints === 0) return undefined;
    const { address, wordsEach } = comparators.watchpointBlock;
    // The comparators are the core's own: each core sees others at these addresses.
    const block = this.link.for(core, request.elements(address, 32, watchpoints * wordsEach));
    const [read] = await this.link.ask(() => this.link.session.batch([block]));
    return read.ok ? comparators.matched(read.value) : undefined;
  }

  /**
   * For a core that stopped before an access that is watched: lets it happen, so that what has changed can be seen. Answers the addresses
   * of the watchpoints; none when the access was before, undefined when no watchpoint stopped the core.
   */
  async #passAccess(core: Core, accessAt: NonNullable<RunControl['accessAt']>): Promise<readonly number[] | undefined> {
    const place = core.registers.get('pc');
    if (core.state.kind !== 'halted' || core.state.reason.kind !== 'watchpoint' || place === undefined)
      return undefined;
    const { bytes } = await this.memory.read(this.architecture.codeAddress(place), 4);
    const known = new Map(core.descriptions.map(({ dwarf, name }) => [dwarf, core.registers.get(name)]));
    const access = accessAt(bytes, (dwarf) => known.get(dwarf));
    const met =
      access === undefined
        ? []
        : this.comparators.watching(this.architecture.codeAddress(access.address), access.bytes);
    if (met.length > 0) await this.step(core);
    return met;
  }
}
