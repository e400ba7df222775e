// The long commands: each tells how far it is in percent, has a Cancel button, and ends when that is pressed.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { api, firmware, run } from './support';

interface Seen {
  readonly options: vscode.ProgressOptions;
  /** Sum of the increments: where the bar ends. */
  percent: number;
  readonly messages: string[];
}

/** Runs a command, pressing Cancel when `cancelAt` is reached, and gives back what its progress showed. */
async function watch(command: () => Thenable<unknown>, cancelAt = Number.POSITIVE_INFINITY): Promise<Seen> {
  const original = vscode.window.withProgress;
  let seen: Seen | undefined;
  vscode.window.withProgress = (options, task) => {
    if (options.location !== vscode.ProgressLocation.Notification) return original(options, task);
    const cancel = new vscode.CancellationTokenSource();
    const current: Seen = { options, percent: 0, messages: [] };
    seen = current;
    const report = ({ increment = 0, message = '' }: { increment?: number; message?: string }) => {
      current.percent += increment;
      current.messages.push(message);
      if (current.percent >= cancelAt && options.cancellable) cancel.cancel();
    };
    return task({ report }, cancel.token);
  };
  try {
    await command();
  } finally {
    vscode.window.withProgress = original;
  }
  return seen ?? assert.fail('no progress was shown');
}

/** Runs something and gives back the warnings that it shows. */
async function warnings(work: () => Promise<unknown>): Promise<string[]> {
  const original = vscode.window.showWarningMessage;
  const shown: string[] = [];
  vscode.window.showWarningMessage = (async (message: string) => {
    shown.push(message);
  }) as typeof original;
  try {
    await work();
  } finally {
    vscode.window.showWarningMessage = original;
  }
  return shown;
}

const folder = () => vscode.workspace.workspaceFolders?.[0]?.uri ?? assert.fail('no folder');
const RAM = 0x20003000;
const FLASH = 0x08000000;

describe('progress', function () {
  this.timeout(60_000);
  before(() => run('startBoard'));
  after(() => run('stopBoard'));

  const session = async () => (await api()).boards.current?.session ?? assert.fail('no board');
  const file = () => vscode.Uri.joinPath(folder(), 'memory.bin');
  const commands: Readonly<Record<string, { title: RegExp; phase: RegExp; run: () => Thenable<unknown> }>> = {
    flashing: {
      title: /^Flashing blinky-c\.elf$/,
      phase: /^(writing|verifying) \d+ %$/,
      run: () => run('flashFile', vscode.Uri.file(firmware)),
    },
    'saving memory': {
      title: /^Reading 65536 bytes$/,
      phase: /^reading \d+ %$/,
      run: () => run('saveMemory', { address: FLASH, length: 0x10000, file: file() }),
    },
    'loading memory': {
      title: /^Writing 4000 bytes$/,
      phase: /^writing \d+ %$/,
      run: () => {
        fs.writeFileSync(file().fsPath, Buffer.alloc(4000, 0x5a));
        return run('loadMemory', { address: RAM, file: file() });
      },
    },
    'erasing the chip': {
      title: /^Erasing /,
      phase: /^erasing \d+ %$/,
      run: () => run('eraseChip', { confirmed: true }),
    },
  };

  for (const [name, { title, phase, run: command }] of Object.entries(commands)) {
    it(`of ${name} goes to 100 percent, with a Cancel button`, async () => {
      const { options, percent, messages } = await watch(command);
      assert.match(options.title ?? '', title);
      assert.equal(options.cancellable, true);
      assert.ok(Math.abs(percent - 100) < 0.01, `${percent} percent`);
      for (const message of messages) assert.match(message, phase);
      assert.match(messages.at(-1) ?? '', / 100 %$/);
    });
  }

  it('of flashing is cancelled between two parts of the flash, and says what is written', async () => {
    const image = path.join(folder().fsPath, 'large.hex');
    fs.writeFileSync(image, hexFile(Buffer.alloc(0x18000, 0x37)));
    let seen: Seen | undefined;
    const told = await warnings(async () => {
      seen = await watch(() => run('flashFile', vscode.Uri.file(image)), 10);
    });
    assert.ok((seen?.percent ?? 100) < 50, `${seen?.percent} percent`);
    assert.match(told.join(), /^Cancelled: \d+ of 98304 bytes are written/);
  });

  it('of erasing the chip is cancelled between two sectors, and says what is erased', async () => {
    await run('flashFile', vscode.Uri.file(firmware));
    let seen: Seen | undefined;
    const told = await warnings(async () => {
      seen = await watch(() => run('eraseChip', { confirmed: true }), 30);
    });
    assert.ok((seen?.percent ?? 100) < 50, `${seen?.percent} percent`);
    assert.match(told.join(), /^Cancelled: sectors 0 to \d+ of flash bank 0 are erased, \d+ to 63 are not/);
    assert.deepEqual([...(await (await session()).memory.readBytes(FLASH, 4))], [0xff, 0xff, 0xff, 0xff]);
  });

  it('of saving memory is cancelled without a file and without a word', async () => {
    fs.rmSync(file().fsPath, { force: true });
    const told = await warnings(() => watch(() => commands['saving memory']?.run() ?? assert.fail(), 20));
    assert.deepEqual(told, []);
    assert.equal(fs.existsSync(file().fsPath), false);
  });

  it('of verifying goes to 100 percent, with a Cancel button', async () => {
    await run('flashFile', vscode.Uri.file(firmware));
    const { options, percent, messages } = await watch(() => run('verify'));
    assert.match(options.title ?? '', /^Verifying /);
    assert.equal(options.cancellable, true);
    assert.ok(Math.abs(percent - 100) < 0.01, `${percent} percent`);
    for (const message of messages) assert.match(message, /^verifying \d+ %$/);
  });
});

/** Intel HEX from the beginning of the flash. */
function hexFile(data: Buffer): string {
  const record = (type: number, address: number, content: Buffer) => {
    const bytes = Buffer.concat([Buffer.from([content.length, address >> 8, address & 0xff, type]), content]);
    const sum = bytes.reduce((total, byte) => total + byte, 0);
    return `:${Buffer.concat([bytes, Buffer.from([-sum & 0xff])])
      .toString('hex')
      .toUpperCase()}\n`;
  };
  const lines: string[] = [];
  for (let at = 0; at < data.length; at += 16) {
    if (at % 0x10000 === 0) {
      const upper = (FLASH + at) >>> 16;
      lines.push(record(4, 0, Buffer.from([upper >> 8, upper & 0xff])));
    }
    lines.push(record(0, at & 0xffff, data.subarray(at, at + 16)));
  }
  return `${lines.join('')}${record(1, 0, Buffer.alloc(0))}`;
}
