// What all object files of one program share: warnings, the numbering of units, and which addresses are real. No reading.
import type { WarningList } from '../errors';
import type { Unit } from './unit';

export class ProgramContext {
  /** Every unit met, by `UnitHandle.index`. */
  readonly units: Unit[] = [];
  /** Type units of all files by signature: a split unit may refer to one in another file. */
  readonly typeUnits = new Map<bigint, Unit>();

  constructor(
    readonly warnings: WarningList,
    /** True when there is code at address 0, so that 0 does not mean “dropped by the linker”. */
    private readonly hasCodeAtZero: () => boolean,
    /** Opens the file of a split unit. */
    readonly loadSplitUnit: (skeleton: Unit) => Unit | undefined,
  ) {}

  /** True for what linkers write in place of addresses of discarded code: 0 (GNU), 1 in range lists, -1 and -2 (LLVM). */
  isDiscarded(address: number, addressSize: number): boolean {
    if (address === 0) return !this.hasCodeAtZero();
    return addressSize === 4 ? address >= 0xffff_fffe : address === -1 || address === -2;
  }
}
