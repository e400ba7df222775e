// Cuts an image into pieces for flash: each piece covers whole sectors of one bank, so that progress can be told and an
// operation can end between two of them. Pure arithmetic; flash.ts sends the commands.
import { type ImageSection, sectionEnd } from './image';
import type { FlashBank, FlashSector } from './replies/flash';

/** Bytes per command: large enough that starting the flash loader costs little, small enough for a bar that moves. */
const PIECE_BYTES = 32 * 1024;

export interface BankLayout {
  readonly bank: FlashBank;
  readonly sectors: readonly FlashSector[];
}

/** Parts of the image in sectors that are erased and written together. */
export interface FlashPiece {
  readonly bank: FlashBank;
  readonly firstSector: number;
  readonly lastSector: number;
  readonly sections: readonly ImageSection[];
  /**
   * The sections as they are written: what lies between two of them in one sector is filled, since writing each by itself would erase the
   * sector again and with it what was written before.
   */
  readonly writes: readonly ImageSection[];
  /** Of the sections. */
  readonly bytes: number;
}

export interface FlashPlan {
  readonly pieces: readonly FlashPiece[];
  /** Parts of the image that no bank covers, such as initialised RAM. */
  readonly outside: readonly ImageSection[];
  readonly bytes: number;
}

export function planFlash(
  image: readonly ImageSection[],
  layouts: readonly BankLayout[],
  pieceBytes = PIECE_BYTES,
): FlashPlan {
  const pieces: FlashPiece[] = [];
  let rest = [...image];
  for (const { bank, sectors } of layouts) {
    const outside: ImageSection[] = [];
    let group: { first: FlashSector; last: FlashSector; sections: ImageSection[]; writes: ImageSection[] } | undefined;
    const close = () => {
      if (group) {
        const { first, last, sections, writes } = group;
        pieces.push({
          bank,
          firstSector: first.index,
          lastSector: last.index,
          sections: joinSections(sections),
          writes: joinSections(writes),
          bytes: total(sections),
        });
      }
      group = undefined;
    };
    for (const sector of sectors) {
      const start = bank.base + BigInt(sector.offset);
      const inside = rest.flatMap((section) => cut(section, start, start + BigInt(sector.size)));
      if (inside.length === 0) {
        close();
        continue;
      }
      if (group && total(group.sections) >= pieceBytes) close();
      group = {
        first: group?.first ?? sector,
        last: sector,
        sections: [...(group?.sections ?? []), ...inside],
        writes: [...(group?.writes ?? []), filled(inside)],
      };
    }
    close();
    const last = sectors.at(-1);
    const end = bank.base + BigInt(last ? last.offset + last.size : 0);
    for (const section of rest) {
      outside.push(...cut(section, 0n, bank.base), ...cut(section, end, sectionEnd(section)));
    }
    rest = last ? outside : rest;
  }
  return { pieces, outside: rest, bytes: total(pieces.flatMap(({ sections }) => sections)) };
}

/** The pieces of a plan cut further, into one for each sector. */
export function bySector({ pieces }: FlashPlan, layouts: readonly BankLayout[]): readonly FlashPiece[] {
  const image = pieces.flatMap(({ sections }) => sections);
  return planFlash(image, layouts, 0).pieces;
}

/** The part of a section from `start` to `end`, in a list of none or one. */
function cut(section: ImageSection, start: bigint, end: bigint): ImageSection[] {
  const from = section.address > start ? section.address : start;
  const to = sectionEnd(section) < end ? sectionEnd(section) : end;
  if (from >= to) return [];
  return [{ address: from, data: section.data.subarray(Number(from - section.address), Number(to - section.address)) }];
}

/** Sections of one sector as one; between them is what OpenOCD itself fills gaps with (`default_padded_value` in `src/flash/nor/core.c`). */
function filled(sections: readonly ImageSection[]): ImageSection {
  const address = sections.reduce(
    (least, section) => (section.address < least ? section.address : least),
    sections[0]?.address ?? 0n,
  );
  const end = sections.reduce((most, { address: at, data }) => Math.max(most, Number(at - address) + data.length), 0);
  const data = Buffer.alloc(end, 0xff);
  for (const section of sections) section.data.copy(data, Number(section.address - address));
  return { address, data };
}

function joinSections(sections: readonly ImageSection[]): ImageSection[] {
  const joined: { address: bigint; parts: Buffer[]; end: bigint }[] = [];
  for (const { address, data } of sections) {
    const last = joined.at(-1);
    if (last?.end === address) {
      last.parts.push(data);
      last.end += BigInt(data.length);
    } else joined.push({ address, parts: [data], end: address + BigInt(data.length) });
  }
  return joined.map(({ address, parts }) => ({ address, data: Buffer.concat(parts) }));
}

function total(sections: readonly ImageSection[]): number {
  return sections.reduce((sum, { data }) => sum + data.length, 0);
}
