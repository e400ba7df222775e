// Programming that is cut short: by the user, by the power, by the cable. Each time the user is told, the session ends in order,
// and the flash can be programmed again.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createSession } from '../../../src/adapter/adapter';
import { OpenOcd, Simulator } from '../../support/board';
import { type Body, DapClient } from '../../support/dapClient';
import { blinkyC } from './support';

/** Enough behind the example for programming to take several pieces. */
const FILLER = { address: 0x0800c000, bytes: 80 * 1024 };

describe('programming that is cut short', function () {
  this.timeout(40_000);
  let folder: string;
  let filler: string;
  let board: Simulator;
  let openOcd: OpenOcd;
  const clients: DapClient[] = [];

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-flash-'));
    filler = path.join(folder, 'filler.hex');
    fs.writeFileSync(filler, intelHex(FILLER.address, Buffer.alloc(FILLER.bytes, 0x5a)));
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    board = await Simulator.start({ image: blinkyC, mhz: '48' });
    openOcd = await OpenOcd.start(board);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) {
      await client.send('disconnect').catch(() => undefined);
      await client.dispose();
    }
    await openOcd.stop();
    await board.stop();
  });

  const connect = () => {
    const client = DapClient.inProcess((input, output) => createSession().serve(input, output));
    clients.push(client);
    return client;
  };
  const configuration = () => ({
    program: blinkyC,
    host: '127.0.0.1',
    tclPort: openOcd.tclPort,
    load: 'always',
    loadFiles: [filler, blinkyC],
  });
  /** Launches as far as the first piece is written; answers the response of the launch, which is still to come. */
  const launchUntilWriting = async (client: DapClient) => {
    await client.request('initialize', { adapterID: 'openocd', supportsProgressReporting: true });
    const launched = client.send('launch', configuration());
    const { body } = await client.event('progressStart');
    await client.event('progressUpdate', 0, ({ percentage, message }: Body) => {
      return Number(percentage) > 0 && /writing/.test(String(message));
    });
    return { launched, progressId: body['progressId'] };
  };
  /** The same launch once more: everything is written and compared, and the program runs to main. */
  const launchesAgain = async () => {
    const client = connect();
    await client.start('launch', configuration());
    assert.equal((await client.event('stopped')).body['reason'], 'entry');
    const { data } = await client.request('readMemory', {
      memoryReference: `0x${FILLER.address.toString(16)}`,
      count: FILLER.bytes,
    });
    assert.ok(Buffer.from(data ?? '', 'base64').every((byte) => byte === 0x5a));
  };
  /** OpenOCD anew on the same board, whose flash is as it was left. */
  const openOcdAgain = async () => {
    await openOcd.kill('SIGKILL');
    openOcd.rpc.close();
    for (let left = 20; ; left--) {
      try {
        openOcd = await OpenOcd.start(board);
        return;
      } catch (error) {
        if (left === 0) throw error;
        await delay(100);
      }
    }
  };

  it('by cancelling its progress', async () => {
    const client = connect();
    const { launched, progressId } = await launchUntilWriting(client);
    await client.request('cancel', { progressId });
    const { success, message } = await launched;
    assert.equal(success, false);
    assert.match(message ?? '', /Programming was cancelled.* \d+ of 81920 bytes are written.*Start again/);
    await client.event('progressEnd');
    await launchesAgain();
  });

  it('by cancelling the launch', async () => {
    const client = connect();
    const { launched } = await launchUntilWriting(client);
    await client.request('cancel', { requestId: client.lastSequence });
    assert.equal((await launched).message, 'cancelled');
    assert.equal(await openOcd.tcl('stm32f0x.cpu curstate'), 'halted');
  });

  it('by ending the session', async () => {
    const client = connect();
    const { launched } = await launchUntilWriting(client);
    await client.request('terminate');
    assert.match((await launched).message ?? '', /Programming was cancelled/);
    assert.equal(await openOcd.tcl('stm32f0x.cpu curstate'), 'halted');
    await launchesAgain();
  });

  it('by the power', async () => {
    const client = connect();
    const { launched } = await launchUntilWriting(client);
    await board.control({ do: 'power-off' });
    const { message } = await launched;
    assert.match(message ?? '', /Writing \d+ bytes at 0x[0-9a-f]+ failed: .*not complete.*program it again/i);
    await client.event('progressEnd');
    await board.control({ do: 'power-on' });
    await openOcdAgain();
    await launchesAgain();
  });

  it('by the power, in the middle of a session that programs again', async () => {
    const client = connect();
    await client.start('launch', { ...configuration(), load: 'always' });
    await client.event('stopped');
    const from = client.events.length;
    const restarted = client.send('restart', {});
    await client.event('progressUpdate', from, ({ message }) => /writing/.test(String(message)));
    await board.control({ do: 'power-off' });
    const { success, message } = await restarted;
    assert.equal(success, false);
    assert.match(message ?? '', /not complete.*program it again/i);
    // Whatever is asked next finds that the target is gone; the session ends.
    await client.send('continue', { threadId: 1 });
    await client.event('terminated', from);
  });

  it('by the cable', async () => {
    const client = connect();
    const { launched } = await launchUntilWriting(client);
    await board.control({ do: 'unplug' });
    const { message } = await launched;
    assert.match(message ?? '', /not complete.*program it again/i);
    await board.control({ do: 'plug' });
    await openOcdAgain();
    await launchesAgain();
  });
});

/** A file of 16-byte data records (Intel HEX). */
function intelHex(address: number, data: Uint8Array): string {
  const record = (type: number, at: number, bytes: readonly number[]) => {
    const body = [bytes.length, (at >> 8) & 0xff, at & 0xff, type, ...bytes];
    const sum = -body.reduce((total, byte) => total + byte, 0) & 0xff;
    return `:${Buffer.from([...body, sum])
      .toString('hex')
      .toUpperCase()}\n`;
  };
  let text = '';
  for (let at = 0; at < data.length; at += 16) {
    const to = address + at;
    if (at === 0 || (to & 0xffff) === 0) text += record(4, 0, [(to >>> 24) & 0xff, (to >>> 16) & 0xff]);
    text += record(0, to & 0xffff, [...data.subarray(at, at + 16)]);
  }
  return text + record(1, 0, []);
}
