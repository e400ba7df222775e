// What leaves and reaches the firmware of the simulated board: RTT, semihosting, USART1, TIM2, pins.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { freePorts, startBoard } from '../support/board';
import { Bench, boardElf, eventually, symbol } from './support';

describe('The simulated board under OpenOCD: channels', () => {
  let bench: Bench;

  before(async () => {
    bench = new Bench(await startBoard({ image: boardElf }));
    await eventually(
      () => bench.word('ticks'),
      (ticks) => ticks > 5,
    );
  });
  after(() => bench.board.stop());

  it('exchanges text by RTT in both directions', async () => {
    const [port] = await freePorts(1);
    await bench.tcl('rtt setup 0x20000000 0x4000 "SEGGER RTT"; rtt polling_interval 5; rtt start');
    const channels = await bench.board.openOcd.capture('rtt channels');
    assert.match(channels, /Terminal 1024/);
    assert.match(channels, /Telemetry 64/);
    await bench.tcl(`rtt server start ${port} 0`);
    const socket = net.connect(port as number, '127.0.0.1');
    let text = '';
    socket.on('data', (data) => {
      text += data;
    });
    await once(socket, 'connect');
    await eventually(
      async () => text,
      (heard) => heard.includes('tick\n'),
    );
    socket.write('hello down\n');
    await eventually(
      async () => text,
      (heard) => heard.includes('HELLO DOWN'),
    );
    socket.destroy();
    await bench.tcl(`rtt server stop ${port}; rtt stop`);
  });

  it('prints by semihosting and runs on', async () => {
    await bench.tcl('halt; arm semihosting enable; resume');
    await bench.write('request_semihosting', 1);
    await eventually(
      async () => bench.board.openOcd.log,
      (log) => log.includes('hello from semihosting'),
    );
    await eventually(
      () => bench.state(),
      (state) => state === 'running',
    );
    await bench.tcl('halt; arm semihosting disable; resume');
  });

  it('sends by USART1 to the log and to itself', async () => {
    await eventually(
      async () => bench.board.simulator.log,
      (log) => log.includes('{"event":"usart1","text":"hello usart\\n"}'),
    );
    assert.equal(await bench.word('received_count'), 'hello usart\n'.length);
    const bytes = await bench.tcl(`read_memory ${symbol('received')} 8 12`);
    assert.equal(String.fromCharCode(...bytes.split(' ').map(Number)), 'hello usart\n');
  });

  it('counts by TIM2, with its interrupt', async () => {
    const first = await bench.word('timer_count');
    await eventually(
      () => bench.word('timer_count'),
      (count) => count > first + 2,
    );
    const counts = await Promise.all([1, 2, 3].map(() => bench.word(0x40000024)));
    assert(
      counts.every((count) => count < 10_000),
      String(counts),
    );
  });

  it('takes PendSV and SVC', async () => {
    await eventually(
      () => bench.word('pendsv_count'),
      (count) => count > 0,
    );
    await eventually(
      () => bench.word('svc_count'),
      (count) => count > 0,
    );
  });

  it('feels its button', async () => {
    assert.equal(await bench.word('button'), 0);
    assert.deepEqual(await bench.board.control({ set: { gpio: { PA0: 1 } } }), { done: 'gpio' });
    await eventually(
      () => bench.word('button'),
      (level) => level === 1,
    );
    await bench.board.control({ set: { gpio: { PA0: null } } });
    await eventually(
      () => bench.word('button'),
      (level) => level === 0,
    );
  });
});
