// What happens before OpenOCD runs, and what is read out of its log: no process is started here.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { ProcessError } from '../../src/openocd';
import { openocdArguments, splitShell } from '../../src/openocd/process/commandLine';
import { findExecutable } from '../../src/openocd/process/executable';
import { hintFor } from '../../src/openocd/process/hints';
import { type LogLine, LogLines, readLogLine } from '../../src/openocd/process/logLines';
import { temporaryFolder } from './support/firmware';

describe('openocdArguments', () => {
  it('gives bare words -f and passes options through', () => {
    assert.deepEqual(openocdArguments('board/x.cfg -c "adapter speed 100" -s dir target/y.cfg -d2'), [
      '-f',
      'board/x.cfg',
      '-c',
      'adapter speed 100',
      '-s',
      'dir',
      '-f',
      'target/y.cfg',
      '-d2',
    ]);
  });

  it('takes an array as it is', () =>
    assert.deepEqual(openocdArguments(['-f', 'a b.cfg', 'odd']), ['-f', 'a b.cfg', 'odd']));

  it('refuses an option that lacks its value', () => {
    for (const config of ['x.cfg -c', '-f', '-s'])
      assert.throws(
        () => openocdArguments(config),
        (error: Error) => error instanceof ProcessError && /needs a value/.test(error.message),
      );
    assert.throws(() => openocdArguments(['-f']), ProcessError);
  });

  it('splits as a shell', () => {
    assert.deepEqual(splitShell(`a 'b c' "d \\"e\\" \\\\ f" g\\ h '' i"j"k`, 'linux'), [
      'a',
      'b c',
      'd "e" \\ f',
      'g h',
      '',
      'ijk',
    ]);
    assert.deepEqual(splitShell('C:\\boards\\x.cfg "C:\\my boards\\y.cfg"', 'win32'), [
      'C:\\boards\\x.cfg',
      'C:\\my boards\\y.cfg',
    ]);
    assert.throws(() => splitShell('"open'), /open quotation mark/);
  });
});

describe('findExecutable', () => {
  const { folder, write, remove } = temporaryFolder();
  after(remove);

  it('looks through PATH, and names it when there is nothing', () => {
    fs.chmodSync(write('tool', '#!/bin/sh\n'), 0o755);
    assert.equal(findExecutable('tool', { PATH: `/nowhere${path.delimiter}${folder}` }), path.join(folder, 'tool'));
    assert.throws(
      () => findExecutable('nosuch', { PATH: '/nowhere:/else' }),
      (error: Error) =>
        error instanceof ProcessError &&
        error.message.includes('/nowhere:/else') &&
        /apt-get install openocd/.test(error.hint ?? ''),
    );
  });

  it('takes a path relative to the working folder', () =>
    assert.equal(findExecutable('./tool', {}, folder), path.join(folder, 'tool')));

  it('tells a file that cannot be run from one that is missing', () => {
    fs.chmodSync(write('text', 'x'), 0o644);
    assert.throws(() => findExecutable(path.join(folder, 'text')), /is not a program that can be run/);
    assert.throws(() => findExecutable(folder), /is not a program/);
    assert.throws(() => findExecutable(path.join(folder, 'absent')), /there is no file/);
  });

  it('tries the endings of PATHEXT on Windows', () => {
    write('ocd.EXE', '');
    assert.equal(
      findExecutable('ocd', { PATH: folder, PATHEXT: '.COM;.EXE' }, folder, 'win32'),
      path.join(folder, 'ocd.EXE'),
    );
  });
});

describe('hintFor', () => {
  const cases: readonly [line: string, hint: RegExp][] = [
    ["Error: couldn't bind tcl to socket on port 6666: Address already in use", /Port 6666 \(tcl\) is taken/],
    ["embedded:startup.tcl:28: Error: Can't find board/nosuch.cfg", /no file “board\/nosuch.cfg”/],
    ['Error: libusb_open() failed with LIBUSB_ERROR_ACCESS', /udev rules/],
    ['Error: unable to open ftdi device with description ... LIBUSB_ERROR_BUSY', /Another program is using/],
    ['Error: unable to find a matching CMSIS-DAP device', /No debug probe was found/],
    ['Error: No J-Link device found', /No debug probe was found/],
    ['Error: open failed', /No debug probe was found/],
    ['Error: Failed to connect: Connection refused', /nothing listens there/],
    ["Error: Debug adapter doesn't support 'swd' transport", /cannot use the transport/],
    ['Error: The specified debug interface was not found (nosuch)', /no adapter driver “nosuch”/],
    ['Error: The specified adapter driver was not found (nosuch)', /no adapter driver “nosuch”/],
    ["Error: session transport was not selected. Use 'transport select <transport>'", /names no probe or transport/],
    ['Error: Debug Adapter has to be specified, see "adapter driver" command', /names no probe or transport/],
    ['Info : Target voltage: 0.000\nError: target voltage may be too low for reliable debugging', /no power/],
    ['Error: JTAG tap: x.cpu UNEXPECTED idcode\n expected 1 of 1: 0x1', /Another chip/],
    ['Error: JTAG scan chain interrogation failed: all zeroes', /does not answer/],
    ['Error: init mode failed (unable to connect to the target)', /does not answer/],
    ['Error: Target not examined yet', /does not answer/],
    ['x.cfg:1: Error: invalid command name "adaptre"', /uses “adaptre”/],
    [
      'Open On-Chip Debugger 0.9.0 (2015-05-28)\ninvalid command name "bindto"',
      /This is OpenOCD 0\.9\.0; version 0\.10 or later is needed/,
    ],
  ];
  for (const [line, hint] of cases) it(line.split('\n')[0]!, () => assert.match(hintFor(line) ?? '', hint));

  it('has nothing to say about a clean log', () =>
    assert.equal(hintFor('Info : Listening on port 6666 for tcl connections'), undefined));
});

describe('LogLines', () => {
  it('reads levels', () => {
    assert.deepEqual(readLogLine('Error: no'), { level: 'error', text: 'no' });
    assert.deepEqual(readLogLine('Warn : hm'), { level: 'warning', text: 'hm' });
    assert.deepEqual(readLogLine('Info : yes'), { level: 'info', text: 'yes' });
    assert.deepEqual(readLogLine('plain'), { level: 'output', text: 'plain' });
  });

  it('cuts a stream into lines, characters split over chunks included, and keeps the last 1,000', async () => {
    const log = new LogLines();
    const seen: LogLine[] = [];
    log.added.add((line) => seen.push(line));
    const stream = new PassThrough();
    log.drain(stream);
    const bytes = Buffer.from('Info : größe\r\nrest');
    for (const byte of bytes) stream.write(Buffer.from([byte]));
    stream.write('\n'.padEnd(10, '\n'));
    for (let line = 0; line < 1200; line++) stream.write(`line ${line}\n`);
    stream.end('last');
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    assert.deepEqual(seen.slice(0, 2), [
      { level: 'info', text: 'größe' },
      { level: 'output', text: 'rest' },
    ]);
    assert.equal(log.lines.length, 1000);
    assert.equal(log.lines.at(-1)?.text, 'last');
  });
});
