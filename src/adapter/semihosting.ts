// Semihosting output: OpenOCD carries the program's requests out and sends what it prints to a socket, from where it goes to the
// debug console. OpenOCD before 0.12 cannot send it; then it prints it in its own log.
import net from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import type { Live } from './live';
import { texts } from './messages';
import type { Session } from './session';

/** Text without a line end is shown after this long: a prompt, perhaps. */
const PATIENCE_MS = 50;

export class Semihosting {
  #socket: net.Socket | undefined;
  #pending = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly session: Session,
    private readonly live: Live,
  ) {}

  /** Turns semihosting on. A core that has none refuses. @throws EngineError */
  async start(): Promise<void> {
    const { target } = this.live.engine;
    await target.onEach(() => 'arm semihosting enable');
    // Asked before it is tried: an older OpenOCD complains to the user of what it does not know.
    if ((await target.command('info commands {arm semihosting_redirect}')) === '') {
      this.session.output(texts.semihostingInLog, 'important');
      return;
    }
    const { host } = this.live.openOcd.connection;
    const port = await freePort();
    await target.command(`arm semihosting_redirect tcp ${port}`);
    const socket = net.connect(port, host);
    const decoder = new StringDecoder('utf8');
    socket.on('data', (bytes) => this.#say(decoder.write(bytes)));
    // OpenOCD's end of the connection tells of itself.
    socket.on('error', () => socket.destroy());
    this.#socket = socket;
  }

  dispose(): void {
    this.#socket?.destroy();
    this.#flush();
  }

  /** OpenOCD sends single characters: they are collected to lines. */
  #say(text: string): void {
    this.#pending += text;
    if (text.includes('\n')) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), PATIENCE_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending !== '') this.session.output(this.#pending, 'stdout');
    this.#pending = '';
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
