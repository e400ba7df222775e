// Breakpoints and watchpoints as OpenOCD sets them: hardware or software by where the address lies, how many comparators there are,
// which are in use. Each address is set once, however many ask for it.
import { BreakpointError, type Request, request, type Session } from '../../openocd';
import type { RunControl } from '../arch/runControl';
import type { EngineError } from '../errors';
import type { BreakpointKind, ComparatorBudget } from '../target';
import { liveErrors } from './messages';
import type { Temporary } from './snapshot';

interface Placed {
  readonly length: number;
  readonly kind: BreakpointKind;
}

export class Comparators {
  readonly #breakpoints = new Map<number, Placed>();
  readonly #watchpoints = new Map<number, { readonly length: number; readonly access: 'read' | 'write' | 'access' }>();
  /** Address ranges of flash, where only hardware breakpoints work. */
  #flash: Promise<readonly { readonly low: number; readonly high: number }[]> | undefined;
  #total: { readonly breakpoints: number | undefined; readonly watchpoints: number | undefined } | undefined;

  constructor(
    private readonly session: Session,
    private readonly runControl: RunControl,
    private readonly breakpointLength: (address: number) => number,
    /** Asks each core; all of them run the same program. */
    private readonly ask: (request: Request<void>, others: Request<void>) => Promise<void>,
  ) {}

  /** Sets something on all cores or on none. */
  async #onAll(address: number, kind: Placed['kind'], set: Request<void>, remove: Request<void>): Promise<void> {
    try {
      await this.ask(set, this.#unless(set, address, kind, true));
    } catch (error) {
      // Cores that had it already lose it; those that had not, and say so, are right.
      await this.#remove(remove, address, kind).catch(() => undefined);
      throw error;
    }
  }

  #remove(remove: Request<void>, address: number, kind: Placed['kind']): Promise<void> {
    return this.ask(remove, this.#unless(remove, address, kind, false));
  }

  /**
   * What to ask the other cores, where all have the same memory: nothing for a breakpoint in it, and for a comparator only those that
   * OpenOCD has not done along with the first, as it does for the cores of `target smp`.
   */
  #unless(asked: Request<void>, address: number, kind: Placed['kind'], isThere: boolean): Request<void> {
    if (this.runControl.sharesMemory !== true) return asked;
    if (kind === 'software') return { ...asked, script: () => 'list' };
    const isListed = `[string match *${address.toString(16)},* "[bp][wp]"]`;
    return { ...asked, script: (dialect) => `if {${isListed} != ${isThere ? 1 : 0}} {${asked.script(dialect)}}` };
  }

  has(address: number): boolean {
    return this.#breakpoints.has(address);
  }

  get hasSoftware(): boolean {
    return [...this.#breakpoints.values()].some(({ kind }) => kind === 'software');
  }

  isSoftware(address: number): boolean {
    return this.#breakpoints.get(address)?.kind === 'software';
  }

  /** Whether all of a range lies in flash, as OpenOCD's banks tell. */
  async isInFlash(low: number, high: number): Promise<boolean> {
    return (await this.#flashRanges()).some((bank) => low >= bank.low && high <= bank.high);
  }

  /** Hardware in flash and where the core runs code it cannot write; software elsewhere, since comparators are few. */
  async kindFor(address: number): Promise<BreakpointKind> {
    const inFlash = (await this.#flashRanges()).some(({ low, high }) => address >= low && address < high);
    return inFlash || !this.runControl.softwareBreakpointsWork(address) ? 'hardware' : 'software';
  }

  /** Asked once, however many want to know at the same time. */
  #flashRanges(): Promise<readonly { readonly low: number; readonly high: number }[]> {
    this.#flash ??= this.#readFlashRanges().catch((error: unknown) => {
      this.#flash = undefined;
      throw error;
    });
    return this.#flash;
  }

  async #readFlashRanges(): Promise<readonly { readonly low: number; readonly high: number }[]> {
    const banks = await this.session.flash.banks();
    return banks.map((bank) => {
      const low = Number(bank.base);
      // A bank that was not probed yet has no size: flash banks do not lie closer together than this.
      return { low, high: low + (bank.size === 0 ? 0x0100_0000 : bank.size) };
    });
  }

  async add(address: number, length: number, kind: BreakpointKind): Promise<void> {
    if (this.#breakpoints.has(address)) return;
    try {
      await this.#onAll(
        address,
        kind,
        request.addBreakpoint(address, { length, hardware: kind === 'hardware' }),
        request.removeBreakpoint(address),
      );
    } catch (error) {
      throw error instanceof BreakpointError ? await this.#explain(address, kind, error.message) : error;
    }
    this.#breakpoints.set(address, { length, kind });
  }

  /** As `add`, with the length the code there asks for, and no more hardware breakpoints than `limit`. One of the other kind gives way. */
  async place(address: number, kind: BreakpointKind, limit: number | undefined): Promise<void> {
    const existing = this.#breakpoints.get(address);
    if (existing?.kind === kind) return;
    if (existing !== undefined) await this.remove(address);
    const { breakpointsUsed } = await this.budget();
    if (kind === 'hardware' && limit !== undefined && breakpointsUsed >= limit) {
      throw liveErrors.hardwareLimit(address, breakpointsUsed, limit);
    }
    await this.add(address, this.breakpointLength(address), kind);
  }

  async remove(address: number): Promise<void> {
    const placed = this.#breakpoints.get(address);
    if (placed === undefined) return;
    this.#breakpoints.delete(address);
    await this.#remove(request.removeBreakpoint(address), address, placed.kind);
  }

  async addWatchpoint(address: number, length: number, access: 'read' | 'write' | 'access'): Promise<void> {
    if (this.#watchpoints.has(address)) throw liveErrors.watchpointTaken(address);
    const letter = ({ read: 'r', write: 'w', access: 'a' } as const)[access];
    try {
      await this.#onAll(
        address,
        'hardware',
        request.addWatchpoint(address, length, letter),
        request.removeWatchpoint(address),
      );
    } catch (error) {
      const { watchpoints, watchpointsUsed } = await this.budget();
      if (error instanceof BreakpointError && watchpoints !== undefined && watchpointsUsed >= watchpoints)
        throw liveErrors.noWatchpoint(address, watchpointsUsed, watchpoints);
      throw error;
    }
    this.#watchpoints.set(address, { length, access });
  }

  /** Addresses of the watchpoints that an access meets. */
  watching(address: number, bytes: number): number[] {
    return [...this.#watchpoints].flatMap(([at, { length }]) =>
      at < address + bytes && address < at + length ? [at] : [],
    );
  }

  async removeWatchpoint(address: number): Promise<void> {
    if (!this.#watchpoints.delete(address)) return;
    await this.#remove(request.removeWatchpoint(address), address, 'hardware');
  }

  /** Temporary breakpoints for the addresses that have none yet. */
  temporaries(addresses: readonly number[]): Promise<Temporary[]> {
    const wanted = [...new Set(addresses)].filter((address) => !this.#breakpoints.has(address));
    return Promise.all(
      wanted.map(async (address) => ({
        address,
        length: this.breakpointLength(address),
        kind: await this.kindFor(address),
      })),
    );
  }

  /** How many hardware breakpoints can still be set; undefined = not known. */
  async free(): Promise<number | undefined> {
    const { breakpoints, breakpointsUsed } = await this.budget();
    return breakpoints === undefined ? undefined : Math.max(0, breakpoints - breakpointsUsed);
  }

  async budget(): Promise<ComparatorBudget> {
    this.#total ??= await this.#readTotal();
    const hardware = [...this.#breakpoints.values()].filter(({ kind }) => kind === 'hardware').length;
    return {
      breakpoints: this.#total.breakpoints,
      breakpointsUsed: hardware,
      watchpoints: this.#total.watchpoints,
      watchpointsUsed: this.#watchpoints.size,
    };
  }

  /** The core's own registers tell how many comparators it has. */
  async #readTotal(): Promise<{ readonly breakpoints: number | undefined; readonly watchpoints: number | undefined }> {
    const registers = this.runControl.comparators;
    if (registers === undefined) return { breakpoints: undefined, watchpoints: undefined };
    const [breakpoints, watchpoints] = await this.session.batch([
      request.elements(registers.breakpoints, 32, 1),
      request.elements(registers.watchpoints, 32, 1),
    ]);
    return {
      breakpoints: breakpoints.ok ? registers.countBreakpoints(breakpoints.value.readUInt32LE()) : undefined,
      watchpoints: watchpoints.ok ? registers.countWatchpoints(watchpoints.value.readUInt32LE()) : undefined,
    };
  }

  /** The error for a temporary breakpoint that OpenOCD refused. */
  refused(address: number, reason: string): EngineError {
    return liveErrors.breakpointRefused(address, reason.trim());
  }

  async #explain(address: number, kind: BreakpointKind, reason: string): Promise<EngineError> {
    if (kind === 'software')
      return (await this.isInFlash(address, address + 2))
        ? liveErrors.softwareInFlash(address)
        : liveErrors.breakpointRefused(address, reason);
    const { breakpoints, breakpointsUsed } = await this.budget();
    const full = breakpoints !== undefined && breakpointsUsed >= breakpoints;
    return full
      ? liveErrors.noHardwareBreakpoint(address, breakpointsUsed, breakpoints)
      : liveErrors.breakpointRefused(address, reason);
  }
}
