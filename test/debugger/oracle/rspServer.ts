// Shows a stopped target to GDB: as much of the remote serial protocol as reading needs (GDB manual, appendix E).
import net from 'node:net';
import type { Target } from '../../../src/debugger/target';

const registers = [...Array.from({ length: 13 }, (_, i) => `r${i}`), 'sp', 'lr', 'pc', 'xPSR', 'msp', 'psp'];

const description = `<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target version="1.0"><architecture>arm</architecture>
<feature name="org.gnu.gdb.arm.m-profile">${Array.from({ length: 13 }, (_, i) => `<reg name="r${i}" bitsize="32"/>`).join('')}
<reg name="sp" bitsize="32" type="data_ptr"/><reg name="lr" bitsize="32"/><reg name="pc" bitsize="32" type="code_ptr"/><reg name="xpsr" bitsize="32"/></feature>
<feature name="org.gnu.gdb.arm.m-system"><reg name="msp" bitsize="32" type="data_ptr"/><reg name="psp" bitsize="32" type="data_ptr"/></feature></target>`;

export interface RspServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves `target` on a free port of this machine. */
export async function serveToGdb(target: Target): Promise<RspServer> {
  const server = net.createServer((socket) => {
    let pending = '';
    let queue = Promise.resolve();
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1');
      for (
        let match = /^[^$]*\$([^#]*)#../s.exec(pending);
        match !== null;
        match = /^[^$]*\$([^#]*)#../s.exec(pending)
      ) {
        pending = pending.slice(match[0].length);
        const packet = match[1] ?? '';
        queue = queue.then(async () => {
          const reply = await answer(target, packet);
          const sum = [...reply].reduce((total, character) => (total + character.charCodeAt(0)) & 0xff, 0);
          socket.write(`+$${reply}#${sum.toString(16).padStart(2, '0')}`, 'latin1');
        });
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return { port: address.port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

async function answer(target: Target, packet: string): Promise<string> {
  if (packet.startsWith('qSupported')) return 'PacketSize=4000;qXfer:features:read+';
  if (packet.startsWith('qXfer:features:read:target.xml:')) {
    const [offset = 0, length = 0] = packet
      .slice(packet.lastIndexOf(':') + 1)
      .split(',')
      .map((text) => Number.parseInt(text, 16));
    const part = description.slice(offset, offset + length);
    return `${offset + length >= description.length ? 'l' : 'm'}${part}`;
  }
  if (packet === '?') return 'S05';
  if (packet === 'qAttached') return '1';
  if (packet === 'g') {
    const values = await target.readRegisters(1, registers);
    return registers.map((name) => littleEndian(values.get(name) ?? 0n)).join('');
  }
  if (packet.startsWith('p')) {
    const name = registers[Number.parseInt(packet.slice(1), 16)] ?? 'r0';
    return littleEndian((await target.readRegisters(1, [name])).get(name) ?? 0n);
  }
  if (packet.startsWith('m')) {
    const [address = 0, length = 0] = packet
      .slice(1)
      .split(',')
      .map((text) => Number.parseInt(text, 16));
    const { bytes } = await target.readMemory(address, length);
    return bytes.length === 0 ? 'E01' : Buffer.from(bytes).toString('hex');
  }
  return packet.startsWith('H') || packet.startsWith('D') ? 'OK' : '';
}

function littleEndian(value: bigint): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(Number(value));
  return bytes.toString('hex');
}
