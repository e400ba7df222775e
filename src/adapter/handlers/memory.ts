// Memory and disassembly by address.
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Line } from '../../debugger/disassembly/disassembler';
import { maximumInstructions } from '../../debugger/disassembly/disassembler';
import { hex, hexAddress, toAddress } from '../../debugger/numbers';
import type { Debuggee } from '../debuggee';
import { errors } from '../messages';
import type { Session } from '../session';
import { debuggeeOf, type Stage } from '../stage';

/** Bytes of one answer; the rest is reported as to be asked for again. */
const maximumBytes = 1 << 20;

export function handleMemory(session: Session, stage: Stage): void {
  session.handle('readMemory', async ({ arguments: given, signal }) => {
    const debuggee = debuggeeOf(stage, 'readMemory');
    const address = addressOf(debuggee, given.string('memoryReference'), given.optionalInteger('offset') ?? 0);
    const count = given.count('count', 0, maximumBytes);
    const shown = hexAddress(address, debuggee.engine.space.addressSize);
    if (count === 0) return { address: shown };
    const { bytes, valid } = await debuggee.engine.readMemory(address, count, signal);
    const hole = valid.indexOf(0);
    const good = hole < 0 ? count : hole;
    const next = hole < 0 ? -1 : valid.indexOf(1, hole);
    return {
      address: shown,
      ...(good > 0 ? { data: Buffer.from(bytes.subarray(0, good)).toString('base64') } : {}),
      ...(hole < 0 ? {} : { unreadableBytes: (next < 0 ? count : next) - hole }),
    };
  });

  session.handle('writeMemory', async ({ arguments: given }) => {
    const debuggee = debuggeeOf(stage, 'writeMemory');
    if (stage.live === undefined) throw errors.coreCannot('its memory cannot be written');
    const address = addressOf(debuggee, given.string('memoryReference'), given.optionalInteger('offset') ?? 0);
    const bytes = Buffer.from(given.string('data'), 'base64');
    if (bytes.length > 0) await debuggee.engine.writeMemory(address, bytes);
    session.event('invalidated', { areas: ['variables'] });
    return { bytesWritten: bytes.length };
  });

  session.handle('disassemble', async ({ arguments: given, signal }) => {
    const debuggee = debuggeeOf(stage, 'disassemble');
    const address = addressOf(debuggee, given.string('memoryReference'), given.optionalInteger('offset') ?? 0);
    const offset = given.optionalInteger('instructionOffset') ?? 0;
    const first = Math.max(Math.min(offset, maximumInstructions), -maximumInstructions);
    const count = given.count('instructionCount', 1, maximumInstructions);
    const lines = await debuggee.disassembler.disassemble(address, first, count, signal);
    return { instructions: instructionsOf(debuggee, lines, given.boolean('resolveSymbols', true)) };
  });
}

/** Of an instruction where no memory can be: LLDB's word for it, which VS Code shows no line for. */
const outside = '-1';

/** The address of a memory reference with a byte offset. Arm code references may have their Thumb bit set. */
export function addressOf(debuggee: Debuggee, reference: string, offset: number): number {
  const text = reference.trim();
  if (!/^(0x[\da-f]+|\d+)$/i.test(text)) throw errors.notAnAddress(reference);
  const { addressSize } = debuggee.engine.space;
  const address = BigInt.asUintN(addressSize * 8, BigInt(text) + BigInt(offset));
  return toAddress(address, addressSize);
}

function instructionsOf(
  debuggee: Debuggee,
  lines: readonly Line[],
  withSymbols: boolean,
): DebugProtocol.DisassembledInstruction[] {
  const { addressSize } = debuggee.engine.space;
  const end = 2 ** (addressSize * 8);
  let before: Line['position'];
  return lines.map((line) => {
    const instruction: DebugProtocol.DisassembledInstruction = {
      address: line.address < 0 || line.address >= end ? outside : hexAddress(line.address, addressSize),
      instruction: line.text,
      ...(line.bytes.length > 0 ? { instructionBytes: bytesText(line.bytes) } : {}),
      ...(line.kind === 'invalid' ? { presentationHint: 'invalid' as const } : {}),
      ...(withSymbols && line.symbol !== undefined ? { symbol: line.symbol } : {}),
    };
    const { position } = line;
    if (position !== undefined && (before?.line !== position.line || before.file !== position.file)) {
      instruction.location = debuggee.sources.describe(position.file);
      instruction.line = position.line;
      if (position.column > 0) instruction.column = position.column;
    }
    before = position;
    return instruction;
  });
}

const bytesText = (bytes: Uint8Array) => [...bytes].map((byte) => hex(byte, 2).slice(2)).join(' ');
