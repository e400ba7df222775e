// The two ways of the peripheral tree to the target's memory: through the debug session, and through the board's own connection.
import type * as vscode from 'vscode';
import type { Session } from '../../openocd';
import { ask } from '../commands/debugCommands';
import type { MemoryAccess, MemoryRange, RangeResult } from './modelMemory';

const hex = (value: bigint) => `0x${value.toString(16)}` as const;

/** Most elements in one command of OpenOCD. */
const MOST_ELEMENTS = 65_536;

export function sessionMemory(session: vscode.DebugSession): MemoryAccess {
  return {
    async readMany(ranges) {
      const { results } = await ask(session, 'openocd.readMany', {
        ranges: ranges.map(({ address, lengthBytes, accessWidth }) => ({
          address: hex(address),
          lengthBytes,
          accessBits: accessWidth,
        })),
      });
      return results.map((result) => ('data' in result ? { bytes: Buffer.from(result.data, 'base64') } : result));
    },
    async write(address, accessWidth, value) {
      await ask(session, 'openocd.writeOne', { address: hex(address), accessBits: accessWidth, value: hex(value) });
    },
  };
}

export function boardMemory(session: Session): MemoryAccess {
  return {
    async readMany(ranges, signal) {
      const { request } = await import('../../openocd');
      const results = await session.batch(
        ranges.map(({ address, lengthBytes, accessWidth }) =>
          request.elements(address, accessWidth, Math.min(MOST_ELEMENTS, lengthBytes / (accessWidth / 8))),
        ),
        signal === undefined ? {} : { signal },
      );
      return results.map(
        (result): RangeResult => (result.ok ? { bytes: result.value } : { error: result.error.message }),
      );
    },
    async write(address, accessWidth: MemoryRange['accessWidth'], value) {
      const { request } = await import('../../openocd');
      await session.execute(request.writeElements(address, accessWidth, [value]));
    },
  };
}
