// Flash, breakpoints, RTT, SVD, JTAG, DAP and transport on the simulated board.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ArgumentError,
  BreakpointError,
  CommandError,
  FlashError,
  JtagError,
  MemoryError,
  type Progress,
  RttError,
  Session,
  SvdError,
  SwdError,
  TargetNotHaltedError,
  TimeoutError,
} from '../../src/openocd';
import { boardConfig, startBoard } from '../support/board';
import { bench } from './support/board';
import { ENTRY, FLASH, LOOP, STORE, spinner, temporaryFolder } from './support/firmware';

const it_ = bench();

describe('flash', () => {
  beforeEach(() => it_.session.target.reset('halt'));

  it('describes banks and sectors', async () => {
    const { flash } = it_.session;
    const info = await flash.info(0);
    assert.equal(info.base, BigInt(FLASH));
    assert.equal(info.size, 131072);
    assert.equal(info.sectors.length, 64);
    assert.deepEqual(info.sectors[1], { index: 1, offset: 2048, size: 2048, protected: false });
    assert.match(info.description, /STM32F07x/);
    const [bank] = await flash.banks();
    assert.deepEqual([bank?.number, bank?.driver, bank?.size], [0, 'stm32f1x', 131072]);
    await assert.rejects(flash.info(3), (error: Error) => error instanceof FlashError && /bank 3/.test(error.message));
  });

  it('writes an image with progress, verifies it, and finds a difference', async () => {
    const { flash, memory } = it_.session;
    const image = Buffer.concat([
      spinner(),
      Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 31) & 255)),
    ]);
    const file = it_.folder.write('my program.bin', image);
    const progress: Progress[] = [];
    assert.deepEqual(
      await flash.writeImage(file, { offset: FLASH, verify: true, onProgress: (one) => progress.push(one) }),
      { bytes: image.length, skipped: 0 },
    );
    assert.deepEqual([...new Set(progress.map(({ phase }) => phase))], ['write', 'verify']);
    assert.ok(progress.length >= 4);
    assert.equal(progress.at(-1)?.done, image.length);
    assert.deepEqual(await memory.readBytes(FLASH, image.length), image);
    image[50_000]! ^= 1;
    const other = it_.folder.write('other.bin', image);
    await assert.rejects(
      flash.verify(other, { offset: FLASH }),
      (error: Error) => error instanceof FlashError && /Verifying/.test(error.message),
    );
    await flash.program(it_.folder.write('spinner.bin', spinner()), { offset: FLASH });
    assert.equal((await it_.session.target.state()).state, 'running');
  });

  it('leaves out what is not flash, and refuses an image with none', async () => {
    const { flash } = it_.session;
    const hex =
      ':020000040800F2\n:1080000000000000000000000000000000000000' +
      '70\n:020000042000DA\n:0400000001020304F2\n:00000001FF\n';
    assert.deepEqual(await flash.writeImage(it_.folder.write('mixed.hex', hex)), { bytes: 16, skipped: 4 });
    const ram = it_.folder.write('ram.bin', spinner());
    await assert.rejects(
      flash.writeImage(ram, { offset: 0x20000000 }),
      (error: Error) => error instanceof FlashError && /nothing for the flash/.test(error.message),
    );
    await assert.rejects(
      flash.writeImage(path.join(it_.folder.folder, 'absent')),
      /“.*absent” cannot be read: there is no/,
    );
    await assert.rejects(flash.verify(it_.folder.folder), /it is a folder/);
    await assert.rejects(flash.verify(it_.folder.write('empty.bin', '')), FlashError);
  });

  it('refuses what is too large for the flash, and writes none of it', async () => {
    const { flash, memory } = it_.session;
    const before = await memory.readBytes(FLASH, 16);
    const file = it_.folder.write('large.bin', Buffer.alloc(200_000, 0x77));
    await assert.rejects(
      flash.writeImage(file, { offset: FLASH }),
      (error: Error) =>
        error instanceof FlashError &&
        /large\.bin is too large: 68928 bytes of it lie behind the flash of 131072 bytes at 0x8000000/.test(
          error.message,
        ),
    );
    assert.deepEqual(await memory.readBytes(FLASH, 16), before);
  });

  it('writes sections that share a sector without losing one of them', async () => {
    const { flash, memory } = it_.session;
    const record = (address: number, fill: number) => {
      const bytes = Buffer.from([16, address >> 8, address & 255, 0, ...Buffer.alloc(16, fill)]);
      const sum = bytes.reduce((total, byte) => total + byte, 0);
      return `:${bytes.toString('hex')}${(-sum & 255).toString(16).padStart(2, '0')}\n`;
    };
    const hex = `:020000040800F2\n${record(0, 0x11)}${record(0x200, 0x22)}${record(0x1010, 0x33)}:00000001FF\n`;
    const file = it_.folder.write('gaps.hex', hex);
    assert.deepEqual(await flash.writeImage(file, { verify: true }), { bytes: 48, skipped: 0 });
    for (const [at, fill] of [
      [0, 0x11],
      [0x200, 0x22],
      [0x1010, 0x33],
    ] as const) {
      assert.deepEqual(await memory.readBytes(FLASH + at, 16), Buffer.alloc(16, fill));
    }
  });

  it('updates the sectors that differ and no others', async () => {
    const { flash, memory, registers } = it_.session;
    const image = Buffer.from(Array.from({ length: 70_003 }, (_, index) => (index * 31 + (index >> 8)) & 255));
    const update = () => flash.update(it_.folder.write('update.bin', image), { offset: FLASH + 2, verify: true });
    assert.deepEqual(await update(), { bytes: 70_003, written: 70_003, skipped: 0 });

    // Where the image ends, and nothing else is in the sector: what is written there is lost with the sector.
    const mark = { offset: 70_500, text: 'not of the image' };
    await flash.write(0, mark.offset, Buffer.from(mark.text));
    const isThere = async () =>
      (await memory.readBytes(FLASH + mark.offset, mark.text.length)).toString() === mark.text;
    const before = await registers.readMany(['r0', 'r5', 'r10', 'sp', 'pc', 'primask']);
    const ram = await memory.readBytes(0x20000000, 1024);
    assert.deepEqual(await update(), { bytes: 70_003, written: 0, skipped: 0 });
    assert.deepEqual(await registers.readMany(['r0', 'r5', 'r10', 'sp', 'pc', 'primask']), before);
    assert.deepEqual(await memory.readBytes(0x20000000, 1024), ram, 'the core’s own comparison leaves no trace');

    image.writeUInt8(image.readUInt8(30_000) ^ 0x80, 30_000);
    assert.deepEqual(await update(), { bytes: 70_003, written: 2048, skipped: 0 });
    assert.ok(await isThere());
    image.writeUInt8(image.readUInt8(70_002) ^ 0x01, 70_002);
    assert.equal((await update()).written, (70_003 + 2) % 2048);
    assert.equal(await isThere(), false);
    assert.deepEqual(await memory.readBytes(FLASH + 2, image.length), image);
  });

  it('updates all of it where the core cannot compare', async () => {
    const { flash } = it_.session;
    const file = it_.folder.write('spinner.bin', spinner());
    const size = await it_.session.command('[target current] cget -work-area-size');
    await it_.session.command('[target current] configure -work-area-size 0');
    try {
      await flash.eraseSectors(0, 0, 40);
      assert.equal((await flash.update(file, { offset: FLASH, verify: true })).written, spinner().length);
      assert.equal((await flash.update(file, { offset: FLASH, verify: true })).written, 0);
    } finally {
      await it_.session.command(`[target current] configure -work-area-size ${size}`);
    }
  });

  it('can be cancelled between pieces, and says how far it got', async () => {
    const stop = new AbortController();
    const file = it_.folder.write('big.bin', Buffer.alloc(100_000, 0x55));
    const cancelled = it_.session.flash.writeImage(file, {
      offset: FLASH,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await assert.rejects(
      cancelled,
      (error: Error) =>
        error instanceof FlashError && /Cancelled: \d+ of 100000 bytes are written; from 0x800/.test(error.message),
    );
  });

  it('reads and writes through its driver', async () => {
    const { flash } = it_.session;
    await flash.eraseSectors(0, 10, 11);
    await flash.write(0, 10 * 2048, Buffer.from('hello flash!'));
    assert.equal((await flash.read(0, 10 * 2048, 12)).toString(), 'hello flash!');
    const file = path.join(it_.folder.folder, 'flash.bin');
    await flash.readToFile(0, file, 10 * 2048, 5);
    assert.equal(fs.readFileSync(file, 'latin1'), 'hello');
    assert.equal((await flash.read(0, 0, 0)).length, 0);
    await assert.rejects(flash.read(7, 0, 4), FlashError);
    await assert.rejects(flash.read(0, 131072, 4), FlashError);
    await assert.rejects(flash.write(0, 131072, Buffer.alloc(4)), FlashError);
    await assert.rejects(flash.readToFile(7, file), FlashError);
  });

  it('erases sectors, ranges and everything', async () => {
    const { flash, memory } = it_.session;
    const blank = async (sector: number) => (await memory.readU32(FLASH + sector * 2048)) === 0xffffffff;
    const seen: number[] = [];
    for (const sector of [20, 21, 22]) await flash.write(0, sector * 2048, Buffer.alloc(4));
    await flash.eraseSectors(0, 20, 21, { onProgress: ({ done }) => seen.push(done) });
    assert.deepEqual([await blank(20), await blank(21), await blank(22), seen.at(-1)], [true, true, false, 2]);
    await flash.eraseAddress(FLASH + 22 * 2048, 2048);
    assert.equal(await blank(22), true);
    await flash.write(0, 23 * 2048, Buffer.alloc(4));
    await flash.eraseAddress(FLASH + 23 * 2048, 16, { pad: true });
    assert.equal(await blank(23), true);
    await flash.massErase(0);
    assert.equal(await blank(0), true);
    await assert.rejects(
      flash.eraseSectors(0, 60, 64),
      (error: Error) => error instanceof FlashError && /sectors 0 to 63/.test(error.message),
    );
    await assert.rejects(flash.eraseSectors(0, 5, 4), ArgumentError);
    await assert.rejects(flash.eraseSectors(0, 0, 20, { signal: AbortSignal.abort() }), /Cancelled/);
    await assert.rejects(flash.eraseAddress(0x60000000, 2048), FlashError);
    await assert.rejects(flash.eraseAddress(FLASH, 100), FlashError);
    await assert.rejects(flash.massErase(9), FlashError);
  });

  it('protects', async () => {
    const { flash, target, session } = {
      ...it_.session,
      flash: it_.session.flash,
      target: it_.session.target,
      session: it_.session,
    };
    const reload = async () => {
      await session.command('stm32f1x options_load 0');
      await target.reset('halt');
    };
    await flash.protect(0, 0, 1, true);
    await reload();
    const { sectors } = await flash.info(0);
    assert.deepEqual([sectors[0]?.protected, sectors[7]?.protected, sectors[8]?.protected], [true, true, false]);
    await assert.rejects(flash.eraseSectors(0, 0, 0), FlashError);
    await flash.protect(0, 0, 1, false);
    await reload();
    await flash.eraseSectors(0, 0, 0);
    await assert.rejects(flash.protect(0, 0, 99, true), FlashError);
  });

  it('needs a halted core', async () => {
    await it_.session.flash.program(it_.folder.write('spinner.bin', spinner()), { offset: FLASH });
    await assert.rejects(it_.session.flash.eraseSectors(0, 60, 60), TargetNotHaltedError);
    await assert.rejects(
      it_.session.flash.writeImage(it_.folder.write('s.bin', spinner()), { offset: FLASH }),
      TargetNotHaltedError,
    );
  });

  it('programs and leaves the core halted when asked', async () => {
    await it_.session.flash.program(it_.folder.write('spinner.bin', spinner()), {
      offset: FLASH,
      reset: false,
      verify: false,
      unlock: true,
    });
    assert.equal((await it_.session.target.state()).state, 'halted');
    await it_.session.target.resume();
    await assert.rejects(it_.session.flash.program(path.join(it_.folder.folder, 'absent')), ArgumentError);
    assert.equal((await it_.session.target.state()).state, 'running', 'a missing file costs no reset');
  });
});

describe('a flash bank that is not ready', () => {
  it('keeps nobody from programming the others', async () => {
    const folder = temporaryFolder();
    const external = 'flash bank external stmqspi 0x90000000 0 0 0 $_TARGETNAME 0xA0001000';
    const config = folder.write('two-banks.cfg', `source {${boardConfig}}\n${external}\n`);
    const board = await startBoard({ config });
    const session = await Session.connect({ port: board.tclPort });
    try {
      await session.target.reset('halt');
      const { flash } = session;
      const inside = folder.write('spinner.bin', spinner());
      assert.equal((await flash.writeImage(inside, { offset: FLASH, verify: true })).bytes, spinner().length);
      await assert.rejects(
        flash.writeImage(inside, { offset: 0x90000000 }),
        (error: Error) =>
          error instanceof FlashError &&
          /208 bytes for the flash bank “(?:external|stmqspi)” at 0x90000000, which is not ready: #1 .*“reset init”/.test(
            error.message,
          ),
      );
      await assert.rejects(
        flash.info(1),
        (error: Error) => error instanceof FlashError && /bank 1 failed/.test(error.message),
      );
    } finally {
      await session.close();
      await board.stop();
      folder.remove();
    }
  });
});

describe('big-endian memory', () => {
  it('is read and written in the order of its bytes', async () => {
    const { session, board } = it_;
    await session.target.reset('halt');
    await session.command('[target current] configure -endian big');
    const big = await Session.connect({ port: board.tclPort });
    try {
      assert.equal(big.dialect.isBigEndian, true);
      const text = Buffer.from('hello world');
      await big.memory.writeBytes(0x20000101, text);
      assert.deepEqual(await big.memory.readBytes(0x20000101, text.length), text);
      // The simulated core is little-endian: the same bytes, one by one.
      assert.equal(String.fromCharCode(...(await big.memory.readU8(0x20000101, text.length))), 'hello world');
      await big.memory.writeU32(0x20000200, 0x11223344);
      assert.deepEqual(await big.memory.readBytes(0x20000200, 4), Buffer.from('11223344', 'hex'));
    } finally {
      await session.command('[target current] configure -endian little');
      await big.close();
    }
  });
});

describe('breakpoints', () => {
  before(() => it_.session.target.reset('halt'));
  afterEach(() => it_.session.breakpoints.removeAll());

  it('are set, listed, hit and removed', async () => {
    const { breakpoints, target, registers } = it_.session;
    await breakpoints.add(LOOP, { hardware: true });
    await breakpoints.add(0x20000200);
    assert.deepEqual(await breakpoints.list(), [
      { address: BigInt(LOOP), length: 2, kind: 'hardware' },
      { address: 0x20000200n, length: 2, kind: 'software' },
    ]);
    await target.resume();
    await target.waitHalt(2000);
    assert.equal(await registers.pc(), BigInt(LOOP));
    await breakpoints.remove(LOOP);
    assert.equal((await breakpoints.list()).length, 1);
  });

  it('say when the comparators are used up', async () => {
    const { breakpoints } = it_.session;
    for (let index = 0; index < 4; index++) await breakpoints.add(FLASH + index * 16, { hardware: true });
    await assert.rejects(
      breakpoints.add(FLASH + 64, { hardware: true }),
      (error: Error) => error instanceof BreakpointError && /no free comparator/.test(error.message),
    );
  });

  it('can be set in hardware while the core runs', async () => {
    const { breakpoints, target } = it_.session;
    await target.resume();
    await breakpoints.add(LOOP, { hardware: true });
    assert.equal((await target.waitHalt(2000)).reason, 'breakpoint');
  });

  it('fail with a reason', async () => {
    const { breakpoints } = it_.session;
    await breakpoints.add(0x20000200);
    await assert.rejects(
      breakpoints.add(0x20000200),
      (error: Error) => error instanceof BreakpointError && /Duplicate/.test(error.message),
    );
    await assert.rejects(breakpoints.add(0x60000000), BreakpointError);
    await assert.rejects(
      breakpoints.remove(0x1234),
      (error: Error) => error instanceof BreakpointError && /no breakpoint at address/.test(error.message),
    );
    await assert.rejects(breakpoints.add(LOOP, { length: 0 }), ArgumentError);
  });

  it('watch memory', async () => {
    const { breakpoints, target } = it_.session;
    await target.halt();
    await breakpoints.addWatchpoint(0x20000100, 4, 'w');
    await breakpoints.addWatchpoint(0x20000110, 2, 'r');
    const listed = await breakpoints.listWatchpoints();
    assert.deepEqual(listed.map(({ address, length, access }) => [address, length, access]).sort(), [
      [0x20000100n, 4, 'w'],
      [0x20000110n, 2, 'r'],
    ]);
    await target.resume();
    assert.equal((await target.waitHalt(2000)).reason, 'watchpoint');
    await assert.rejects(
      breakpoints.addWatchpoint(0x20000120, 4, 'a'),
      (error: Error) => error instanceof BreakpointError && /no free comparator/.test(error.message),
    );
    await breakpoints.removeWatchpoint(0x20000110);
    await assert.rejects(breakpoints.removeWatchpoint(0x20000110), BreakpointError);
    assert.equal((await breakpoints.listWatchpoints()).length, 1);
  });
});

/** A control block as firmware lays it out: one channel up with text in it, one down. */
async function plantControlBlock(address: number): Promise<void> {
  const block = Buffer.alloc(24 + 2 * 24 + 128);
  const [name, up, down] = [address + 72, address + 88, address + 120];
  block.write('SEGGER RTT\0', 'latin1');
  block.writeInt32LE(1, 16);
  block.writeInt32LE(1, 20);
  for (const [index, value] of [name, up, 32, 6, 0, 0, name, down, 16, 0, 0, 0].entries())
    block.writeUInt32LE(value, 24 + index * 4);
  block.write('Terminal\0', 72, 'latin1');
  block.write('hello\n', 88, 'latin1');
  await it_.session.memory.writeBytes(address, block);
}

describe('rtt', () => {
  const BLOCK = 0x20001000;

  before(() => it_.session.target.reset('run'));

  it('reports a control block that does not appear', async () => {
    const { rtt } = it_.session;
    await assert.rejects(rtt.channels(), RttError);
    await rtt.setup({ address: 0x20000800, size: 1024 });
    await assert.rejects(
      rtt.start({ timeout: 200 }),
      (error: Error) =>
        error instanceof RttError &&
        /No RTT control block “SEGGER RTT” in the 1024 bytes from 0x20000800 after 200 ms/.test(error.message),
    );
    await assert.rejects(rtt.setup({ address: 0, size: 0 }), ArgumentError);
    await assert.rejects(rtt.setup({ address: 0, size: 16, id: 'much too long an id' }), ArgumentError);
  });

  it('waits for the control block, then lists channels, reads and writes', async () => {
    const { rtt, memory } = it_.session;
    await rtt.setup({ address: BLOCK - 64, size: 1024 });
    const starting = rtt.start({ timeout: 5000 });
    await sleep(150);
    await plantControlBlock(BLOCK);
    await starting;
    assert.equal(await rtt.pollingInterval(5), 5);
    assert.equal(await rtt.pollingInterval(), 5);
    assert.deepEqual(await rtt.channels(), {
      up: [{ number: 0, name: 'Terminal', size: 32, flags: 0 }],
      down: [{ number: 0, name: 'Terminal', size: 16, flags: 0 }],
    });
    assert.equal((await rtt.read(0)).toString(), 'hello\n');
    await rtt.write(0, 'key');
    while ((await memory.readU32(BLOCK + 48 + 12)) !== 3) await sleep(5);
    assert.equal((await memory.readBytes(BLOCK + 120, 3)).toString(), 'key');
    await assert.rejects(rtt.read(0, { timeout: 50 }), TimeoutError);
    await assert.rejects(rtt.pollingInterval(0), ArgumentError);
  });

  it('opens a channel as a stream and stops its server with it', async () => {
    const { rtt, memory } = it_.session;
    const stream = await rtt.open(0);
    const text = new Promise<string>((resolve) => stream.once('data', (data: Buffer) => resolve(data.toString())));
    await memory.writeBytes(BLOCK + 88 + 6, Buffer.from('more'));
    await memory.writeU32(BLOCK + 24 + 12, 10);
    assert.equal(await text, 'more');
    const port = (stream as unknown as { remotePort: number }).remotePort;
    stream.destroy();
    await sleep(30);
    assert.equal(await it_.session.command(`catch {rtt server start ${port} 0}`), '0');
    await it_.session.command(`rtt server stop ${port}`);
    await rtt.stop();
  });

  it('leaves no server behind in an OpenOCD that goes on', async () => {
    const own = await Session.connect({ port: it_.board.tclPort });
    const stream = await own.rtt.open(0);
    const port = (stream as unknown as { remotePort: number }).remotePort;
    await own.close();
    assert.equal(await it_.session.command(`catch {rtt server start ${port} 0}`), '0');
    await it_.session.command(`rtt server stop ${port}`);
  });

  it('stops, and starts again', async () => {
    const { rtt } = it_.session;
    await rtt.setup({ address: BLOCK, size: 16 });
    await rtt.start();
    await rtt.stop();
    await assert.rejects(rtt.start({ signal: AbortSignal.abort() }), { name: 'AbortError' });
    await assert.rejects(rtt.open(-1), ArgumentError);
  });
});

const SVD = `<device><name>TEST</name><addressUnitBits>8</addressUnitBits><width>32</width><size>32</size><resetValue>0</resetValue>
<peripherals><peripheral><name>RAM</name><description>Some memory</description><baseAddress>0x20002000</baseAddress><registers>
<register><name>CTRL</name><addressOffset>0</addressOffset><fields>
<field><name>EN</name><bitRange>[0:0]</bitRange><enumeratedValues><enumeratedValue><name>Off</name><value>0</value></enumeratedValue><enumeratedValue><name>On</name><value>1</value></enumeratedValue></enumeratedValues></field>
<field><name>DIV</name><bitRange>[7:4]</bitRange></field></fields></register>
<register><name>B</name><addressOffset>4</addressOffset><size>8</size></register>
<register><name>W</name><addressOffset>8</addressOffset><size>64</size></register>
<register><name>FIFO</name><addressOffset>16</addressOffset><readAction>modify</readAction></register>
<register><name>KEY</name><addressOffset>20</addressOffset><access>write-only</access></register>
<register><name>ID</name><addressOffset>24</addressOffset><access>read-only</access><fields><field><name>V</name><bitRange>[3:0]</bitRange></field></fields></register>
</registers></peripheral>
<peripheral><name>NOWHERE</name><baseAddress>0x60000000</baseAddress><registers><register><name>R</name><addressOffset>0</addressOffset></register></registers></peripheral>
</peripherals></device>`;

describe('svd', () => {
  it('needs a file', async () => {
    await assert.rejects(it_.session.svd.listPeripherals(), SvdError);
    await assert.rejects(it_.session.svd.load(path.join(it_.folder.folder, 'absent.svd')), SvdError);
    await assert.rejects(it_.session.svd.load(it_.folder.write('bad.svd', '<device><name>')), SvdError);
  });

  it('lists and decodes', async () => {
    const { svd } = it_.session;
    const summary = await svd.load(it_.folder.write('test.svd', SVD));
    assert.deepEqual([summary.name, summary.peripherals, summary.registers], ['TEST', 2, 7]);
    assert.deepEqual(
      (await svd.listPeripherals()).map(({ name, address }) => [name, address]),
      [
        ['RAM', 0x20002000n],
        ['NOWHERE', 0x60000000n],
      ],
    );
    assert.deepEqual(
      (await svd.listRegisters('RAM')).map(({ name, size }) => [name, size]),
      [
        ['CTRL', 32],
        ['B', 8],
        ['W', 64],
        ['FIFO', 32],
        ['KEY', 32],
        ['ID', 32],
      ],
    );
    const decoded = await svd.decode('RAM', 'CTRL', 0x31n);
    assert.deepEqual(
      decoded.fields.map(({ name, value, meaning }) => [name, value, meaning]),
      [
        ['EN', 1n, 'On'],
        ['DIV', 3n, undefined],
      ],
    );
    assert.equal(svd.device.name, 'TEST');
  });

  it('reads registers of every width and writes fields', async () => {
    const { svd, memory } = it_.session;
    await memory.writeU32(0x20002000, [0x30, 0xffffff7f, 0x89abcdef, 0x01234567]);
    assert.equal((await svd.readRegister('RAM', 'CTRL')).value, 0x30n);
    assert.equal((await svd.readRegister('RAM', 'B')).value, 0x7fn);
    assert.equal((await svd.readRegister('RAM', 'W')).value, 0x0123456789abcdefn);
    assert.equal(await svd.writeField('RAM', 'CTRL', 'EN', 'On'), 0x31n);
    assert.equal(await svd.writeField('RAM', 'CTRL', 'DIV', 7), 0x71n);
    assert.equal(await memory.readU32(0x20002000), 0x71);
  });

  it('honours access and read actions', async () => {
    const { svd } = it_.session;
    await assert.rejects(
      svd.readRegister('RAM', 'FIFO'),
      (error: Error) => error instanceof SvdError && /would change it \(modify\)/.test(error.message),
    );
    await svd.readRegister('RAM', 'FIFO', { sideEffects: true });
    await assert.rejects(svd.readRegister('RAM', 'KEY'), /write-only/);
    await assert.rejects(svd.writeField('RAM', 'ID', 'V', 1), SvdError);
    await assert.rejects(svd.writeField('RAM', 'CTRL', 'DIV', 16), SvdError);
    await assert.rejects(svd.writeField('RAM', 'CTRL', 'EN', 'Maybe'), SvdError);
    await assert.rejects(svd.writeField('RAM', 'CTRL', 'NO', 1), /no field RAM.CTRL.NO. It has: EN, DIV/);
    await assert.rejects(svd.writeField('RAM', 'CTRL', 'EN', 0.5), ArgumentError);
    await assert.rejects(svd.readRegister('RAM', 'NO'), /no register RAM.NO. It has: CTRL/);
    await assert.rejects(svd.listRegisters('NO'), /no peripheral NO/);
    await assert.rejects(svd.decode('RAM', 'NO', 0n), SvdError);
    await assert.rejects(svd.readRegister('NOWHERE', 'R'), MemoryError);
  });
});

describe('jtag', () => {
  const TAP = 'stm32f0x.cpu';

  // OpenOCD's own polling would scan in between.
  before(() => it_.session.command('halt; poll off'));
  after(() => it_.session.command('poll on'));

  it('lists the chain', async () => {
    assert.deepEqual(await it_.session.jtag.scanChain(), [
      { position: 0, name: TAP, enabled: true, idcode: 0x0bb11477, expected: ['0x0bb11477'], irLength: 4 },
    ]);
  });

  it('scans', async () => {
    const { jtag } = it_.session;
    await jtag.irscan(TAP, 0xe, 'RUN/IDLE'); // IDCODE
    assert.deepEqual(await jtag.drscan(TAP, [{ bits: 32, value: 0 }]), [0x0bb11477n]);
    assert.deepEqual(
      await jtag.drscan(
        TAP,
        [
          { bits: 16, value: 0 },
          { bits: 16, value: 0 },
        ],
        'RUN/IDLE',
      ),
      [0x1477n, 0x0bb1n],
    );
    await jtag.runtest(10);
    await jtag.pathMove('RESET', ['RUN/IDLE']);
    await jtag.pathMove('RUN/IDLE', ['DRSELECT', 'DRCAPTURE', 'DREXIT1', 'DRPAUSE', 'DREXIT2', 'DRUPDATE', 'RUN/IDLE']);
    await assert.rejects(jtag.irscan('no.tap', 1), JtagError);
    await assert.rejects(jtag.drscan('no.tap', [{ bits: 8, value: 0 }]), JtagError);
    await assert.rejects(jtag.drscan(TAP, []), ArgumentError);
    await assert.rejects(jtag.drscan(TAP, [{ bits: 4, value: 16 }]), ArgumentError);
    await assert.rejects(jtag.pathMove('RESET', []), ArgumentError);
    await assert.rejects(jtag.pathMove('RUN/IDLE', ['DRSELECT', 'IRSELECT', 'RESET']), /through RESET/);
    await assert.rejects(jtag.pathMove('RUN/IDLE', ['IRSHIFT']), /cannot go from RUN\/IDLE to IRSHIFT/);
    await assert.rejects(jtag.pathMove('RUN/IDLE', ['DRSELECT']), /not a stable state/);
    await assert.rejects(jtag.runtest(0), ArgumentError);
  });

  it('knows which TAPs are enabled', async () => {
    const { jtag } = it_.session;
    assert.equal(await jtag.tapIsEnabled(TAP), true);
    await assert.rejects(jtag.tapIsEnabled('no.tap'), JtagError);
    await assert.rejects(jtag.tapEnable('no.tap'), JtagError);
    await assert.rejects(jtag.tapDisable('no.tap'), JtagError);
    await assert.rejects(
      jtag.newTap('x', 'y', { irLength: 4, expectedId: 1 }),
      (error: Error) => error instanceof JtagError && /before 'init'/.test(error.message),
    );
  });

  it('plays files', async () => {
    const { jtag } = it_.session;
    const svf = 'ENDIR IDLE;\nENDDR IDLE;\nSIR 4 TDI (e);\nSDR 32 TDI (0) TDO (0bb11477) MASK (ffffffff);\n';
    await jtag.svf(it_.folder.write('id code.svf', svf));
    await jtag.svf(it_.folder.write('id.svf', svf), { tap: TAP, quiet: false });
    await assert.rejects(jtag.svf(it_.folder.write('bad.svf', svf.replace('0bb11477', '12345678'))), JtagError);
    await assert.rejects(
      jtag.svf('/nonexistent.svf'),
      (error: Error) => error instanceof JtagError && /no file/.test(error.message),
    );
    await jtag.xsvf(it_.folder.write('end.xsvf', Buffer.from([0x00])));
    await assert.rejects(jtag.xsvf('/nonexistent.xsvf', { tap: TAP }), JtagError);
    await it_.session.target.reset('halt');
  });
});

describe('swd', () => {
  // OpenOCD's own polling would set the registers in between.
  before(() => it_.session.command('halt; poll off'));
  after(() => it_.session.command('poll on'));

  it('reads and writes ports', async () => {
    const { swd } = it_.session;
    assert.equal(await swd.dpidr(), 0x0bb11477);
    assert.equal(await swd.targetId(), 0);
    assert.equal(await swd.apreg(0, 0xfc), 0x04770021);
    assert.deepEqual(await swd.listAps(), [{ number: 0, idr: 0x04770021, kind: 'MEM-AP AHB3' }]);
    assert.equal(await swd.apreg(0, 0x4, 0x20000000), 0x20000000);
    assert.equal(await swd.apreg(0, 0x4), 0x20000000);
    const control = await swd.dpreg(0x4);
    assert.equal(await swd.dpreg(0x4, control), control);
    const info = await swd.info();
    assert.equal(info.name, 'stm32f0x.dap');
    assert.match(info.romTable, /ROMTABLE/);
  });

  it('fails with a reason', async () => {
    const { swd } = it_.session;
    await swd.select('stm32f0x.dap');
    assert.deepEqual(await swd.names(), ['stm32f0x.dap']);
    await assert.rejects(
      swd.select('nosuch'),
      (error: Error) => error instanceof SwdError && /Known: stm32f0x.dap/.test(error.message),
    );
    await assert.rejects(swd.apreg(300, 0), SwdError);
    await assert.rejects(swd.dpreg(-1), ArgumentError);
    await assert.rejects(swd.dpreg(0x4, 2 ** 33), ArgumentError);
  });
});

describe('transport', () => {
  it('describes the adapter', async () => {
    const { transport } = it_.session;
    assert.equal(await transport.current(), 'jtag');
    assert.deepEqual(await transport.adapterInfo(), { name: 'remote_bitbang', transport: 'jtag', speed: undefined });
    assert.ok((await transport.list()).includes('swd'));
  });

  it('has no speed on this adapter', async () => {
    await assert.rejects(it_.session.transport.speed(), CommandError);
    await assert.rejects(it_.session.transport.setSpeed(100), CommandError);
    await assert.rejects(it_.session.transport.setSpeed(0), ArgumentError);
  });
});

describe('the addresses used here', () => {
  it('are where the code is', async () => {
    assert.deepEqual(await it_.session.memory.readU16(ENTRY, 4), [0x4902, 0x2000, 0x3001, 0x6008]);
    assert.equal(STORE, LOOP + 2);
  });
});
