// The tree's filter: which peripherals and members a text picks. Big files are searched in short steps, never in one go.
import type { Device, Elements, Member, Peripheral } from '../../svd';

/** How long the search may keep the thread before it lets others work. */
const stepMs = 8;

export class TreeFilter {
  readonly text: string;
  readonly #peripherals = new Set<string>();

  private constructor(text: string) {
    this.text = text;
  }

  /**
   * Peripherals match by their own or their group's name, or by a register or cluster in them.
   * @throws the signal's reason on abort
   */
  static async search(device: Device, text: string, signal?: AbortSignal): Promise<TreeFilter> {
    const filter = new TreeFilter(text.trim().toLowerCase());
    let started = performance.now();
    for (const peripheral of device.peripherals) {
      if (filter.#picks(peripheral)) filter.#peripherals.add(peripheral.path);
      if (performance.now() - started < stepMs) continue;
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      started = performance.now();
    }
    return filter;
  }

  peripheral(peripheral: Peripheral): boolean {
    return this.#peripherals.has(peripheral.path);
  }

  /** Below a peripheral picked by its own name everything shows, else only what matches. */
  member(peripheral: Peripheral, member: Member): boolean {
    return (
      this.#named(peripheral) ||
      this.#matches(member.name) ||
      (member.kind === 'cluster' && this.#inside(member.members))
    );
  }

  #picks(peripheral: Peripheral): boolean {
    return this.#named(peripheral) || this.#inside(peripheral.members);
  }

  #named({ name, groupName }: Peripheral): boolean {
    return this.#matches(name) || (groupName !== undefined && this.#matches(groupName));
  }

  /** Looks at one element of each array: its others differ in their index alone. */
  #inside(members: Elements<Member>): boolean {
    for (const { start } of members.runs()) {
      const member = members.at(start);
      if (member === undefined) continue;
      if (this.#matches(member.name) || (member.kind === 'cluster' && this.#inside(member.members))) return true;
    }
    return false;
  }

  #matches(name: string): boolean {
    return name.toLowerCase().includes(this.text);
  }
}
