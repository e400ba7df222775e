// The board loses its probe or its OpenOCD, as when the machine sleeps: it comes back by itself, or says once that it cannot.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { Board, type BoardLimits, type BoardState } from '../../../src/extension/board/board';
import { PULSE } from '../../../src/extension/board/pulse';
import { Hardware } from './hardware';
import { api, configurations, firmware, folder, isRunning, repository, until, write } from './support';

const ready = (board: { readonly state: BoardState }) =>
  until('the board', () => (board.state.kind === 'ready' ? board.state.session : undefined), 40_000);

describe('loss', function () {
  this.timeout(60_000);
  let hardware: Hardware;
  let log: vscode.LogOutputChannel;
  const quick = (limits: Partial<BoardLimits>) =>
    new Board(hardware.configuration('Test'), repository, log, {
      reconnectMs: [100, 100, 100],
      pulse: PULSE,
      ...limits,
    });

  before(async () => {
    log = vscode.window.createOutputChannel('Test', { log: true });
    hardware = await Hardware.start();
  });
  after(() => {
    fs.rmSync(path.join(folder().uri.fsPath, '.vscode/launch.json'), { force: true });
    hardware.stop();
    log.dispose();
  });

  it('of the probe: reconnects by itself when it is plugged in again, without a message', async () => {
    const { boards } = await api();
    const board = boards.of(hardware.configuration('Unplugged'));
    const told: string[] = [];
    const listening = boards.onDidLose(({ reason }) => told.push(reason));
    const first = await board.start();
    const pid = first.process?.pid ?? assert.fail('no process');
    await hardware.do('unplug');
    const lost = await until('the loss', () => (board.state.kind === 'lost' ? board.state : undefined));
    assert.equal(lost.reconnecting, true);
    assert.match(lost.reason, /probe.*remote_bitbang/);
    await hardware.do('plug');
    const second = await ready(board);
    assert.notEqual(second, first);
    assert.equal((await second.memory.readBytes(0x08000000, 4)).length, 4);
    assert.equal(isRunning(pid), false, 'the first OpenOCD is gone');
    assert.deepEqual(told, []);
    listening.dispose();
    await board.stop();
  });

  it('of the probe for good: gives up after some attempts, and says why', async () => {
    const board = quick({});
    const states: string[] = [];
    board.onDidChange((state) =>
      states.push(state.kind === 'lost' && state.reconnecting ? 'reconnecting' : state.kind),
    );
    await board.start();
    await hardware.do('unplug');
    const end = await until('the end', () =>
      board.state.kind === 'lost' && !board.state.reconnecting ? board.state : undefined,
    );
    assert.deepEqual(states, ['starting', 'ready', 'reconnecting', 'lost']);
    assert.match(end.reason, /\S/);
    await hardware.do('plug');
    await board.start();
    assert.equal(board.state.kind, 'ready');
    await board.stop();
    board.dispose();
  });

  it('of the probe for good: “Restart” starts what launch.json says by then', async function () {
    this.timeout(90_000);
    const { boards } = await api();
    const wanted = hardware.configuration('Corrected');
    assert.ok(wanted.kind === 'openocd');
    const { configFiles, commandsBefore } = wanted;
    const debug = { type: 'openocd', request: 'launch', name: 'Corrected', program: firmware, configFiles };
    const launch = async (entry: object) => {
      write('launch.json', { version: '0.2.0', configurations: [entry] });
      await until('launch.json', () => JSON.stringify(configurations()) === JSON.stringify([entry]) || undefined);
    };
    await launch(debug);
    const board = boards.of(wanted);
    board.origin = { name: 'Corrected', folder: folder() };
    await board.start();
    await hardware.do('unplug');
    await until('the end', () => (board.state.kind === 'lost' && !board.state.reconnecting) || undefined, 60_000);
    await hardware.do('plug');
    await launch({ ...debug, openOCDPreConfigLaunchCommands: commandsBefore, env: { CORRECTED: 'yes' } });
    const restarted = await until('the other board', async () => {
      await vscode.commands.executeCommand('notification.acceptPrimaryAction');
      return boards.current !== board && boards.current?.state.kind === 'ready' ? boards.current : undefined;
    });
    const { configuration } = restarted;
    assert.deepEqual(configuration.kind === 'openocd' ? configuration.env : undefined, { CORRECTED: 'yes' });
    await restarted.stop();
  });

  it('of an OpenOCD that hangs: says so, leaves it alone as it may be busy, and can be restarted', async () => {
    const board = quick({ pulse: { ...PULSE, everyMs: 100, answerMs: 300 } });
    let silences = 0;
    board.onDidFallSilent(() => silences++);
    const first = await board.start();
    const pid = first.process?.pid ?? assert.fail('no process');
    process.kill(pid, 'SIGSTOP');
    await until('the silence', () => silences === 1 || undefined);
    assert.equal(board.state.kind, 'ready');
    assert.equal(isRunning(pid), true);
    await board.stop();
    assert.equal(isRunning(pid), false, 'the one that hung is gone');
    const second = await board.start();
    assert.notEqual(second.process?.pid, pid);
    await board.stop();
    board.dispose();
  });

  it('of an OpenOCD that does not answer after sleep: ends it and starts another', async () => {
    // With this limit every look counts as the first one after sleep.
    const board = quick({ pulse: { ...PULSE, everyMs: 100, wakeAnswerMs: 2000, sleepMs: -1000 } });
    const first = await board.start();
    const pid = first.process?.pid ?? assert.fail('no process');
    process.kill(pid, 'SIGSTOP');
    await until('the loss', () => board.state.kind === 'lost' || undefined);
    const second = await ready(board);
    assert.notEqual(second.process?.pid, pid);
    assert.equal(isRunning(pid), false, 'the one that hung is gone');
    await board.stop();
    board.dispose();
  });

  it('can be left: a stop ends the attempts', async () => {
    const board = quick({ reconnectMs: [60_000] });
    await board.start();
    await hardware.do('unplug');
    await until('the loss', () => board.state.kind === 'lost' || undefined);
    await board.stop();
    assert.equal(board.state.kind, 'stopped');
    await hardware.do('plug');
    await board.start();
    assert.equal(board.state.kind, 'ready');
    await board.stop();
    board.dispose();
  });
});
