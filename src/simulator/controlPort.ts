// The control port: newline-delimited JSON that asks for counters, presses buttons, and breaks things on purpose.
// Every line is answered by one line, in order; an error is answered as {"error": …}.
import net from 'node:net';
import type { Board } from './board';
import { listen } from './listen';
import type { BitbangServer } from './server';

const MAX_LINE_BYTES = 64 * 1024;

/** What `{"get": …}` can ask for. */
const QUERIES = {
  stats: (board: Board) => board.stats,
  gpio: (board: Board) => board.pinLevels,
  power: (board: Board) => board.powered,
} as const;

/** What `{"do": …}` can do. */
const ACTIONS = {
  'power-off': (board: Board) => board.setPower(false),
  'power-on': (board: Board) => board.setPower(true),
  unplug: (_board: Board, cable: BitbangServer) => cable.unplug(),
  plug: (_board: Board, cable: BitbangServer) => cable.plug(),
  'second-core-off': (board: Board) => board.setCoreDead(1, true),
  'second-core-on': (board: Board) => board.setCoreDead(1, false),
  'hold-reset': (board: Board) => board.holdReset('button', true),
  'release-reset': (board: Board) => board.holdReset('button', false),
} as const;

export class ControlPort {
  private readonly server = net.createServer((socket) => this.accept(socket));
  private readonly clients = new Set<net.Socket>();

  constructor(
    private readonly board: Board,
    private readonly cable: BitbangServer,
    /** Runs the board up to now, so that answers are not stale. */
    private readonly catchUp: () => void,
  ) {}

  listen(port: number): Promise<number | string> {
    return listen(this.server, { port });
  }

  close(): void {
    for (const client of this.clients) client.destroy();
    this.server.close();
  }

  private accept(socket: net.Socket): void {
    let pending = '';
    this.clients.add(socket);
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.clients.delete(socket));
    socket.on('data', (text: string) => {
      const lines = (pending + text).split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') socket.write(`${JSON.stringify(this.answer(line))}\n`);
      if (pending.length > MAX_LINE_BYTES) {
        socket.end(`${JSON.stringify({ error: `A line is longer than ${MAX_LINE_BYTES} bytes.` })}\n`);
      }
    });
  }

  private answer(line: string): object {
    try {
      this.catchUp();
      return this.perform(JSON.parse(line));
    } catch (error) {
      return { error: error instanceof SyntaxError ? `Not JSON: ${error.message}.` : (error as Error).message };
    }
  }

  private perform(request: unknown): object {
    if (isObject(request)) {
      const { get, set, do: action } = request;
      if (get !== undefined) return { [String(get)]: choose(QUERIES, get, 'get')(this.board) };
      if (action !== undefined) {
        choose(ACTIONS, action, 'do')(this.board, this.cable);
        return { done: action };
      }
      if (isObject(set) && isObject(set['gpio'])) return this.setPins(set['gpio']);
    }
    throw new RangeError('Send {"get": …}, {"set": {"gpio": {"PA0": 1}}} or {"do": …}.');
  }

  /** Either every pin is set or none. */
  private setPins(pins: Record<string, unknown>): object {
    const levels = Object.entries(pins).map(([pin, level]) => {
      if (level !== 0 && level !== 1 && level !== null)
        throw new RangeError(`The level of ${pin} must be 0, 1 or null.`);
      return { ...this.board.findPin(pin), level: level === null ? undefined : level === 1 };
    });
    for (const { gpio, pin, level } of levels) gpio.drive(pin, level);
    return { done: 'gpio' };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function choose<T extends object>(table: T, name: unknown, verb: string): T[keyof T] {
  if (typeof name === 'string' && Object.hasOwn(table, name)) return table[name as keyof T];
  const known = Object.keys(table).join(', ');
  throw new RangeError(`There is no {"${verb}": ${JSON.stringify(name)}}. Known: ${known}.`);
}
