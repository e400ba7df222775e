// The unwind row at an address, from the best source that the program has: .debug_frame, .eh_frame, Arm's exception index.
// It says how a caller's registers are found; finding them is the engine's work.
import type { UnwindRow } from '../api';
import type { WarningList } from '../errors';
import type { SectionData } from '../sections';
import { ArmExceptionIndex } from './armExceptionIndex';
import type { FrameRow } from './callFrameInstructions';
import { EhFrameHeader } from './ehFrameHeader';
import { type FrameDescriptionEntry, FrameSection } from './frameSection';

/** The sections and facts of one ELF file that unwinding needs. Each section may be absent. */
export interface FrameTableSources {
  readonly debugFrame: SectionData | undefined;
  readonly ehFrame: SectionData | undefined;
  readonly ehFrameHeader: SectionData | undefined;
  /** The section of type SHT_ARM_EXIDX, whatever its name. */
  readonly armExceptionIndex: SectionData | undefined;
  /** sh_addr of .text and .got, for pointers relative to them. */
  readonly textAddress: number | undefined;
  readonly dataAddress: number | undefined;
  readonly addressSize: 4 | 8;
  readonly warnings: WarningList;
  readonly bytesAt: (address: number, length: number) => Uint8Array | undefined;
  /** Whether the address lies in an executable section: rules out the FDEs of dropped functions. */
  readonly isCode: (address: number) => boolean;
}

export class FrameTable {
  /** .debug_frame before .eh_frame, as far as the file has them. */
  readonly sections: readonly FrameSection[];
  private readonly armIndex: ArmExceptionIndex | undefined;

  constructor(private readonly sources: FrameTableSources) {
    this.sections = [this.frameSection(false), this.frameSection(true)].filter((section) => section !== undefined);
    this.armIndex = sources.armExceptionIndex && new ArmExceptionIndex(sources.armExceptionIndex, sources);
  }

  /** The row that covers the address. Damage on the way is recorded as a warning, and the next source is asked. */
  rowAt(address: number): UnwindRow | undefined {
    for (const section of this.sections) {
      const fde = section.fdeFor(address);
      const row = fde && this.sources.warnings.guard(() => rowIn(section, fde, address), undefined);
      if (row) return row;
    }
    return this.armIndex?.rowAt(address);
  }

  private frameSection(isEhFrame: boolean): FrameSection | undefined {
    const { ehFrame, debugFrame, textAddress, dataAddress, addressSize, warnings, isCode } = this.sources;
    const data = isEhFrame ? ehFrame : debugFrame;
    if (!data) return undefined;
    const bases = { section: data.address, text: textAddress, data: dataAddress, addressSize };
    const header = isEhFrame ? this.header(data) : undefined;
    return new FrameSection(data, { isEhFrame, addressSize, bases, warnings, isCode, header });
  }

  private header(ehFrame: SectionData): EhFrameHeader | undefined {
    const { ehFrameHeader, addressSize, warnings } = this.sources;
    if (!ehFrameHeader) return undefined;
    return warnings.guard(() => EhFrameHeader.read(ehFrameHeader, ehFrame.address, addressSize), undefined);
  }
}

function rowIn(section: FrameSection, fde: FrameDescriptionEntry, address: number): UnwindRow | undefined {
  for (const row of section.rows(fde)) {
    if (address < row.high) return unwindRow(section.name, fde, row);
  }
  return undefined;
}

/** A row as the engine gets it; undefined when nothing says where its CFA is. */
export function unwindRow(
  source: FrameSection['name'],
  fde: FrameDescriptionEntry,
  row: FrameRow,
): UnwindRow | undefined {
  if (!row.cfa) return undefined;
  const { returnAddressRegister, isSignalFrame } = fde.cie;
  return {
    source,
    range: { low: row.low, high: row.high },
    cfa: row.cfa,
    rules: row.rules,
    returnAddressRegister,
    isSignalFrame,
    isOutermost: row.rules.get(returnAddressRegister)?.kind === 'undefined',
  };
}
