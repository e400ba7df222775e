// remote_bitbang over TCP or a UNIX socket: the cable between OpenOCD and the board. One client at a time.
import net from 'node:net';
import type { Board } from './board';
import { ProtocolError } from './jtag';
import { listen, type Where } from './listen';
import type { Pacer } from './pacer';

/** How long a new client waits for the present one to turn out to be leaving. */
const LEAVING_MS = 100;

export class BitbangServer {
  private readonly server = net.createServer({ noDelay: true }, (socket) => this.accept(socket));
  private client: net.Socket | undefined;
  private pluggedIn = true;

  /** @param warn called with one line for each client that is turned away */
  constructor(
    private readonly board: Board,
    private readonly pacer: Pacer,
    private readonly warn: (message: string) => void,
  ) {}

  /** @returns the port, or the path of the socket */
  listen(where: Where): Promise<number | string> {
    return listen(this.server, where);
  }

  /** Pulls the cable: the client loses its connection and no other gets one until it is plugged in again. */
  unplug(): void {
    this.pluggedIn = false;
    this.client?.destroy();
  }

  plug(): void {
    this.pluggedIn = true;
  }

  close(): void {
    this.client?.destroy();
    this.server.close();
  }

  /** A client that comes just as the one before it leaves, as when OpenOCD is restarted, waits for that to be seen. */
  private accept(socket: net.Socket): void {
    socket.on('error', () => socket.destroy()); // a client that dies is no concern of the board
    const leaving = this.client;
    if (!leaving) {
      this.admit(socket);
      return;
    }
    const admit = () => {
      clearTimeout(patience);
      leaving.off('close', admit);
      this.admit(socket);
    };
    const patience = setTimeout(admit, LEAVING_MS);
    leaving.once('close', admit);
  }

  private admit(socket: net.Socket): void {
    if (socket.destroyed) return;
    if (this.client || !this.pluggedIn) {
      this.warn(
        this.client
          ? 'A second client was refused: the debug port is in use.'
          : 'A client was refused: the cable is unplugged.',
      );
      socket.destroy();
      return;
    }
    this.client = socket;
    socket.on('close', () => {
      this.client = undefined;
    });
    socket.on('data', (chunk) => this.receive(socket, chunk));
  }

  /** Answers a whole chunk at once: OpenOCD waits for each answer, so round trips are what counts. */
  private receive(socket: net.Socket, chunk: Buffer): void {
    if (chunk.length > 1) this.pacer.catchUp(); // single letters are the activity light
    const out = Buffer.allocUnsafe(chunk.length);
    try {
      const { answers, quit } = this.board.tap.process(chunk, out);
      if (answers > 0) socket.write(out.subarray(0, answers));
      if (quit) socket.end();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.warn(`${error.message} The connection was closed.`);
      socket.destroy();
    }
  }
}
