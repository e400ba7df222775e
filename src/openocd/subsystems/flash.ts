// Flash memory: banks, sectors, erase, write, verify, protect. Long operations are cut into sectors or groups of sectors, so
// that they can report how far they are and end in between.
import { type Address, hex, whole } from '../address';
import type { Client } from '../client';
import { ArgumentError, FlashError } from '../errors';
import { type BankLayout, bySector, type FlashPlan, planFlash } from '../flashPlan';
import { type ImageFormat, type ImageSection, readImage, sectionEnd } from '../image';
import { readLocalFile, writeLocalFile } from '../localFiles';
import type { LongOperation } from '../progress';
import { type FlashBank, readFlashInfo } from '../replies/flash';
import { serverFile, sharesFiles } from '../serverFile';
import { reset as resetRequest } from '../stateRequests';
import { quote } from '../tcl/quote';
import {
  bankList,
  describeBank,
  describeBanks,
  type FlashBankInfo,
  flashRequest,
  STEP_TIMEOUT_MS,
  type UnreadyBank,
} from './flashBanks';
import { findDifferences } from './flashComparison';

export interface ImageOptions extends LongOperation {
  /** Added to the addresses of the file; for a binary file its address. */
  readonly offset?: Address | undefined;
  /** Found out from the contents when absent. */
  readonly format?: ImageFormat | undefined;
}

export interface WriteImageOptions extends ImageOptions {
  /** Erases the sectors first; true when absent. */
  readonly erase?: boolean | undefined;
  /** Removes write protection first. */
  readonly unlock?: boolean | undefined;
  /** Compares afterwards. */
  readonly verify?: boolean | undefined;
}

export interface WriteResult {
  /** Bytes of the image in flash. */
  readonly bytes: number;
  /** Bytes of the image that belong to no flash bank and were left out, such as initialised RAM. */
  readonly skipped: number;
}

export interface UpdateResult extends WriteResult {
  /** Those of the bytes that were in sectors that differed, and were written; 0 when the flash held the image already. */
  readonly written: number;
}

type Comparison = 'compare' | 'verify';

/** An operation in one command, on a chip of several megabytes. */
const WHOLE_TIMEOUT_MS = 600_000;

export class Flash {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** `flash list`; sizes are known once a bank was probed. @throws FlashError */
  banks(): Promise<FlashBank[]> {
    return this.#client.execute(bankList());
  }

  /** `flash probe`, `flash info BANK` and `flash info BANK sectors`. The core must be halted for most drivers. @throws FlashError, TargetNotHaltedError */
  info(bank: number): Promise<FlashBankInfo> {
    return describeBank(this.#client, whole(bank, 'bank'));
  }

  /** Contents of a bank, through its driver (`flash read_bank`); only where OpenOCD writes files this program can read. @throws FlashError, TargetNotHaltedError */
  async read(bank: number, offset: number, size: number): Promise<Buffer> {
    whole(size, 'size');
    if (size === 0) return Buffer.alloc(0);
    if (!(await sharesFiles(this.#client)))
      throw new FlashError(
        'Reading flash through its driver needs an OpenOCD on this machine. Read it as memory instead.',
      );
    await using file = await serverFile(this.#client, Buffer.alloc(0));
    await this.#client.execute(
      flashRequest(
        `Reading ${size} bytes of flash bank ${bank} at offset ${hex(whole(offset, 'offset'))}`,
        `flash read_bank ${whole(bank, 'bank')} ${quote(file.path)} ${hex(offset)} ${size}`,
        () => undefined,
        WHOLE_TIMEOUT_MS,
      ),
    );
    return file.read();
  }

  /** As `read`, into a file of this machine. @throws as `read`; ArgumentError when the file cannot be written */
  async readToFile(bank: number, file: string, offset = 0, size?: number): Promise<void> {
    const length = size ?? (await this.info(bank)).size - offset;
    await writeLocalFile(file, await this.read(bank, offset, length));
  }

  /**
   * Writes a program file: `flash write_image [erase] [unlock] PART ADDRESS bin` for each group of sectors. The core must be halted.
   * @throws FlashError (also when cancelled: it says how far the writing got), TargetNotHaltedError; ArgumentError when the file cannot be read
   */
  async writeImage(file: string, options: WriteImageOptions = {}): Promise<WriteResult> {
    return this.#writeAll(file, await imageOf(file, options), options);
  }

  async #writeAll(file: string, image: readonly ImageSection[], options: WriteImageOptions): Promise<WriteResult> {
    const { plan, layouts } = await this.#plan(file, image, options);
    await this.#writePlan(plan, layouts, options);
    return { bytes: plan.bytes, skipped: outside(plan) };
  }

  /**
   * As `writeImage`, but only the sectors that differ from the file; where the core cannot tell which (it does on a Cortex-M with a work
   * area), all of them if any does.
   * @throws as `writeImage`
   */
  async update(file: string, options: WriteImageOptions = {}): Promise<UpdateResult> {
    const image = await imageOf(file, options);
    const { plan, layouts } = await this.#plan(file, image, options);
    const changed = await this.#changes(plan, layouts, options);
    if (changed.bytes > 0) await this.#writePlan(changed, layouts, options);
    return { bytes: plan.bytes, written: changed.bytes, skipped: outside(plan) };
  }

  async #writePlan(plan: FlashPlan, layouts: readonly BankLayout[], options: WriteImageOptions): Promise<void> {
    const words = `${(options.erase ?? true) ? 'erase ' : ''}${options.unlock ? 'unlock ' : ''}`;
    await this.#eachPiece(
      plan,
      'write',
      options,
      (path, address) => `flash write_image ${words}${path} ${hex(address)} bin`,
    );
    if (options.verify) await this.#verify(plan, layouts, options);
  }

  /** `flash write_bank`: bytes at an offset of a bank that is erased there. @throws FlashError, TargetNotHaltedError */
  async write(bank: number, offset: number, data: Uint8Array): Promise<void> {
    await using file = await serverFile(this.#client, data);
    await this.#client.execute(
      flashRequest(
        `Writing ${data.length} bytes to flash bank ${bank} at offset ${hex(whole(offset, 'offset'))}`,
        `flash write_bank ${whole(bank, 'bank')} ${quote(file.path)} ${hex(offset)}`,
        () => undefined,
        WHOLE_TIMEOUT_MS,
      ),
    );
  }

  /** `flash erase_sector BANK FIRST LAST`, in some twenty steps. @throws FlashError, TargetNotHaltedError */
  async eraseSectors(bank: number, first: number, last: number, options: LongOperation = {}): Promise<void> {
    const total = whole(last, 'last sector') - whole(first, 'first sector') + 1;
    if (total < 1) throw new ArgumentError(`The last sector ${last} comes before the first, ${first}.`);
    // OpenOCD checks each command by itself: without this, a wrong last sector is noticed after the others are gone.
    const sectors = await this.#client.execute(
      flashRequest(
        `Listing the sectors of flash bank ${bank}`,
        `flash info ${whole(bank, 'bank')} sectors`,
        readFlashInfo,
        STEP_TIMEOUT_MS,
      ),
    );
    if (last >= sectors.sectors.length)
      throw new FlashError(
        `Flash bank ${bank} has sectors 0 to ${sectors.sectors.length - 1}; ${last} is not one of them.`,
      );
    const step = Math.ceil(total / 20);
    for (let at = first; at <= last; at += step) {
      const end = Math.min(at + step - 1, last);
      this.#checkCancelled(
        options,
        `sectors ${first} to ${at - 1} of flash bank ${bank} are erased, ${at} to ${last} are not`,
      );
      await this.#client.execute(
        flashRequest(
          `Erasing sectors ${at} to ${end} of flash bank ${bank}`,
          `flash erase_sector ${bank} ${at} ${end}`,
          () => undefined,
          STEP_TIMEOUT_MS,
        ),
      );
      options.onProgress?.({ done: end - first + 1, total, unit: 'sectors', phase: 'erase' });
    }
  }

  /** `flash erase_address`: the range must begin and end at sector borders, unless `pad` widens it to them. @throws FlashError, TargetNotHaltedError */
  async eraseAddress(address: Address, size: number, { pad = false }: { readonly pad?: boolean } = {}): Promise<void> {
    await this.#client.execute(
      flashRequest(
        `Erasing ${size} bytes at ${hex(address)}`,
        `flash erase_address ${pad ? 'pad ' : ''}${hex(address)} ${whole(size, 'size', 1)}`,
        () => undefined,
        WHOLE_TIMEOUT_MS,
      ),
    );
  }

  /** `flash erase_sector BANK 0 last` in one command, which drivers turn into the chip's own mass erase. @throws FlashError, TargetNotHaltedError */
  async massErase(bank: number): Promise<void> {
    await this.#client.execute(
      flashRequest(
        `Erasing flash bank ${bank}`,
        `flash erase_sector ${whole(bank, 'bank')} 0 last`,
        () => undefined,
        WHOLE_TIMEOUT_MS,
      ),
    );
  }

  /**
   * Compares flash with a program file: by fingerprints that the core makes, and where it cannot, or something differs, by
   * `flash verify_image PART ADDRESS bin` for each group of sectors.
   * @throws FlashError when it differs, naming the place; ArgumentError when the file cannot be read
   */
  async verify(file: string, options: ImageOptions = {}): Promise<WriteResult> {
    const image = await imageOf(file, options);
    const { plan, layouts } = await this.#plan(file, image, options);
    await this.#verify(plan, layouts, options);
    return { bytes: plan.bytes, skipped: outside(plan) };
  }

  /** `flash protect BANK FIRST LAST on|off`. Numbers are of protection blocks; many chips need a reset before it counts. @throws FlashError, TargetNotHaltedError */
  async protect(bank: number, first: number, last: number, on: boolean): Promise<void> {
    const range = `${whole(bank, 'bank')} ${whole(first, 'first block')} ${whole(last, 'last block')}`;
    await this.#client.execute(
      flashRequest(
        `${on ? 'Protecting' : 'Unprotecting'} blocks ${first} to ${last} of flash bank ${bank}`,
        `flash protect ${range} ${on ? 'on' : 'off'}`,
        () => undefined,
        STEP_TIMEOUT_MS,
      ),
    );
  }

  /**
   * All in one: `reset init`, write with erase, verify, `reset run`.
   * `verify`: true when absent.
   * `reset`: lets the new program run; true when absent.
   * @throws as `writeImage`; TargetError
   */
  async program(
    file: string,
    { verify = true, reset = true, ...options }: Omit<WriteImageOptions, 'erase'> & { readonly reset?: boolean } = {},
  ): Promise<WriteResult> {
    // Read first: a file that cannot be used shall not cost a reset.
    const image = await imageOf(file, options);
    await this.#client.execute(resetRequest('init'));
    const result = await this.#writeAll(file, image, { ...options, verify });
    if (reset) await this.#client.execute(resetRequest('run'));
    return result;
  }

  /** The plan for an image, and the banks it was made for. @throws FlashError when it does not fit */
  async #plan(
    file: string,
    image: readonly ImageSection[],
    options: ImageOptions,
  ): Promise<{ readonly plan: FlashPlan; readonly layouts: readonly BankLayout[] }> {
    const { ready, unready } = await describeBanks(this.#client);
    const layouts = ready.map((bank) => ({ bank, sectors: bank.sectors }));
    return { plan: planFor(file, image, layouts, unready, options), layouts };
  }

  /** The sectors of a plan that differ from the flash, as the core finds out; undefined where it cannot. */
  async #differing(
    plan: FlashPlan,
    layouts: readonly BankLayout[],
    phase: Comparison,
    options: LongOperation,
  ): Promise<FlashPlan | undefined> {
    const sectors = bySector(plan, layouts);
    const total = plan.bytes;
    const differs = await findDifferences(
      this.#client,
      sectors.map(({ sections }) => sections),
      (done) => {
        this.#checkCancelled(options, `${done} of ${total} bytes are compared`);
        options.onProgress?.({ done, total, unit: 'bytes', phase });
      },
    );
    return (
      differs &&
      planFlash(
        sectors.flatMap(({ sections }, index) => (differs[index] ? sections : [])),
        layouts,
      )
    );
  }

  /** What of a plan has to be written. */
  async #changes(plan: FlashPlan, layouts: readonly BankLayout[], options: LongOperation): Promise<FlashPlan> {
    const differing = await this.#differing(plan, layouts, 'compare', options);
    if (differing !== undefined) return differing;
    try {
      await this.#verifyPieces(plan, 'compare', options);
      return planFlash([], layouts);
    } catch (error) {
      // A difference and a failure look alike here; if it was a failure, writing meets it again and tells.
      if (error instanceof FlashError && options.signal?.aborted !== true) return plan;
      throw error;
    }
  }

  async #verify(plan: FlashPlan, layouts: readonly BankLayout[], options: LongOperation): Promise<void> {
    const differing = await this.#differing(plan, layouts, 'verify', options);
    // OpenOCD names the place, and has the last word.
    await this.#verifyPieces(differing ?? plan, 'verify', options);
  }

  #verifyPieces(plan: FlashPlan, phase: Comparison, options: LongOperation): Promise<void> {
    return this.#eachPiece(plan, phase, options, (path, address) => `flash verify_image ${path} ${hex(address)} bin`);
  }

  async #eachPiece(
    plan: FlashPlan,
    phase: 'write' | Comparison,
    options: LongOperation,
    script: (path: string, address: bigint) => string,
  ): Promise<void> {
    let done = 0;
    for (const piece of plan.pieces) {
      const next = piece.sections[0]?.address ?? 0n;
      this.#checkCancelled(
        options,
        phase === 'write'
          ? `${done} of ${plan.bytes} bytes are written; from ${hex(next)} on the flash is as before`
          : `${done} of ${plan.bytes} bytes are compared`,
      );
      for (const { address, data } of phase === 'write' ? piece.writes : piece.sections) {
        await using file = await serverFile(this.#client, data);
        const action = `${phase === 'write' ? 'Writing' : 'Verifying'} ${data.length} bytes at ${hex(address)}`;
        await this.#client.execute(
          flashRequest(action, script(quote(file.path), address), () => undefined, STEP_TIMEOUT_MS),
        );
      }
      done += piece.bytes;
      options.onProgress?.({ done, total: plan.bytes, unit: 'bytes', phase });
    }
  }

  #checkCancelled({ signal }: LongOperation, state: string): void {
    if (signal?.aborted) throw new FlashError(`Cancelled: ${state}.`, { cause: signal.reason });
  }
}

/** The window that processors have for an external flash, where its size is not known. */
const WINDOW_BYTES = 0x1000_0000n;

/** @throws FlashError when nothing of the image belongs into flash, when it is too large, or when it needs a bank that is not ready */
function planFor(
  file: string,
  image: readonly ImageSection[],
  layouts: readonly BankLayout[],
  unready: readonly UnreadyBank[],
  { offset }: ImageOptions,
): FlashPlan {
  const plan = planFlash(image, layouts);
  for (const { address, data } of plan.outside) {
    const bank = unready.find(
      ({ base, size }) => address >= base && address < base + (size > 0 ? BigInt(size) : WINDOW_BYTES),
    );
    if (bank !== undefined)
      throw new FlashError(
        `${file} has ${data.length} bytes for the flash bank “${bank.name}” at ${hex(bank.base)}, which is not ready: ${bank.problem}. It may need “reset init”, or commands of its own before.`,
      );
    const full = layouts.find(({ bank: { base, size } }) => address === base + BigInt(size));
    const isCut = image.some((section) => section.address < address && sectionEnd(section) > address);
    if (full !== undefined && isCut)
      throw new FlashError(
        `${file} is too large: ${data.length} bytes of it lie behind the flash of ${full.bank.size} bytes at ${hex(full.bank.base)}.`,
      );
  }
  if (plan.pieces.length > 0) return plan;
  const ranges = layouts.map(({ bank }) => `${hex(bank.base)} (${bank.size} bytes)`).join(', ');
  const advice = offset === undefined ? ' Say with the offset where it goes; a binary file itself does not tell.' : '';
  throw new FlashError(
    `${file} has nothing for the flash: it begins at ${hex(image[0]?.address ?? 0n)}, the flash banks are at ${ranges || '(none)'}.${advice}`,
  );
}

const outside = (plan: FlashPlan) => plan.outside.reduce((sum, { data }) => sum + data.length, 0);

async function imageOf(file: string, { offset, format }: ImageOptions): Promise<ImageSection[]> {
  return readImage(await readLocalFile(file), file, offset, format);
}
