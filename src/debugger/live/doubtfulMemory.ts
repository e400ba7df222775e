// Memory of RISC-V cores through OpenOCD up to 0.12, which reads it with the program buffer: a block that cannot be read comes back as
// zeros and without an error, and an access that failed leaves registers changed. Both are made good here.
import type { Session } from '../../openocd';

/** What reads and writes whole blocks, or fails with OpenOCD's error: OpenOCD itself, where it tells the truth. */
export type BlockMemory = Pick<Session['memory'], 'readBytes' | 'writeBytes'>;

/** Bytes in one block: the end of each is looked at. */
const BLOCK_BYTES = 1024;
const WORD_BYTES = 4;

export class DoubtfulMemory implements BlockMemory {
  /**
   * @param spoilt OpenOCD's names of the registers that a failed access changes
   * @param isHalted whether OpenOCD knows the core's registers
   */
  constructor(
    private readonly session: Session,
    private readonly spoilt: readonly string[],
    private readonly isHalted: () => boolean,
  ) {}

  async readBytes(address: number, size: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let at = address; at < address + size; ) {
      const end = Math.min(address + size, (Math.floor(at / BLOCK_BYTES) + 1) * BLOCK_BYTES);
      parts.push(await this.#mended(() => this.#readBlock(at, end - at)));
      at = end;
    }
    return Buffer.concat(parts);
  }

  async writeBytes(address: number, data: Uint8Array): Promise<void> {
    await this.#mended(() => this.session.memory.writeBytes(address, data));
  }

  /** Words after the one that failed are zeros: a block that ends with one is believed when that word can be read alone. */
  async #readBlock(address: number, size: number): Promise<Buffer> {
    const bytes = await this.session.memory.readBytes(address, size);
    const last = address + size - ((address + size) % WORD_BYTES) - WORD_BYTES;
    if (last <= address || bytes.readUInt32LE(last - address) !== 0) return bytes;
    await this.session.memory.readBytes(last, WORD_BYTES);
    return bytes;
  }

  /** After a failure the registers get the values again that OpenOCD remembers from the halt. */
  async #mended<T>(access: () => Promise<T>): Promise<T> {
    try {
      return await access();
    } catch (error) {
      const value = '[string trim [lindex [split [reg $n] :] 1]]';
      if (this.isHalted())
        await this.session
          .command(`foreach n {${this.spoilt.join(' ')}} {catch {reg $n ${value}}}`)
          .catch(() => undefined);
      throw error;
    }
  }
}
