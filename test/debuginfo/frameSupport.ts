// Frame sections made by hand: entries from their fields, tables from sections.
import { WarningList } from '../../src/debuginfo/errors';
import { FrameTable, type FrameTableSources } from '../../src/debuginfo/frames/frameTable';
import { sectionOf } from './expressionSupport';

export const word = (value: number) => [
  value & 0xff,
  (value >>> 8) & 0xff,
  (value >>> 16) & 0xff,
  (value >>> 24) & 0xff,
];
export const quad = (value: bigint) => [
  ...word(Number(value & 0xffff_ffffn)),
  ...word(Number((value >> 32n) & 0xffff_ffffn)),
];
export const text = (value: string) => [...Buffer.from(value), 0];

/** An entry with its length before it, padded with DW_CFA_nop. */
export function entry(...body: number[]): number[] {
  const padded = [...body, ...Array((4 - (body.length % 4)) % 4).fill(0)];
  return [...word(padded.length), ...padded];
}

/** Version 1, code alignment 2, data alignment -4, return address 14, CFA r13+0 unless `instructions` say otherwise. */
export function cie(instructions: number[] = [0x0c, 13, 0], augmentation: number[] = [0]): number[] {
  const [end] = [augmentation.indexOf(0) + 1];
  return entry(
    ...word(0xffff_ffff),
    1,
    ...augmentation.slice(0, end),
    2,
    0x7c,
    14,
    ...augmentation.slice(end),
    ...instructions,
  );
}

export function fde(low: number, size: number, instructions: number[], cieOffset = 0): number[] {
  return entry(...word(cieOffset), ...word(low), ...word(size), ...instructions);
}

export interface TableParts {
  readonly debugFrame?: number[];
  readonly ehFrame?: number[];
  readonly ehFrameHeader?: number[];
  readonly exidx?: number[];
  /** Contents of memory from address 0x5000. */
  readonly tables?: number[];
  readonly more?: Partial<FrameTableSources>;
}

export const addresses = { ehFrame: 0x4000, ehFrameHeader: 0x4800, exidx: 0x4c00, tables: 0x5000 };

export function tableOf(parts: TableParts): { readonly table: FrameTable; readonly warnings: WarningList } {
  const warnings = new WarningList();
  const section = (name: string, bytes: number[] | undefined, address: number) =>
    bytes && sectionOf(name, Uint8Array.from(bytes), false, address);
  const tables = Uint8Array.from(parts.tables ?? []);
  const table = new FrameTable({
    debugFrame: section('.debug_frame', parts.debugFrame, 0),
    ehFrame: section('.eh_frame', parts.ehFrame, addresses.ehFrame),
    ehFrameHeader: section('.eh_frame_hdr', parts.ehFrameHeader, addresses.ehFrameHeader),
    armExceptionIndex: section('.ARM.exidx', parts.exidx, addresses.exidx),
    textAddress: 0x1000,
    dataAddress: undefined,
    addressSize: 4,
    warnings,
    bytesAt: (address, length) => {
      const start = address - addresses.tables;
      return start >= 0 && start + length <= tables.length ? tables.subarray(start, start + length) : undefined;
    },
    isCode: (address) => address < 0x4000,
    ...parts.more,
  });
  return { table, warnings };
}
