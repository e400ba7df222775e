// A debug session on the simulated board, driven through VS Code's own debug API: what a user does with F5, F9 and F10.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import { api, isRunning, repository, run, until } from './support';

const example = path.join(repository, 'examples/blinky-c');
const source = vscode.Uri.file(path.join(example, 'src/main.c'));

interface Message {
  readonly event?: string;
  readonly command?: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** Told of each message of the adapter. */
const watchers = new Set<(message: Message) => void>();

/** The session under test, with the requests the tests send. */
class Debug {
  constructor(readonly session: vscode.DebugSession) {}

  ask<T extends DebugProtocol.Response>(command: string, args: object = {}): Promise<T['body']> {
    return Promise.resolve(this.session.customRequest(command, args));
  }

  async frames(): Promise<DebugProtocol.StackFrame[]> {
    const { threads } = await this.ask<DebugProtocol.ThreadsResponse>('threads');
    const threadId = threads[0]?.id ?? assert.fail('no thread');
    return (await this.ask<DebugProtocol.StackTraceResponse>('stackTrace', { threadId })).stackFrames;
  }

  async top(): Promise<DebugProtocol.StackFrame> {
    return (await this.frames())[0] ?? assert.fail('no frame');
  }

  async evaluate(expression: string, context = 'watch'): Promise<DebugProtocol.EvaluateResponse['body']> {
    const frameId = (await this.top()).id;
    return this.ask<DebugProtocol.EvaluateResponse>('evaluate', { expression, context, frameId });
  }
}

/** Runs something and waits for the stop that follows, and for VS Code to show it. */
async function stopAfter(action: () => unknown): Promise<void> {
  let stopped = false;
  const watch = (message: Message) => {
    if (message.event === 'stopped') stopped = true;
  };
  watchers.add(watch);
  try {
    await action();
    await until('a stop', () => stopped || undefined, 30_000);
    await until('the stack', () => (vscode.debug.activeStackItem instanceof vscode.DebugStackFrame ? true : undefined));
  } finally {
    watchers.delete(watch);
  }
}

const command = (name: string) => () => vscode.commands.executeCommand(`workbench.action.debug.${name}`);

describe('debug', () => {
  let debug: Debug;
  let lines: string[];
  /** What the adapter can do, as it answered `initialize`. */
  let capabilities: DebugProtocol.Capabilities = {};
  const lineOf = (text: string) => lines.findIndex((line) => line.includes(text)) + 1;

  before(async () => {
    vscode.debug.registerDebugAdapterTrackerFactory('openocd', {
      createDebugAdapterTracker: () => ({
        onDidSendMessage: (message) => {
          for (const watcher of watchers) watcher(message);
        },
      }),
    });
    watchers.add(({ command, body }) => {
      if (command === 'initialize') capabilities = body ?? {};
    });
    const document = await vscode.workspace.openTextDocument(source);
    lines = document.getText().split('\n');
    await vscode.window.showTextDocument(document);
  });

  after(async () => {
    await vscode.debug.stopDebugging();
  });

  it('stops at main after F5 in a folder without launch.json', async () => {
    assert.equal(fs.existsSync(path.join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', '.vscode')), false);
    await stopAfter(command('start'));
    debug = new Debug(vscode.debug.activeDebugSession ?? assert.fail('no session'));
    assert.equal(debug.session.type, 'openocd');
    const top = await debug.top();
    assert.equal(top.name.replace(/\(.*/, ''), 'main');
    assert.ok(top.source?.path?.endsWith(source.path), top.source?.path);
  });

  it('stops at a breakpoint', async () => {
    const line = lineOf('counter++;');
    vscode.debug.addBreakpoints([
      new vscode.SourceBreakpoint(new vscode.Location(source, new vscode.Position(line - 1, 0))),
    ]);
    await stopAfter(command('continue'));
    assert.equal((await debug.top()).line, line);
    assert.deepEqual(
      (await debug.frames()).slice(0, 3).map((frame) => frame.name.replace(/\(.*/, '')),
      ['report', 'run_due_tasks', 'main'],
    );
  });

  it('steps over, in and out', async () => {
    await stopAfter(command('stepOver'));
    assert.equal((await debug.top()).line, lineOf('const uint32_t product'));
    await stopAfter(command('stepInto'));
    assert.equal((await debug.top()).name.replace(/\(.*/, ''), 'factorial');
    await stopAfter(command('stepOut'));
    assert.equal((await debug.top()).name.replace(/\(.*/, ''), 'report');
  });

  it('shows variables, and evaluates for hover and watch', async () => {
    const frameId = (await debug.top()).id;
    const { scopes } = await debug.ask<DebugProtocol.ScopesResponse>('scopes', { frameId });
    const locals = scopes[0] ?? assert.fail('no scope');
    const { variables } = await debug.ask<DebugProtocol.VariablesResponse>('variables', locals);
    assert.ok(variables.some((variable) => variable.name === 'line'));
    assert.match((await debug.evaluate('counter', 'hover')).result, /^\d+$/);
    assert.match((await debug.evaluate('counter * 2 + 1')).result, /^\d+$/);
    assert.match((await debug.evaluate('sizeof(tasks)', 'watch')).result, /48/);
  });

  it('sets a value', async () => {
    const frameId = (await debug.top()).id;
    await debug.ask('setExpression', { expression: 'counter', value: '1000', frameId });
    assert.equal((await debug.evaluate('counter')).result, '1000');
  });

  it('shows integers in hexadecimal and back', async () => {
    await run('toggleHex');
    assert.match((await debug.evaluate('counter')).result, /0x0*3e8/i);
    await run('toggleHex');
    assert.equal((await debug.evaluate('counter')).result, '1000');
  });

  it('toggles interrupt masking while stepping', async () => {
    await run('toggleInterruptMasking');
    assert.deepEqual(await debug.ask('openocd.maskInterrupts'), { masked: true });
    await run('toggleInterruptMasking');
    assert.deepEqual(await debug.ask('openocd.maskInterrupts'), { masked: false });
  });

  it('reads and writes memory, and disassembles', async () => {
    const { memoryReference } = await debug.evaluate('&counter');
    const read = await debug.ask<DebugProtocol.ReadMemoryResponse>('readMemory', { memoryReference, count: 4 });
    assert.equal(Buffer.from(read?.data ?? '', 'base64').readUInt32LE(), 1000);
    const data = Buffer.from([7, 0, 0, 0]).toString('base64');
    await debug.ask('writeMemory', { memoryReference, data });
    assert.equal((await debug.evaluate('counter')).result, '7');
    const { instructionPointerReference } = await debug.top();
    const listing = await debug.ask<DebugProtocol.DisassembleResponse>('disassemble', {
      memoryReference: instructionPointerReference,
      instructionOffset: -8,
      instructionCount: 32,
    });
    assert.equal(listing?.instructions.length, 32);
  });

  it('answers the memory and RTOS views of other extensions as they ask', async () => {
    assert.equal(capabilities.supportsReadMemoryRequest, true);
    assert.equal(capabilities.supportsWriteMemoryRequest, true);
    // Memory Inspector: place and size of each variable, by these two expressions.
    const address = (await debug.evaluate('&(counter)')).result;
    assert.match(address, /0x[0-9a-f]{8}/i);
    assert.equal((await debug.evaluate('sizeof(counter)')).result, '4');
    // MemoryView: an expression for a place, by hover; then pages of it.
    const hovered = await debug.evaluate('&counter', 'hover');
    assert.match(hovered.memoryReference ?? '', /^0x[0-9a-f]+$/i);
    const memoryReference = String(hovered.memoryReference);
    const page = await debug.ask<DebugProtocol.ReadMemoryResponse>('readMemory', { memoryReference, count: 512 });
    assert.equal(Buffer.from(page?.data ?? '', 'base64').length, 512);
    const before = await debug.ask<DebugProtocol.ReadMemoryResponse>('readMemory', {
      memoryReference,
      offset: -16,
      count: 32,
    });
    assert.equal(BigInt(before?.address ?? 0), BigInt(memoryReference) - 16n);
    // Past the end of the RAM there is nothing: what is there comes, and how much is not.
    const end = await debug.ask<DebugProtocol.ReadMemoryResponse>('readMemory', {
      memoryReference: '0x20003ff0',
      count: 64,
    });
    assert.equal(Buffer.from(end?.data ?? '', 'base64').length + (end?.unreadableBytes ?? 0), 64);
    assert.ok((end?.unreadableBytes ?? 0) > 0);
    // Views of other extensions learn of a write from the event.
    let told: Message['body'];
    const watch = ({ event, body }: Message) => {
      if (event === 'memory') told = body;
    };
    watchers.add(watch);
    await debug.ask('openocd.writeOne', { address: memoryReference, accessBits: 32, value: '0x7' });
    const event = await until('the memory event', () => told);
    watchers.delete(watch);
    assert.deepEqual(event, { memoryReference, offset: 0, count: 4 });
    // RTOS views: structures by reference, and members with their own values.
    const task = await debug.evaluate('tasks[0]', 'hover');
    const members = await debug.ask<DebugProtocol.VariablesResponse>('variables', task);
    assert.deepEqual(members.variables.map(({ name }) => name).sort(), ['next_ms', 'period_ms', 'run', 'runs']);
    assert.ok(members.variables.every(({ evaluateName }) => evaluateName !== undefined));
  });

  it('shows the peripherals through the session, live, and edits them', async () => {
    const { peripherals } = await api();
    await vscode.commands.executeCommand('openocd.peripherals.focus');
    const tree = await until('the SVD file', () => peripherals.tree);
    const timer =
      tree
        .roots()
        .flatMap((node) => (node.kind === 'group' ? tree.children(node) : [node]))
        .find((node) => tree.view(node).label === 'TIM2') ?? assert.fail('no TIM2');
    await tree.setExpanded(timer, true);
    const register = (name: string) =>
      tree.children(timer).find((node) => tree.view(node).label === name) ?? assert.fail(name);
    await until('a value', () => tree.valueText(register('CNT')));
    await run('peripherals.edit', register('ARR'), '0x4321');
    assert.equal(tree.valueText(register('ARR')), '0x00004321');
    const before = tree.valueText(register('CNT'));
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await command('continue')();
    const section = vscode.workspace.getConfiguration('openocd');
    await section.update('peripherals.refreshWhileRunningMs', 100, vscode.ConfigurationTarget.Workspace);
    await until('a live value', () => tree.valueText(register('CNT')) !== before || undefined);
    await section.update('peripherals.refreshWhileRunningMs', undefined, vscode.ConfigurationTarget.Workspace);
  });

  it('watches and sets live values while the program runs', async () => {
    const { liveWatch } = await api();
    await run('liveWatch.add', 'wave');
    await run('liveWatch.add', 'counter');
    const numbers = new Set<number>();
    const listening = liveWatch.onSamples((samples) => {
      const [number] = samples.at(-1)?.numbers ?? [];
      if (number !== undefined) numbers.add(number);
    });
    await until('a moving value', () => numbers.size > 3 || undefined);
    listening.dispose();
    await liveWatch.set('counter', '5000');
    await until('the new value', () => {
      const text = liveWatch.entries[1]?.value?.text ?? '';
      return Number(text) >= 5000 || undefined;
    });
  });

  it('shows the plot', async () => {
    await run('liveWatch.plot');
    await until('the plot', () =>
      vscode.window.tabGroups.all.some(({ tabs }) => tabs.some((tab) => tab.label === 'OpenOCD Live Plot'))
        ? true
        : undefined,
    );
  });

  it('shows RTT text and sends what is typed', async () => {
    const { rtt } = await api();
    let text = '';
    const listening = rtt.onData(({ channel, bytes }) => {
      if (channel === 0) text += Buffer.from(bytes).toString();
    });
    await until('RTT', () => rtt.state.kind === 'found' || undefined);
    await until('text', () => text.includes('counter') || undefined);
    const terminal =
      vscode.window.terminals.find((each) => each.name.startsWith('RTT 0')) ?? assert.fail('no terminal');
    terminal.sendText('help');
    await until('an answer', () => text.includes('this list') || undefined);
    const so = text.length;
    await until('more text', () => text.indexOf('counter', so) >= 0 || undefined);
    listening.dispose();
  });

  it('resets and halts, and survives a restart', async () => {
    await stopAfter(() => run('resetHalt'));
    await stopAfter(command('restart'));
    assert.equal((await debug.top()).name.replace(/\(.*/, ''), 'main');
    const { rtt } = await api();
    await command('continue')();
    await until('RTT after the restart', () => rtt.state.kind === 'found' || undefined);
    await stopAfter(command('pause'));
  });

  it('saves a core file, which opens as a session of its own', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0] ?? assert.fail('no folder');
    const core = vscode.Uri.joinPath(folder.uri, 'stop.core');
    const there = (await debug.top()).name;
    await run('saveCore', core);
    assert.ok(fs.statSync(core.fsPath).size > 1000);
    await vscode.debug.stopDebugging(debug.session);
    await until('the end of the session', () => vscode.debug.activeDebugSession === undefined || undefined);
    await stopAfter(() =>
      vscode.debug.startDebugging(folder, {
        ...{ type: 'openocd', request: 'attach', name: 'Core file', coreFile: core.fsPath },
        ...{ program: path.join(example, 'build/blinky-c.elf'), sourceFileMap: { '.': example } },
      }),
    );
    const opened = new Debug(vscode.debug.activeDebugSession ?? assert.fail('no session'));
    assert.equal((await opened.top()).name, there);
    await vscode.debug.stopDebugging(opened.session);
  });

  it('ends with its board, and leaves no OpenOCD', async () => {
    const { boards } = await api();
    await until('the end of the board', () => boards.current?.state.kind === 'stopped' || undefined);
    await vscode.debug.startDebugging(undefined, {
      ...{ type: 'openocd', request: 'launch', name: 'Simulated', simulator: true },
    });
    await until('the session', () => vscode.debug.activeDebugSession);
    const pid = boards.current?.session?.process?.pid ?? assert.fail('no process');
    await vscode.debug.stopDebugging();
    await until('the end of OpenOCD', () => !isRunning(pid) || undefined);
  });

  it('does with the RTT channels what the launch configuration says', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0] ?? assert.fail('no folder');
    const { plots, logs } = await api();
    const decoders = [{ port: 1, type: 'graph', encoding: 'int16', label: 'Level', logfile: 'level.bin' }];
    await vscode.debug.startDebugging(folder, {
      ...{ type: 'openocd', request: 'launch', name: 'RTT', simulator: true, runToEntryPoint: false },
      ...{ rttConfig: { enabled: true, decoders } },
    });
    await until('the plot', () => plots.isOpen('rtt 1') || undefined, 30_000);
    await until(
      'its tab',
      () =>
        vscode.window.tabGroups.all.some(({ tabs }) => tabs.some((tab) => tab.label === 'RTT 1: Level')) || undefined,
    );
    const file = path.join(folder.uri.fsPath, 'level.bin');
    assert.equal(logs.fileOf(1), file);
    await until('its file', () => fs.statSync(file).size >= 100 || undefined);
    await vscode.debug.stopDebugging();
    await until('the end of the file', () => logs.fileOf(1) === undefined || undefined);
    plots.close('rtt 1');
  });

  it('tells what is missing when a configuration names no program', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0];
    const started = await vscode.debug.startDebugging(folder, {
      ...{ type: 'openocd', request: 'launch', name: 'Bad', program: '/nowhere.elf', configFiles: ['x.cfg'] },
    });
    assert.equal(started, false);
  });
});
