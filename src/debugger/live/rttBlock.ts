// The control block of SEGGER RTT in target memory: whether it is there, and which channels it describes. Reading the channels'
// data is OpenOCD's job (openocd/subsystems/rtt.ts).
// Layout: SEGGER_RTT.h, SEGGER_RTT_CB: id[16], two counts, then per buffer name, address, size, write and read offset, flags.
import type { Program } from '../../debuginfo/api';
import { readUnsigned } from '../numbers';
import type { Target } from '../target';

export interface RttChannelInfo {
  readonly index: number;
  readonly direction: 'up' | 'down';
  readonly name: string;
  readonly sizeBytes: number;
}

const ID = 'SEGGER RTT';
const ID_BYTES = 16;
/** More channels than this mean that the memory holds something else. */
const MOST_CHANNELS = 64;
const LONGEST_NAME = 64;

export const rttSymbol = '_SEGGER_RTT';

/** Where the program says that its control block is. */
export const rttAddressOf = (program: Program): number | undefined => program.symbolNamed(rttSymbol)?.address;

/** The channels of the block at `address`; undefined while there is none. @throws EngineError when memory cannot be read */
export async function readRttBlock(
  target: Target,
  address: number,
  id = ID,
): Promise<readonly RttChannelInfo[] | undefined> {
  const head = (await target.readMemory(address, ID_BYTES + 8)).bytes;
  if (head.length < ID_BYTES + 8 || text(head) !== id) return undefined;
  const [ups, downs] = [count(head, ID_BYTES), count(head, ID_BYTES + 4)];
  if (ups === 0 || ups > MOST_CHANNELS || downs > MOST_CHANNELS) return undefined;
  const word = target.addressSize;
  const size = 2 * word + 16;
  const table = (await target.readMemory(address + ID_BYTES + 8, (ups + downs) * size)).bytes;
  if (table.length < (ups + downs) * size) return undefined;
  const channels: RttChannelInfo[] = [];
  for (let i = 0; i < ups + downs; i++) {
    const at = i * size;
    const name = Number(readUnsigned(table.subarray(at, at + word), false));
    const sizeBytes = count(table, at + 2 * word);
    if (sizeBytes === 0) continue;
    channels.push({
      index: i < ups ? i : i - ups,
      direction: i < ups ? 'up' : 'down',
      name: name === 0 ? '' : text((await target.readMemory(name, LONGEST_NAME)).bytes),
      sizeBytes,
    });
  }
  return channels;
}

/** Makes a block of an earlier run unfindable: memory survives a reset. Nothing is written where there is none. */
export async function clearRttBlock(target: Target, address: number): Promise<void> {
  const head = (await target.readMemory(address, ID_BYTES)).bytes;
  if (text(head) === ID) await target.writeMemory(address, new Uint8Array(ID_BYTES));
}

const count = (bytes: Uint8Array, at: number) => Number(readUnsigned(bytes.subarray(at, at + 4), false));

function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(bytes.subarray(0, end < 0 ? bytes.length : end)).toString('utf8');
}
