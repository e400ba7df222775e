// Both examples run on the simulated board under OpenOCD: they talk, count, take commands, and fault when told to.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { eventually, readSymbols } from '../simulator/support';
import { freePorts, type RunningBoard, root, startBoard } from '../support/board';

/** What an example says and how it names things. */
const examples = [
  { name: 'blinky-c', counter: 'counter', wave: 'wave', channels: /Terminal 1024[\s\S]*Wave 256/ },
  {
    name: 'blinky-cpp',
    counter: '_ZN12_GLOBAL__N_17counterE',
    wave: '_ZN12_GLOBAL__N_14waveE',
    channels: /Terminal 1024/,
  },
];

/** The terminal channel, as a person would use it. */
class Terminal {
  text = '';
  private constructor(private readonly socket: net.Socket) {
    socket.on('data', (data) => {
      this.text += data;
    });
  }

  static async open(board: RunningBoard): Promise<Terminal> {
    const [port] = await freePorts(1);
    await board.tcl('rtt setup 0x20000000 0x4000 "SEGGER RTT"; rtt polling_interval 5');
    await eventually(
      () => board.tcl('catch {rtt start}; catch {rtt channellist} list; set list'),
      (list) => list.includes('Terminal'),
    );
    await board.tcl(`rtt server start ${port} 0`);
    const socket = net.connect(port as number, '127.0.0.1');
    await once(socket, 'connect');
    return new Terminal(socket);
  }

  heard(words: string | RegExp): Promise<string> {
    return eventually(
      async () => this.text,
      (text) => (typeof words === 'string' ? text.includes(words) : words.test(text)),
    );
  }

  type(line: string): void {
    this.socket.write(`${line}\n`);
  }

  close(): void {
    this.socket.destroy();
  }
}

for (const { name, counter, wave, channels } of examples) {
  describe(`The example ${name} on the simulated board`, () => {
    const elf = path.join(root, `examples/${name}/build/${name}.elf`);
    const symbols = readSymbols(elf);
    let board: RunningBoard;
    let terminal: Terminal;
    const word = async (symbol: string) => Number(await board.tcl(`read_memory ${symbols.get(symbol)} 32 1`)) | 0;

    before(async () => {
      board = await startBoard({ image: elf });
      terminal = await Terminal.open(board);
    });
    after(async () => {
      terminal?.close();
      await board?.stop();
    });

    it('has its RTT channels and prints a greeting and reports', async () => {
      assert.match(await board.openOcd.capture('rtt channels'), channels);
      await terminal.heard(`Hello from ${name}`);
      await terminal.heard(/counter \d+, \d+ ms/);
    });

    it('counts, and draws a wave that goes up and down', async () => {
      const first = await word(counter);
      await eventually(
        () => word(counter),
        (value) => value > first,
      );
      const seen = new Set<number>();
      await eventually(
        async () => seen.add(Math.sign(await word(wave))),
        (signs) => signs.has(1) && signs.has(-1),
        10_000,
      );
    });

    it('takes commands', async () => {
      terminal.type('help');
      await terminal.heard('speed');
      terminal.type('speed 9');
      await terminal.heard(/[Ss]peed changed/);
      terminal.type('nonsense');
      await terminal.heard('Unknown command');
    });

    it('toggles its LEDs', async () => {
      const outputs = new Set<number>();
      await eventually(
        async () => outputs.add(Number(await board.tcl('read_memory 0x48000814 32 1'))),
        (seen) => seen.size > 1,
      );
    });

    if (name === 'blinky-c') {
      it('prints by semihosting when asked to', async () => {
        await board.tcl('halt; arm semihosting enable; resume');
        terminal.type('semihosting');
        await eventually(
          async () => board.openOcd.log,
          (log) => log.includes('Hello from semihosting'),
        );
        await terminal.heard('Semihosting came back');
      });

      it('stops at a software breakpoint in RAM', async () => {
        const address = symbols.get('scramble');
        assert.ok(address && address >= 0x20000000);
        await board.tcl(`halt; bp ${address} 2; resume; wait_halt 3000`);
        assert.equal(Number((await board.tcl('get_reg -force pc')).split(' ')[1]), address);
        await board.tcl(`rbp ${address}; resume`);
      });
    }

    it('faults when told to', async () => {
      terminal.type('fault');
      await eventually(
        async () => {
          await board.tcl('halt; catch {wait_halt 1000}');
          const pc = Number((await board.tcl('get_reg -force pc')).split(' ')[1]);
          const xpsr = Number(/0x\w+/.exec(await board.tcl('reg 16'))?.[0]);
          await board.tcl('resume');
          return { inHandler: Math.abs(pc - (symbols.get('HardFault_Handler') ?? 0)) < 32, exception: xpsr & 0x3f };
        },
        ({ inHandler, exception }) => inHandler && exception === 3,
      );
    });
  });
}
