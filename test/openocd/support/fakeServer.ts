// A scripted TCP server in OpenOCD's place, for faults that the real one cannot produce on demand.
import { once } from 'node:events';
import net from 'node:net';
import { parseList } from '../../../src/openocd/tcl/quote';

export type Handler = (command: string, socket: net.Socket, server: FakeServer) => void;

/** Cuts commands at 0x1A (or line ends) and hands each to the handler. */
export class FakeServer {
  readonly sockets: net.Socket[] = [];
  /** Every command received, on all connections. */
  readonly commands: string[] = [];
  #server: net.Server | undefined;
  port = 0;

  private constructor(
    public handler: Handler,
    private readonly terminator: string,
  ) {}

  static async start(
    handler: Handler,
    options: { terminator?: string; greeting?: Buffer; port?: number } = {},
  ): Promise<FakeServer> {
    const fake = new FakeServer(handler, options.terminator ?? '\x1a');
    const server = net.createServer((socket) => {
      fake.sockets.push(socket);
      socket.on('error', () => socket.destroy());
      if (options.greeting) socket.write(options.greeting);
      let pending = '';
      socket.on('data', (chunk) => {
        const parts = (pending + chunk.toString('latin1')).split(fake.terminator);
        pending = parts.pop() ?? '';
        for (const part of parts) {
          fake.commands.push(part);
          fake.handler(part, socket, fake);
        }
      });
    });
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    fake.#server = server;
    fake.port = (server.address() as net.AddressInfo).port;
    return fake;
  }

  /** Stops listening and cuts all connections. */
  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => (this.#server ? this.#server.close(resolve) : resolve(undefined)));
  }
}

export interface FakeOutcome {
  readonly code?: number;
  readonly errorCode?: string;
  readonly message?: string;
  readonly log?: string;
}

/** Answers as the envelope's procedure would. */
export function envelopeReply(id: string, delivery: string, outcomes: readonly FakeOutcome[]): string {
  const parts = outcomes.map(({ code = 0, errorCode = '', message = '', log = '' }) => {
    const lengths = [errorCode, message, log].map((text) => Buffer.byteLength(text));
    return ` ${code} ${lengths.join(' ')}:${errorCode}${message}${log}`;
  });
  return `${delivery === 'nul' ? '\0' : ''}#${id}${parts.join('')}`;
}

/** @returns a handler that plays an OpenOCD: `answer` gets each script of each envelope */
export function openocdHandler(answer: (script: string) => FakeOutcome | string): Handler {
  return (command, socket) => {
    const marker = /^format %s (\S+)$/.exec(command)?.[1];
    if (marker) return void socket.write(`${marker}\x1a`);
    if (command.startsWith('proc ')) return void socket.write('\x1a');
    if (command.startsWith('tcl_')) return void socket.write('\x1a');
    const [, id = '', delivery = '', ...scripts] = parseList(Buffer.from(command, 'latin1').toString('utf8'));
    const outcomes = scripts.map((sent): FakeOutcome => {
      const script = parseList(sent)[0] === 'openocd_debug_local' ? (parseList(sent)[1] ?? '') : sent;
      if (script === 'version') return { message: 'Open On-Chip Debugger 0.12.0' };
      if (script.includes('set known ')) return { message: '1 1 0' };
      const outcome = answer(script);
      return typeof outcome === 'string' ? { message: outcome } : outcome;
    });
    socket.write(`${envelopeReply(id, delivery, outcomes)}\x1a`);
  };
}
