// A minimal client of OpenOCD's TCL port, for tests of what lies below the product's own client.
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const TERMINATOR = '\x1a';

export class TclRpc {
  private buffer = '';
  private readonly waiting: { resolve: (reply: string) => void; reject: (error: Error) => void }[] = [];

  private constructor(private readonly socket: net.Socket) {
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      const replies = (this.buffer + text).split(TERMINATOR);
      this.buffer = replies.pop() ?? '';
      for (const reply of replies) this.waiting.shift()?.resolve(reply);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      for (const { reject } of this.waiting.splice(0)) reject(new Error('OpenOCD closed the TCL port.'));
    });
  }

  /** Tries until OpenOCD listens, `alive` says it ended, or the time is over. */
  static async connect(port: number, alive: () => boolean, timeoutMs = 10_000): Promise<TclRpc> {
    for (const end = Date.now() + timeoutMs; Date.now() < end && alive(); await delay(20)) {
      const socket = await new Promise<net.Socket | undefined>((resolve) => {
        const attempt = net.connect(port, '127.0.0.1', () => resolve(attempt));
        attempt.once('error', () => resolve(undefined));
      });
      if (socket) return new TclRpc(socket);
    }
    throw new Error(`OpenOCD does not listen on TCL port ${port}.`);
  }

  /** The reply as OpenOCD sends it, white space at the ends removed. */
  call(command: string, timeoutMs = 20_000): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`No answer within ${timeoutMs} ms: ${command}`)), timeoutMs);
      const settle = () => clearTimeout(timer);
      this.waiting.push({
        resolve: (reply) => {
          settle();
          resolve(reply.trim());
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      this.socket.write(command + TERMINATOR);
    });
  }

  close(): void {
    this.socket.destroy();
  }
}
