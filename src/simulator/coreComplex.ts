// One core with everything that is its own: SysTick, debug unit, private peripheral bus and access port.
import type { Bus } from './bus';
import { Core, Dfsr } from './core/core';
import { MemoryAccessPort } from './dap';
import { DebugUnit } from './debugUnit';
import { PrivateBus } from './privateBus';
import { SysTick } from './sysTick';

export class CoreComplex {
  readonly core: Core;
  readonly debugUnit: DebugUnit;
  readonly privateBus: PrivateBus;
  readonly accessPort: MemoryAccessPort;

  /** @param vectorBase where this core finds its vector table at reset */
  constructor(bus: Bus, vectorBase: () => number, packedTransfers: boolean) {
    this.core = new Core(bus, vectorBase);
    this.debugUnit = new DebugUnit(this.core);
    this.privateBus = new PrivateBus(this.core, new SysTick(this.core), this.debugUnit);
    this.core.privateBus = this.privateBus;
    this.accessPort = new MemoryAccessPort(bus, this.privateBus, packedTransfers);
  }

  reset(): void {
    this.privateBus.reset();
    this.core.reset();
  }

  /** The reset line is let go: a halt that was asked for meanwhile happens before the first instruction. */
  leaveReset(): void {
    this.privateBus.inReset = false;
    if (!this.debugUnit.haltRequested) return;
    this.debugUnit.haltRequested = false;
    this.core.halt(Dfsr.halted);
  }
}
