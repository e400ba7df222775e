// The state of the simulated core that a step starts from, to be put back: registers, and the memory that the program uses.
import type { Rig } from '../support';

const RAM = 0x20000000;
const RAM_END = RAM + 16 * 1024;
/** Behind the variables of a program that allocates memory. */
const HEAP_BYTES = 2048;
const CHUNK_BYTES = 32;

const registers = [...Array.from({ length: 13 }, (_, i) => `r${i}`), 'sp', 'lr', 'pc', 'xpsr', 'primask', 'control'];

export interface Checkpoint {
  readonly values: ReadonlyMap<string, bigint>;
  /** Variables and heap, and the stack from the stack pointer on: what lies below it is of no account. */
  readonly pieces: readonly { readonly address: number; readonly bytes: Buffer }[];
}

function variablesEnd({ live: { engine } }: Rig): number {
  const symbol = engine.program.symbolNamed('bss_end');
  if (symbol === undefined) throw new Error('The program has no symbol bss_end.');
  return symbol.address + (engine.program.symbolNamed('_sbrk') === undefined ? 0 : HEAP_BYTES);
}

async function read(rig: Rig, sp: number): Promise<Checkpoint['pieces']> {
  const pieces = [
    { low: RAM, high: variablesEnd(rig) },
    { low: sp, high: RAM_END },
  ];
  const read: { address: number; bytes: Buffer }[] = [];
  for (const { low, high } of pieces) {
    if (high > low) read.push({ address: low, bytes: await rig.session.memory.readBytes(low, high - low) });
  }
  return read;
}

export async function save(rig: Rig): Promise<Checkpoint> {
  const { target } = rig.live;
  // OpenOCD says xPSR up to 0.12 and xpsr after it.
  const names = target.registers(1).map(({ name }) => name);
  const kept = names.filter((name) => registers.includes(name.toLowerCase()));
  const values = (await target.readRegisters(1, kept)) as ReadonlyMap<string, bigint>;
  return { values, pieces: await read(rig, Number(values.get('sp') ?? 0n)) };
}

/** @param now what is there at this moment, as far as it is known */
export async function restore(rig: Rig, { values, pieces }: Checkpoint, now: Checkpoint): Promise<void> {
  const { session, live } = rig;
  for (const [index, { address, bytes }] of pieces.entries()) {
    const same = now.pieces[index];
    // Both reach to the same end.
    const behind = bytes.length - (same?.bytes.length ?? 0);
    const isKnown = (at: number, old: Buffer) =>
      same !== undefined && at >= behind && same.bytes.subarray(at - behind, at - behind + old.length).equals(old);
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      const old = bytes.subarray(at, at + CHUNK_BYTES);
      if (!isKnown(at, old)) await session.memory.writeBytes(address + at, old);
    }
  }
  await session.command([...values].map(([name, value]) => `reg ${name} 0x${value.toString(16)}`).join('; '));
  await live.target.refresh();
}

/** Moves the program's clock on by what half a second of interrupts would. */
export async function advanceTime({ live, session }: Rig): Promise<void> {
  const [ticks] = live.engine.program.findVariables('ticks');
  if (ticks === undefined) throw new Error('The program has no variable “ticks”.');
  const address = live.engine.scope(undefined).valueOf(ticks).address ?? 0;
  await session.memory.writeU32(address, (await session.memory.readU32(address)) + 500);
  live.engine.invalidate();
}
