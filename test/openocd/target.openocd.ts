// Run control, registers and memory on the simulated board.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import {
  ArgumentError,
  CommandError,
  MemoryError,
  RegisterError,
  request,
  Session,
  TargetError,
  TargetNotHaltedError,
  TimeoutError,
} from '../../src/openocd';
import { bench } from './support/board';
import { COUNTER, ENTRY, FLASH, LOOP, STORE, spinner } from './support/firmware';

const it_ = bench();

describe('target', () => {
  it('names the target and tells its state', async () => {
    const { target } = it_.session;
    await target.resume();
    assert.deepEqual(await target.state(), { name: 'stm32f0x.cpu', state: 'running', pc: undefined });
    await target.halt();
    const { state, pc } = await target.state();
    assert.equal(state, 'halted');
    assert.ok(pc !== undefined && pc >= BigInt(LOOP) && pc < BigInt(LOOP + 6));
    assert.deepEqual(await target.list(), [
      { name: 'stm32f0x.cpu', type: 'cortex_m', state: 'halted', endian: 'little', examined: true, current: true },
    ]);
    assert.deepEqual([...(await target.states())], [['stm32f0x.cpu', 'halted']]);
  });

  it('selects a target, and refuses an unknown one', async () => {
    await it_.session.target.select('stm32f0x.cpu');
    await assert.rejects(it_.session.target.select('no such'), TargetError);
  });

  it('halts a halted and resumes a running target', async () => {
    const { target } = it_.session;
    await target.halt();
    await target.halt({ timeout: 100 });
    await target.resume();
    await target.resume();
    assert.equal((await target.state()).state, 'running');
  });

  it('steps one instruction, also from an address', async () => {
    const { target, registers } = it_.session;
    await target.halt();
    await target.step(LOOP);
    assert.equal(await registers.pc(), BigInt(STORE));
    await target.step();
    assert.equal(await registers.pc(), BigInt(STORE + 2));
  });

  it('resumes from an address', async () => {
    const { target, memory } = it_.session;
    await target.halt();
    await target.resume(ENTRY);
    await target.halt();
    assert.ok((await memory.readU32(COUNTER)) > 0);
  });

  it('refuses to step a running core', async () => {
    const { target } = it_.session;
    await target.resume();
    await assert.rejects(
      target.step(),
      (error: Error) => error instanceof TargetNotHaltedError && /not halted/.test(error.message),
    );
  });

  it('resets in every mode', async () => {
    const { target, registers } = it_.session;
    await target.reset('halt');
    assert.equal(await registers.pc(), BigInt(ENTRY));
    await target.reset('init');
    assert.equal((await target.state()).state, 'halted');
    await target.reset();
    assert.equal((await target.state()).state, 'running');
  });

  it('waits for a halt and tells the reason', async () => {
    const { target, breakpoints } = it_.session;
    await target.halt();
    await breakpoints.add(STORE, { hardware: true });
    await target.resume();
    assert.deepEqual(await target.waitHalt(2000), { reason: 'breakpoint' });
    await breakpoints.removeAll();
  });

  it('gives up waiting when the time is over or the signal says so', async () => {
    const { target } = it_.session;
    await target.resume();
    await assert.rejects(target.waitHalt(150), TimeoutError);
    await assert.rejects(target.waitHalt(5000, { signal: AbortSignal.timeout(50) }), { name: 'TimeoutError' });
    const stop = new AbortController();
    const waiting = assert.rejects(target.waitHalt(5000, { signal: stop.signal }), /enough/);
    stop.abort(new Error('enough'));
    await waiting;
  });

  it('notices a late halt caused by another client, and leaves OpenOCD to it meanwhile', async () => {
    await using other = await Session.connect({ port: it_.board.tclPort });
    await it_.session.target.resume();
    const waiting = it_.session.target.waitHalt(5000);
    for (let question = 0; question < 20; question++)
      assert.match(await other.command('version'), /Open On-Chip Debugger 0\.\d+/);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await other.target.halt();
    await waiting;
  });
});

describe('registers', () => {
  before(() => it_.session.target.reset('halt'));

  it('are read one by one, together, and all', async () => {
    const { registers } = it_.session;
    assert.equal(await registers.read('pc'), BigInt(ENTRY));
    assert.equal(await registers.sp(), 0x20004000n);
    assert.equal(await registers.lr(), 0xffffffffn);
    assert.deepEqual(
      await registers.readMany(['sp', 'pc']),
      new Map([
        ['sp', 0x20004000n],
        ['pc', BigInt(ENTRY)],
      ]),
    );
    assert.deepEqual(await registers.readMany([]), new Map());
    const all = await registers.readAll();
    assert.equal(all.get('pc')?.value, BigInt(ENTRY));
    assert.equal(all.get('primask')?.size, 1);
    assert.ok(all.size > 20);
  });

  it('are written', async () => {
    const { registers } = it_.session;
    await registers.write('r5', 0x12345678);
    await registers.write('r6', 0xffffffffn);
    assert.deepEqual(
      await registers.readMany(['r5', 'r6']),
      new Map([
        ['r5', 0x12345678n],
        ['r6', 0xffffffffn],
      ]),
    );
  });

  it('fail by name', async () => {
    const { registers } = it_.session;
    await assert.rejects(
      registers.read('nosuch'),
      (error: Error) => error instanceof RegisterError && /nosuch not found/.test(error.message),
    );
    await assert.rejects(registers.write('nosuch', 1), RegisterError);
    await assert.rejects(registers.readMany(['pc', 'no such']), RegisterError);
    await assert.rejects(
      registers.write('r5', 0x1_0000_0000),
      (error: Error) => error instanceof RegisterError && /32 bits/.test(error.message),
    );
    await assert.rejects(registers.write('r5', -1), ArgumentError);
    assert.equal(await registers.read('r5'), 0x12345678n);
  });

  it('need a halted core', async () => {
    const { registers, target } = it_.session;
    await target.resume();
    await assert.rejects(registers.read('pc'), TargetNotHaltedError);
    await assert.rejects(registers.readAll(), TargetNotHaltedError);
    await assert.rejects(registers.write('r5', 1), TargetNotHaltedError);
    await target.halt();
  });
});

describe('memory', () => {
  const RAM = 0x20001000;

  it('reads and writes elements of every width', async () => {
    const { memory } = it_.session;
    await memory.writeU8(RAM, [1, 2, 255]);
    assert.deepEqual(await memory.readU8(RAM, 3), [1, 2, 255]);
    await memory.writeU16(RAM, 0xbeef);
    assert.equal(await memory.readU16(RAM), 0xbeef);
    await memory.writeU32(BigInt(RAM), [0xdeadbeef, 5]);
    assert.deepEqual(await memory.readU32(BigInt(RAM), 2), [0xdeadbeef, 5]);
    await memory.writeU64(RAM, [0x0123456789abcdefn, 1n]);
    assert.equal(await memory.readU64(RAM), 0x0123456789abcdefn);
    assert.deepEqual(await memory.readU64(RAM, 2), [0x0123456789abcdefn, 1n]);
  });

  it('equals a model at every alignment and at sizes around the chunk', async () => {
    const { memory } = it_.session;
    const model = await memory.readBytes(RAM, 8192 + 64);
    const sizes = fc.oneof(fc.nat(40), fc.integer({ min: 4090, max: 4102 }));
    await fc.assert(
      fc.asyncProperty(fc.nat(64), sizes, fc.boolean(), fc.nat(255), async (offset, size, write, seed) => {
        if (write) {
          const data = Buffer.from(Array.from({ length: size }, (_, index) => (index * 7 + seed) & 255));
          await memory.writeBytes(RAM + offset, data);
          data.copy(model, offset);
        }
        assert.deepEqual(await memory.readBytes(RAM + offset, size), model.subarray(offset, offset + size));
      }),
      { numRuns: 40 },
    );
    assert.deepEqual(await memory.readBytes(RAM, model.length), model);
  });

  it('reads more elements than one command takes', async () => {
    assert.deepEqual(Buffer.from(await it_.session.memory.readU8(FLASH, 5000)).subarray(0, 0xd0), spinner());
  });

  it('works while the core runs', async () => {
    const { memory, target } = it_.session;
    await target.reset('run');
    const [first] = await memory.readU32(COUNTER, 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok((await memory.readU32(COUNTER)) > first!);
    await target.halt();
  });

  it('reports progress and ends when the signal says so', async () => {
    const { memory } = it_.session;
    const progress: number[] = [];
    await memory.readBytes(FLASH, 10_000, { onProgress: ({ done }) => progress.push(done) });
    assert.deepEqual(progress, [4096, 8192, 10_000]);
    const stop = new AbortController();
    await assert.rejects(
      memory.readBytes(FLASH, 65536, { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) }),
      /enough/,
    );
    await assert.rejects(memory.writeBytes(RAM, Buffer.alloc(8192), { signal: AbortSignal.abort() }), {
      name: 'AbortError',
    });
  });

  it('dumps, searches, saves and loads', async () => {
    const { memory } = it_.session;
    await memory.writeBytes(RAM, Buffer.from('abcabcab'));
    assert.match(await memory.hexdump(RAM, 8), /^20001000 {2}61 62 63 61 62 63 61 62 .*\|abcabcab\|$/);
    assert.deepEqual(await memory.search(RAM, 8, 'abcab'), [BigInt(RAM), BigInt(RAM + 3)]);
    assert.deepEqual(await memory.search(RAM, 8, Buffer.from([0x63])), [BigInt(RAM + 2), BigInt(RAM + 5)]);
    assert.deepEqual(await memory.search(RAM, 8, 'zz'), []);
    const file = path.join(it_.folder.folder, 'dump with space.bin');
    await memory.dump(RAM, 8, file);
    assert.equal(fs.readFileSync(file, 'latin1'), 'abcabcab');
    assert.equal(await memory.load(file, RAM + 101), 8);
    assert.equal((await memory.readBytes(RAM + 101, 8)).toString('latin1'), 'abcabcab');
  });

  it('fails where there is no memory, and the link lives on', async () => {
    const { memory } = it_.session;
    await assert.rejects(
      memory.readU32(0x60000000),
      (error: Error) => error instanceof MemoryError && /0x60000000/.test(error.message),
    );
    await assert.rejects(memory.readBytes(0x60000000, 10), MemoryError);
    await assert.rejects(memory.writeU32(0x60000000, 1), MemoryError);
    await assert.rejects(memory.writeBytes(0x60000001, Buffer.alloc(7)), MemoryError);
    await assert.rejects(memory.dump(0x60000000, 4, path.join(it_.folder.folder, 'x')), MemoryError);
    await assert.rejects(memory.load(path.join(it_.folder.folder, 'absent'), RAM), ArgumentError);
    assert.equal(await memory.readU32(FLASH), 0x20004000);
  });

  it('refuses what cannot be', async () => {
    const { memory } = it_.session;
    await assert.rejects(memory.readU32(-4), ArgumentError);
    await assert.rejects(memory.readU32(RAM, 0), ArgumentError);
    await assert.rejects(memory.readBytes(RAM, -1), ArgumentError);
    await assert.rejects(memory.readBytes((1n << 64n) - 4n, 8), ArgumentError);
    await assert.rejects(memory.writeU8(RAM, [1, 256]), ArgumentError);
    await assert.rejects(memory.search(RAM, 8, ''), ArgumentError);
    await assert.rejects(memory.writeU32(RAM, 1n << 32n), /does not fit in 32 bits/);
    await assert.rejects(memory.writeU32(RAM + 1, 1), /0x20001001, which is no multiple of 4, failed/);
    assert.equal((await memory.readBytes(RAM, 0)).length, 0);
  });
});

describe('batch', () => {
  it('brings a whole stop in one round trip, each part with its own status', async () => {
    await it_.session.target.reset('halt');
    const [state, registers, missing, stack, nowhere] = await it_.session.batch([
      request.polledState(),
      request.registers(['pc', 'sp', 'primask']),
      request.registers(['nosuch']),
      request.bytes(0x20003f01, 255),
      request.bytes(0x60000000, 16),
    ]);
    assert.ok(state.ok && state.value.state === 'halted');
    assert.ok(registers.ok && registers.value[0] === BigInt(ENTRY));
    assert.ok(!missing.ok && missing.error instanceof RegisterError);
    assert.ok(stack.ok && stack.value.length === 255);
    assert.ok(!nowhere.ok && nowhere.error instanceof MemoryError);
  });

  it('lets OpenOCD look at the target once, however many parts it has', async () => {
    const { session, board } = it_;
    const scansOf = async (count: number) => {
      const reads = Array.from({ length: count }, (_, index) => request.bytes(0x20000000 + index * 64, 4));
      const scans = async () => (await board.control<{ stats: { scans: number } }>({ get: 'stats' })).stats.scans;
      const all: number[] = [];
      for (let run = 0; run < 5; run++) {
        const before = await scans();
        await session.batch(reads);
        all.push((await scans()) - before);
      }
      return Math.min(...all);
    };
    await session.target.reset('halt');
    const [one, eleven] = [await scansOf(1), await scansOf(11)];
    // A poll for each would come to twice of that.
    assert.ok(eleven - one <= 10 * 6, `${one} scans for one word, ${eleven} for eleven`);
  });

  it('runs any Tcl', async () => {
    assert.equal(await it_.session.command('set x 5; expr {$x * 2}'), '10');
    assert.equal(await it_.session.command('set x'), '5');
    assert.equal(await it_.session.command('format %s {größe}'), 'größe');
    await assert.rejects(it_.session.command('nosuch {'), CommandError);
    await assert.rejects(it_.session.command('sleep 300', { timeout: 50 }), TimeoutError);
    assert.equal(await it_.session.command('set x'), '5');
  });

  it('leaves the variables of the configuration and the user alone', async () => {
    const { session } = it_;
    const names = [...'abcdefghijklmnopqrstuvwxyz', 'states', 'known', 'script', 'log', 'code'];
    await session.command(`foreach openocd_test_name {${names.join(' ')}} {set ::$openocd_test_name mine}`);
    await session.target.reset('halt');
    await session.target.list();
    await session.target.states();
    await session.target.waitHalt(100);
    await session.registers.readAll();
    await session.registers.write('r3', 5);
    await session.memory.writeU64(0x20001000, 5n);
    assert.equal(await session.memory.readU64(0x20001000), 5n);
    await session.flash.writeImage(it_.folder.write('again.bin', spinner()), { offset: FLASH });
    await (await Session.connect({ port: it_.board.tclPort })).close();
    assert.equal(
      await session.command(
        `set changed {}; foreach v {${names.filter((name) => name !== 'v').join(' ')}} {if {[set $v] ne "mine"} {lappend changed $v}}; set changed`,
      ),
      '',
    );
  });

  it('does not repeat results in OpenOCD’s log, from where they would reach a GDB user', async () => {
    await it_.session.command('format %s canary-%d-end');
    await it_.session.memory.readU32(FLASH);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(!it_.board.openOcd.log.includes('canary-'));
  });
});

describe('time limits and addresses', () => {
  it('are refused when no timer or socket could take them', async () => {
    for (const timeout of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e12]) {
      await assert.rejects(Session.connect({ port: it_.board.tclPort, timeout }), ArgumentError);
      await assert.rejects(it_.session.command('version', { timeout }), ArgumentError);
      await assert.rejects(it_.session.target.waitHalt(timeout), ArgumentError);
      await assert.rejects(it_.session.target.halt({ timeout }), ArgumentError);
      await assert.rejects(it_.session.rtt.start({ timeout }), ArgumentError);
    }
    for (const port of [0, -1, 65_536, 1.5, Number.NaN]) await assert.rejects(Session.connect({ port }), ArgumentError);
    await assert.rejects(Session.connect({ host: ' ' }), /host is empty/);
  });

  it('of other services are told from a dead one', async () => {
    await assert.rejects(
      Session.connect({ port: it_.board.gdbPort, timeout: 300 }),
      (error: Error) => error instanceof TimeoutError && /does not answer\. Is \d+ the TCL port/.test(error.message),
    );
  });
});

describe('quoting', () => {
  it('brings any text through OpenOCD’s own Tcl', async () => {
    const { quote } = await import('../../src/openocd');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (text) => {
        const wellFormed = Buffer.from(text, 'utf8').toString('utf8');
        assert.equal(
          await it_.session.command(`format %s ${quote(wellFormed.replaceAll('\0', ''))}`),
          wellFormed.replaceAll('\0', ''),
        );
        const hex = await it_.session.command(
          `set r {}; foreach c [split ${quote(wellFormed)} {}] {scan $c %c n; append r [format %02x $n]}; set r`,
        );
        if (!wellFormed.includes('\0')) assert.equal(hex, Buffer.from(wellFormed).toString('hex'));
      }),
      { numRuns: 200 },
    );
  });
});
