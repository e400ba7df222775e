// A minimal client of OpenOCD's TCL port, for tests of what lies below the product's own client.
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const TERMINATOR = '\x1a';

/**
 * What tests say to every OpenOCD is what came with 0.12. For an older one these stand in, under names of their own: to the product
 * it has to look as old as it is.
 */
const NEWER = /\b(?:read_memory|write_memory|get_reg)\b/g;
const STAND_INS = `
proc test_read_memory {address width count} {
  set elements {}
  mem2array found $width $address $count
  for {set i 0} {$i < $count} {incr i} {lappend elements [format 0x%x $found($i)]}
  return $elements
}
proc test_write_memory {address width values} {
  set i -1
  foreach value $values {set given([incr i]) $value}
  array2mem given $width $address [llength $values]
}
proc test_get_reg {args} {
  set found {}
  foreach name [lindex $args end] {lappend found $name [string trim [lindex [split [reg $name force] :] 1]]}
  return $found
}
expr {[llength [info commands read_memory]] > 0}`;

export class TclRpc {
  private buffer = '';
  private readonly waiting: { resolve: (reply: string) => void; reject: (error: Error) => void }[] = [];

  /** Before 0.12. */
  private isOld = false;

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
      if (!socket) continue;
      const rpc = new TclRpc(socket);
      rpc.isOld = (await rpc.call(STAND_INS)) === '0';
      return rpc;
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
      this.socket.write((this.isOld ? command.replace(NEWER, 'test_$&') : command) + TERMINATOR);
    });
  }

  close(): void {
    this.socket.destroy();
  }
}
