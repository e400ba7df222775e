// What is asked about flash banks: which there are, their sectors, their protection. What is done to them is in flash.ts.
import type { Client } from '../client';
import { FlashError } from '../errors';
import { type FlashBank, type FlashSector, readFlashInfo, readFlashList } from '../replies/flash';
import { describeRequest, type Request } from '../request';
import { local } from '../tcl/envelope';
import { parseList } from '../tcl/quote';

export interface FlashBankInfo extends FlashBank {
  readonly sectors: readonly FlashSector[];
  /** What the driver says about the chip. */
  readonly description: string;
}

/** One step of an operation on flash; a slow chip takes seconds for a large sector. */
export const STEP_TIMEOUT_MS = 60_000;
/** One bank or all of them, in one round trip. @throws FlashError */
export async function describeBanks(client: Client, which: number | 'all'): Promise<FlashBankInfo[]> {
  // Describing a bank probes it, which makes its size known: they are listed afterwards.
  const [descriptions, banks] = await client.all([bankDescriptions(which), bankList()]);
  return descriptions.map(({ number, description, sectors, blocks }) => {
    const bank = banks[number];
    if (!bank) throw new FlashError(`There is no flash bank ${number}.`, { command: 'flash list' });
    // Where protection goes by blocks of several sectors, only the blocks tell.
    const protection = ({ offset }: FlashSector) =>
      blocks.find((block) => offset >= block.offset && offset < block.offset + block.size)?.protected;
    return {
      ...bank,
      sectors: sectors.map((sector) => ({ ...sector, protected: sector.protected ?? protection(sector) })),
      description,
    };
  });
}

/** `flash list`; sizes are known once a bank was probed. */
export const bankList = () => flashRequest('Listing the flash banks', 'flash list', readFlashList);

interface BankDescription {
  readonly number: number;
  readonly description: string;
  readonly sectors: readonly FlashSector[];
  /** Units of protection, where they are not sectors. */
  readonly blocks: readonly FlashSector[];
}

/** @param which the bank of that number, or every one there is */
function bankDescriptions(which: number | 'all'): Request<BankDescription[]> {
  const end = which === 'all' ? '[llength [flash list]]' : which + 1;
  return flashRequest(
    which === 'all' ? 'Describing the flash banks' : `Describing flash bank ${which}`,
    local(
      `set r {}; for {set n ${which === 'all' ? 0 : which}} {$n < ${end}} {incr n} {lappend r $n [flash info $n] [flash info $n sectors]}; set r`,
    ),
    (text) => {
      const fields = parseList(text);
      return Array.from({ length: fields.length / 3 }, (_, index) => {
        const [number = '', blocks = '', sectors = ''] = fields.slice(index * 3, index * 3 + 3);
        const { description, sectors: units } = readFlashInfo(blocks);
        return { number: Number(number), description, blocks: units, sectors: readFlashInfo(sectors).sectors };
      });
    },
    STEP_TIMEOUT_MS,
  );
}

/** A request about flash; most drivers need a halted core. */
export function flashRequest<T>(
  action: string,
  script: string,
  parse: (text: string) => T,
  timeout?: number,
): Request<T> {
  return describeRequest({
    action,
    error: FlashError,
    script,
    parse,
    // A write beyond the end of a bank is a success for OpenOCD.
    refused: ({ log }) => /^Nothing to write to flash bank/m.exec(log)?.[0],
    timeout,
    needsHalt: true,
  });
}
