// The simulated board without a debug session: start, flash, run, RTT, Tcl, memory, erase, crash and restart.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { api, firmware, isRunning, repository, run, until } from './support';

describe('board', function () {
  this.timeout(60_000);

  before(async () => {
    await run('startBoard');
  });

  after(async () => {
    await run('stopBoard');
  });

  it('is ready and shows adapter, target and flash', async () => {
    const { boards, overview } = await api();
    assert.equal(boards.current?.state.kind, 'ready');
    const seen = await until('the overview', () => overview.current);
    assert.equal(seen.adapter, 'remote_bitbang');
    assert.equal(seen.targets.length, 1);
    assert.equal(seen.banks[0]?.driver, 'stm32f1x');
  });

  it('programs a file, verifies it and runs it', async () => {
    const { boards } = await api();
    await run('flashFile', vscode.Uri.file(firmware));
    const { session } = boards.current ?? assert.fail('no board');
    assert.equal((await session?.target.state())?.state, 'running');
  });

  it('finds the RTT channels and shows their text', async () => {
    const { rtt } = await api();
    let text = '';
    const listening = rtt.onData(({ channel, bytes }) => {
      if (channel === 0) text += Buffer.from(bytes).toString();
    });
    try {
      const state = await until('RTT', () => (rtt.state.kind === 'found' ? rtt.state : undefined));
      assert.ok(state.channels.some((channel) => channel.index === 0 && channel.up && channel.down));
      await until('a line of text', () => (text.includes('\n') ? true : undefined));
      assert.ok(vscode.window.terminals.some((terminal) => terminal.name.startsWith('RTT 0')));
    } finally {
      listening.dispose();
    }
  });

  it('sends what is typed down the channel', async () => {
    const { rtt } = await api();
    let text = '';
    const listening = rtt.onData(({ bytes }) => {
      text += Buffer.from(bytes).toString();
    });
    const terminal =
      vscode.window.terminals.find((each) => each.name.startsWith('RTT 0')) ?? assert.fail('no terminal');
    terminal.sendText('help');
    try {
      await until('an answer', () => (/help/.test(text) ? true : undefined));
    } finally {
      listening.dispose();
    }
  });

  it('shows a channel that sends data as such, and keeps it in a file as it comes', async () => {
    const { rtt, terminals, logs } = await api();
    const state = await until('RTT', () => (rtt.state.kind === 'found' ? rtt.state : undefined));
    const channel = state.channels.find(({ index }) => index === 1) ?? assert.fail('no channel 1');
    assert.equal(terminals.isBinary(0), false);
    await until('the judgement', () => terminals.isBinary(1) || undefined);
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('no folder');
    const file = path.join(folder, 'wave.bin');
    const came: number[] = [];
    await run('rtt.log', { channel }, vscode.Uri.file(file));
    const listening = rtt.onData(({ channel: from, bytes }) => {
      if (from === 1) came.push(...bytes);
    });
    assert.equal(logs.fileOf(1), file);
    await until('a hundred bytes', () => came.length >= 100 || undefined);
    await run('rtt.stopLog', { channel });
    listening.dispose();
    assert.equal(logs.fileOf(1), undefined);
    const written = await until('the file', () => {
      const content = fs.readFileSync(file);
      return content.length >= 100 ? content : undefined;
    });
    assert.deepEqual([...written.subarray(0, 100)], came.slice(0, 100));
    const samples = Array.from({ length: 50 }, (_, index) => written.readInt16LE(2 * index));
    assert.ok(new Set(samples).size > 10 && samples.every((sample) => Math.abs(sample) <= 2000), samples.join());
  });

  it('plots a channel, as the setting says afterwards', async () => {
    const { plots, rtt } = await api();
    const state = await until('RTT', () => (rtt.state.kind === 'found' ? rtt.state : undefined));
    const channel = state.channels.find(({ index }) => index === 1) ?? assert.fail('no channel 1');
    await run('rtt.plot', { channel }, 'int16');
    assert.equal(plots.isOpen('rtt 1'), true);
    const section = vscode.workspace.getConfiguration('openocd');
    assert.deepEqual(section.get('rtt.channels'), [{ port: 1, type: 'graph', encoding: 'int16' }]);
    plots.close('rtt 1');
    await until('the end of the plot', () => !plots.isOpen('rtt 1') || undefined);
    rtt.search();
    await until('RTT again', () => rtt.state.kind === 'found' || undefined);
    assert.equal(plots.isOpen('rtt 1'), false, 'a plot that was closed stays closed');
    await section.update('rtt.channels', undefined, vscode.ConfigurationTarget.Workspace);
  });

  it('halts and resumes', async () => {
    const { boards } = await api();
    const session = boards.current?.session ?? assert.fail('no board');
    await run('halt');
    assert.equal((await session.target.state()).state, 'halted');
    await run('resume');
    assert.equal((await session.target.state()).state, 'running');
    await run('resetHalt');
    assert.equal((await session.target.state()).state, 'halted');
    await run('resetRun');
    assert.equal((await session.target.state()).state, 'running');
  });

  it('opens a Tcl console', async () => {
    await run('openTclConsole');
    assert.ok(vscode.window.terminals.some((terminal) => terminal.name.startsWith('OpenOCD Tcl')));
  });

  it('shows memory as a hexdump document', async () => {
    const uri = vscode.Uri.from({ scheme: 'openocd-memory', path: '/x.hexdump', query: 'address=134217728&length=64' });
    const document = await vscode.workspace.openTextDocument(uri);
    assert.match(document.getText(), /08000000/);
    assert.equal(document.getText().trim().split('\n').length, 4);
  });

  it('tells when OpenOCD dies, and starts again', async () => {
    const { boards } = await api();
    const pid = boards.current?.session?.process?.pid ?? assert.fail('no process');
    process.kill(pid, 'SIGKILL');
    await until('the loss', () => (boards.current?.state.kind === 'lost' ? true : undefined));
    await run('startBoard');
    assert.equal(boards.current?.state.kind, 'ready');
  });

  it('erases the chip', async () => {
    const { boards } = await api();
    await run('eraseChip', { confirmed: true });
    const session = boards.current?.session ?? assert.fail('no board');
    assert.deepEqual([...(await session.memory.readBytes(0x08000000, 8))], new Array(8).fill(0xff));
  });

  it('runs a second board of another configuration beside the first', async () => {
    const { boards } = await api();
    const first = boards.current ?? assert.fail('no board');
    const second = boards.of({ kind: 'simulator', name: 'Second', mhz: '48', cores: 1, openocdPath: undefined });
    await second.start();
    assert.equal(first.state.kind, 'ready');
    assert.equal(second.state.kind, 'ready');
    await second.stop();
    assert.equal(first.state.kind, 'ready');
    boards.select(first);
  });

  it('leaves no OpenOCD behind when it stops', async () => {
    const { boards } = await api();
    const pid = boards.current?.session?.process?.pid ?? assert.fail('no process');
    await run('stopBoard');
    assert.equal(isRunning(pid), false);
    assert.equal(boards.current?.state.kind, 'stopped');
  });

  it('names a configuration file that does not exist', async () => {
    const { boards } = await api();
    const board = boards.of({
      ...{ kind: 'openocd', name: 'missing', configFiles: ['nosuch.cfg'], searchDirs: [], openocdPath: undefined },
      ...{ args: [], commandsBefore: [], commandsAfter: [], cwd: repository, env: {} },
    });
    await assert.rejects(board.start(), /nosuch\.cfg/);
    assert.equal(board.state.kind, 'stopped');
  });
});
