// A door in front of OpenOCD's TCL port that lets everything through and counts it.
import net from 'node:net';

export interface Traffic {
  /** Commands that went to OpenOCD, each with one reply. */
  readonly roundTrips: number;
  /** Bytes in both directions. */
  readonly bytes: number;
}

export interface CountingProxy {
  readonly port: number;
  traffic(): Traffic;
  close(): void;
}

const TERMINATOR = 0x1a;

/** @param target port of 127.0.0.1 */
export async function countingProxy(target: number): Promise<CountingProxy> {
  const counted = { roundTrips: 0, bytes: 0 };
  const sockets = new Set<net.Socket>();
  const server = net.createServer((client) => {
    const upstream = net.connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
    }
    client.on('data', (data) => {
      counted.bytes += data.length;
      for (const byte of data) if (byte === TERMINATOR) counted.roundTrips++;
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      counted.bytes += data.length;
      client.write(data);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    traffic: () => ({ ...counted }),
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
