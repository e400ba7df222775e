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
/** A bank that cannot be described: an external flash whose pins are not set up yet, for example. */
export interface UnreadyBank extends FlashBank {
  readonly problem: string;
}

/** Every bank, in one round trip; those that OpenOCD cannot describe at present by themselves. @throws FlashError when there is no list of banks */
export async function describeBanks(client: Client): Promise<{
  readonly ready: readonly FlashBankInfo[];
  readonly unready: readonly UnreadyBank[];
}> {
  // Describing a bank probes it, which makes its size known: they are listed afterwards.
  const [descriptions, banks] = await client.all([bankDescriptions('all'), bankList()]);
  const known = descriptions.flatMap((description) => {
    const bank = banks[description.number];
    return bank === undefined ? [] : [{ bank, description }];
  });
  return {
    ready: known.flatMap(({ bank, description }) =>
      description.problem === undefined ? [joinInfo(bank, description)] : [],
    ),
    unready: known.flatMap(({ bank, description: { problem } }) =>
      problem === undefined ? [] : [{ ...bank, problem }],
    ),
  };
}

/** One bank. @throws FlashError */
export async function describeBank(client: Client, which: number): Promise<FlashBankInfo> {
  const [descriptions, banks] = await client.all([bankDescriptions(which), bankList()]);
  const [description] = descriptions;
  const bank = banks[which];
  if (!bank || !description) throw new FlashError(`There is no flash bank ${which}.`, { command: 'flash list' });
  if (description.problem !== undefined) {
    throw new FlashError(`Describing flash bank ${which} failed: ${description.problem}.`, {
      command: `flash info ${which}`,
    });
  }
  return joinInfo(bank, description);
}

function joinInfo(bank: FlashBank, { description, sectors, blocks }: BankDescription): FlashBankInfo {
  // Where protection goes by blocks of several sectors, only the blocks tell.
  const protection = ({ offset }: FlashSector) =>
    blocks.find((block) => offset >= block.offset && offset < block.offset + block.size)?.protected;
  return {
    ...bank,
    sectors: sectors.map((sector) => ({ ...sector, protected: sector.protected ?? protection(sector) })),
    description,
  };
}

/** `flash list`; sizes are known once a bank was probed. */
export const bankList = () => flashRequest('Listing the flash banks', 'flash list', readFlashList);

interface BankDescription {
  readonly number: number;
  readonly description: string;
  readonly sectors: readonly FlashSector[];
  /** Units of protection, where they are not sectors. */
  readonly blocks: readonly FlashSector[];
  /** Why the bank cannot be described. */
  readonly problem: string | undefined;
}

/** @param which the bank of that number, or every one there is */
function bankDescriptions(which: number | 'all'): Request<BankDescription[]> {
  const end = which === 'all' ? '[llength [flash list]]' : which + 1;
  return flashRequest(
    which === 'all' ? 'Describing the flash banks' : `Describing flash bank ${which}`,
    local(
      `set r {}; for {set n ${which === 'all' ? 0 : which}} {$n < ${end}} {incr n} {` +
        'if {[catch {list [flash info $n] [flash info $n sectors]} d]} {lappend r $n [list $d]} else {lappend r $n $d}}; set r',
    ),
    (text) => {
      const fields = parseList(text);
      return Array.from({ length: fields.length / 2 }, (_, index) => {
        const [number = '', description = ''] = fields.slice(index * 2, index * 2 + 2);
        return readDescription(Number(number), parseList(description));
      });
    },
    STEP_TIMEOUT_MS,
  );
}

/** @param fields what the bank has by blocks and by sectors, or one text that says why it has neither */
function readDescription(number: number, fields: readonly string[]): BankDescription {
  const [first = '', second] = fields;
  if (second === undefined) {
    const problem = first.trim().replace(/\s+/g, ' ').replace(/\.$/, '') || 'OpenOCD gave no reason';
    return { number, description: '', blocks: [], sectors: [], problem };
  }
  const { description, sectors: blocks } = readFlashInfo(first);
  return { number, description, blocks, sectors: readFlashInfo(second).sectors, problem: undefined };
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
