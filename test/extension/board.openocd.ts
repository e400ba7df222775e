// A board on an OpenOCD that somebody else started.
import './vscodeFake';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as vscode from 'vscode';
import { Board } from '../../src/extension/board/board';
import { boardOf } from '../../src/extension/board/configuration';
import { freePorts } from '../../src/openocd/process/freePorts';
import { repositoryRoot } from '../support/dapClient';
import { fake, silentLog } from './vscodeFake';

const defaults = { openocdPath: undefined, searchDirs: [], extraArgs: [] };

async function listens(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

describe('A board on a running OpenOCD', () => {
  beforeEach(() => fake.reset());

  it('is reached by the telnet port where the TCL port is closed', async () => {
    const [tclPort = 0, telnetPort = 0] = await freePorts(2);
    const off = ['gdb', 'tcl'].map((name) => `if {[catch {${name} port disabled}]} {${name}_port disabled}`);
    const telnet = `if {[catch {telnet port ${telnetPort}}]} {telnet_port ${telnetPort}}`;
    const commands = [...off, telnet, 'adapter driver dummy', 'adapter speed 100'].flatMap((command) => [
      '-c',
      command,
    ]);
    const openocd = spawn('openocd', commands, { stdio: 'ignore' });
    try {
      while (!(await listens(telnetPort))) await sleep(20);
      const configuration = boardOf({ host: 'localhost', tclPort, telnetPort }, defaults);
      assert.ok(configuration?.kind === 'external');
      const board = new Board(configuration, '', silentLog as unknown as vscode.LogOutputChannel);
      const session = await board.start();
      assert.equal((await session.command('expr 6*7')).trim(), '42');
      await board.stop();
      await assert.rejects(
        new Board(
          { ...configuration, telnetPort: undefined },
          '',
          silentLog as unknown as vscode.LogOutputChannel,
        ).start(),
        new RegExp(String(tclPort)),
      );
    } finally {
      openocd.kill();
    }
  });

  it('tries the usual telnet port only where no TCL port is named', () => {
    const ports = (debug: object) => {
      const configuration = boardOf({ host: '127.0.0.1', ...debug }, defaults);
      return configuration?.kind === 'external' ? [configuration.tclPort, configuration.telnetPort] : undefined;
    };
    assert.deepEqual(ports({}), [6666, 4444]);
    assert.deepEqual(ports({ tclPort: 7777 }), [7777, undefined]);
    assert.deepEqual(ports({ telnetPort: 5555 }), [6666, 5555]);
  });
});

describe('A board that starts', () => {
  beforeEach(() => fake.reset());
  const log = silentLog as unknown as vscode.LogOutputChannel;

  it('takes the OpenOCD that the configuration names, for the simulated board too', async () => {
    for (const debug of [{ simulator: true }, { configFiles: ['board.cfg'], cwd: process.cwd() }]) {
      const configuration = boardOf({ ...debug, openocdPath: '/nowhere/openocd' }, defaults);
      assert.ok(configuration !== undefined);
      const board = new Board(configuration, repositoryRoot, log);
      await assert.rejects(board.start(), /\/nowhere\/openocd/);
      await board.stop();
    }
  });

  it('is stopped at once, and whoever waits for it is told so', async () => {
    fake.settings['openocd.startTimeoutSeconds'] = 600;
    // A configuration that never comes to its end, as with a probe that does not answer.
    const args = ['-c', 'adapter driver dummy', '-c', 'while {1} {sleep 50}'];
    const configuration = boardOf({ openocdArgs: args, cwd: process.cwd() }, defaults);
    assert.ok(configuration?.kind === 'openocd');
    const board = new Board(configuration, '', log);
    const states: string[] = [];
    board.onDidChange(({ kind }) => states.push(kind));
    const cancelled = assert.rejects(board.start(), { name: 'Canceled' });
    await sleep(300);
    await board.stop();
    await cancelled;
    assert.deepEqual(states, ['starting', 'stopped']);
  });
});
