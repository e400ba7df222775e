// Which parts of an image differ from what memory holds, found out by the core itself (fingerprint.ts): an unchanged program of 100 KiB
// is recognised in a tenth of a second where OpenOCD's own comparison takes some. For a Cortex-M that stands still and has a work area;
// for others there is no answer, and OpenOCD has to compare.
import { hex } from '../address';
import type { Client } from '../client';
import { FlashError } from '../errors';
import {
  blocksIn,
  CHANGED_REGISTERS,
  type FingerprintProgram,
  fingerprint,
  fingerprintProgram,
  type WordBlock,
} from '../fingerprint';
import type { ImageSection } from '../image';
import { describeRequest, type Request } from '../request';
import { local } from '../tcl/envelope';
import { bytes, elements, writeElements } from './memory';
import { registerList } from './registers';

/** Words of one run: it can be cancelled after each. */
const RUN_WORDS = 16 * 1024;
/** How long a run may take, and each thousand words of it: 80 cycles each with a slow multiplier, at 1 MHz. */
const RUN_MS = 500;
const THOUSAND_WORDS_MS = 100;

/** What must be so for a core to run the program. */
interface WorkArea {
  readonly address: number;
  readonly size: number;
  /** OpenOCD's names of the registers that have to be put back. */
  readonly registers: readonly string[];
  readonly status: string;
  readonly mask: string;
}

/** Whole words of a part, and where their fingerprint belongs. */
interface Piece extends WordBlock {
  readonly part: number;
  readonly data: Buffer;
}

/** @param onCompared called with the number of bytes compared so far; may throw to end it
 * @returns for each part whether it differs; undefined where the core cannot tell
 * @throws ConnectionError, TimeoutError */
export async function findDifferences(
  client: Client,
  parts: readonly (readonly ImageSection[])[],
  onCompared: (bytes: number) => void,
): Promise<readonly boolean[] | undefined> {
  const sections = parts.flatMap((part, index) => part.map((section) => ({ ...section, part: index })));
  if (sections.some(({ address, data }) => address + BigInt(data.length) > 0x1_0000_0000n)) return undefined;
  const area = await workArea(client);
  if (area === undefined || blocksIn(area.size) === 0) return undefined;
  const pieces = sections.flatMap(({ address, data, part }) => piecesOf(Number(address), data, part));
  const edges = sections.flatMap(({ address, data, part }) => edgesOf(Number(address), data, part));
  const runs = runsOf(pieces, blocksIn(area.size)).map((run) => ({
    pieces: run,
    program: fingerprintProgram(area.address, run),
  }));
  const usedWords = Math.max(0, ...runs.map(({ program }) => program.words.length));
  const [before, ...ends] = await client.batch([
    elements(area.address, 32, Math.max(1, usedWords)),
    ...edges.map(({ address, data }) => bytes(address, data.length)),
  ]);
  if (!before.ok) return undefined;
  const differs: boolean[] = parts.map(() => false);
  for (const [index, { part, data }] of edges.entries()) {
    const read = ends[index];
    if (read?.ok !== true) return undefined;
    if (!read.value.equals(data)) differs[part] = true;
  }
  let compared = edges.reduce((sum, { data }) => sum + data.length, 0);
  if (runs.length === 0) onCompared(compared);
  for (const { pieces: run, program } of runs) {
    const prints = await fingerprintsOf(client, runProgram(area, program, run, before.value));
    if (prints === undefined) return undefined;
    for (const [index, { part, data }] of run.entries()) {
      if (prints[index] !== fingerprint(data)) differs[part] = true;
      compared += data.length;
    }
    onCompared(compared);
  }
  return differs;
}

function piecesOf(address: number, data: Buffer, part: number): readonly Piece[] {
  const pieces: Piece[] = [];
  const end = data.length - ((address + data.length) % 4);
  for (let at = (4 - (address % 4)) % 4; at < end; ) {
    const words = Math.min(RUN_WORDS, (end - at) / 4);
    pieces.push({ address: address + at, words, part, data: data.subarray(at, at + words * 4) });
    at += words * 4;
  }
  return pieces;
}

/** What is before the first whole word and behind the last one. */
function edgesOf(address: number, data: Buffer, part: number) {
  const first = Math.min(data.length, (4 - (address % 4)) % 4);
  const last = Math.max(first, data.length - ((address + data.length) % 4));
  return [
    { address, data: data.subarray(0, first), part },
    { address: address + last, data: data.subarray(last), part },
  ].filter((edge) => edge.data.length > 0);
}

function runsOf(pieces: readonly Piece[], mostBlocks: number): readonly (readonly Piece[])[] {
  const runs: Piece[][] = [];
  let words = 0;
  for (const piece of pieces) {
    const last = runs.at(-1);
    if (last !== undefined && last.length < mostBlocks && words + piece.words <= RUN_WORDS) last.push(piece);
    else {
      runs.push([piece]);
      words = 0;
    }
    words += piece.words;
  }
  return runs;
}

/** The current target's, if it is a little-endian Cortex-M that stands still. */
async function workArea(client: Client): Promise<WorkArea | undefined> {
  const script = local(
    'set t [target current]; list [$t cget -type] [$t curstate] [$t cget -endian] [$t cget -work-area-phys] [$t cget -work-area-size]',
  );
  const [target, listed] = await client.batch([
    describeRequest({
      action: 'Asking for the work area',
      error: FlashError,
      script,
      parse: (text) => text.trim().split(/\s+/),
    }),
    registerList(),
  ]);
  if (!target.ok || !listed.ok) return undefined;
  const [type = '', state, endian, address, size] = target.value;
  if (!['cortex_m', 'hla_target'].includes(type) || state !== 'halted' || endian !== 'little') return undefined;
  const names = CHANGED_REGISTERS.map((name) => listed.value.find((one) => one.name.toLowerCase() === name)?.name);
  const registers = names.filter((name) => name !== undefined);
  const [status, mask] = registers.slice(-2);
  if (registers.length < CHANGED_REGISTERS.length || status === undefined || mask === undefined) return undefined;
  const area = { address: Number(address), size: Number(size), registers, status, mask };
  return Number.isInteger(area.address) && area.address % 4 === 0 && area.size > 0 ? area : undefined;
}

/** Undefined when the core did not come to the end of the program. */
async function fingerprintsOf(client: Client, run: Request<Buffer>): Promise<readonly number[] | undefined> {
  const [table] = await client.batch([run]);
  return table.ok
    ? Array.from({ length: table.value.length / 8 }, (_, index) => table.value.readUInt32LE(index * 8))
    : undefined;
}

/** Writes the program, runs it with interrupts held back, reads its table, and puts registers and RAM back as they were. */
function runProgram(
  { address, registers, status, mask }: WorkArea,
  { words, end, table }: FingerprintProgram,
  blocks: readonly WordBlock[],
  before: Buffer,
): Request<Buffer> {
  const total = blocks.reduce((sum, block) => sum + block.words, 0);
  const limitMs = Math.ceil(RUN_MS + (total / 1000) * THOUSAND_WORDS_MS);
  const old = Array.from(words, (_, index) => before.readUInt32LE(index * 4));
  const result = elements(table, 32, blocks.length * 2);
  return {
    ...result,
    timeout: limitMs + 5000,
    script: (dialect) => {
      const write = (values: readonly number[]) => writeElements(address, 32, values).script(dialect);
      return local(`set t [target current]
set saved {}
foreach name {${registers.join(' ')}} {lappend saved $name [string trim [lindex [split [reg $name] :] 1]]}
set failed [catch {
  ${write(words)}
  reg ${status} 0x01000000
  reg ${mask} 1
  resume ${hex(address)}
  set limit [expr {[ms] + ${limitMs}}]
  while {[$t arp_poll; $t curstate] ne "halted"} {if {[ms] > $limit} {error "the core did not come to an end"}}
  if {[lindex [split [reg pc] :] 1] != ${hex(end)}} {error "the core stopped elsewhere"}
  ${result.script(dialect)}
} answer]
if {[$t curstate] ne "halted"} {catch {halt 1000}}
catch {${write(old)}}
foreach {name value} $saved {catch {reg $name $value}}
if {$failed != 0} {error "the core could not compare: $answer"}
set answer`);
    },
  };
}
