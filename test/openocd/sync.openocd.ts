// Blocking sessions, as the bundles of dist/ have them: the client and its worker side by side.
import assert from 'node:assert/strict';
import path from 'node:path';
import { buildSync } from 'esbuild';
import type * as Client from '../../src/openocd';
import { boardConfig, root } from '../support/board';
import { bench } from './support/board';
import { ENTRY, FLASH } from './support/firmware';

describe('SyncSession', () => {
  const it_ = bench();
  let client: typeof Client;
  let session: Client.SyncSession;

  before(() => {
    const outdir = path.join(it_.folder.folder, 'dist');
    const entryPoints = { client: 'src/openocd/index.ts', clientWorker: 'src/openocd/sync/worker.ts' };
    buildSync({
      entryPoints,
      bundle: true,
      platform: 'node',
      target: 'node20',
      absWorkingDir: root,
      outdir,
    });
    client = require(path.join(outdir, 'client.js'));
    session = client.Session.connectSync({ port: it_.board.tclPort });
  });
  after(() => session?.close());

  it('calls every subsystem and returns values', () => {
    assert.match(session.dialect.version, /Open On-Chip Debugger 0\.\d+/);
    assert.equal(session.command('expr {1 + 1}'), '2');
    session.target.reset('halt');
    assert.equal(session.target.state().state, 'halted');
    assert.equal(session.registers.pc(), BigInt(ENTRY));
    assert.deepEqual([...session.registers.readMany(['pc']).keys()], ['pc']);
    session.memory.writeU32(0x20001000, [1, 2, 3]);
    assert.equal(session.memory.readU32(0x20001000), 1);
    assert.deepEqual(session.memory.readU32(0x20001000, 3), [1, 2, 3]);
    const data = session.memory.readBytes(FLASH, 4);
    assert.ok(Buffer.isBuffer(data));
    assert.equal(data.readUInt32LE(0), 0x20004000);
    assert.equal(session.flash.banks().length, 1);
    assert.equal(session.breakpoints.list().length, 0);
    assert.equal(session.jtag.scanChain().length, 1);
    assert.equal(session.swd.dpidr(), 0x0bb11477);
    assert.equal(session.transport.current(), 'jtag');
    const file = it_.folder.write(
      't.svd',
      '<device><name>T</name><addressUnitBits>8</addressUnitBits><width>32</width><peripherals><peripheral><name>P</name><baseAddress>0x20001000</baseAddress><registers><register><name>R</name><addressOffset>0</addressOffset><size>32</size></register></registers></peripheral></peripherals></device>',
    );
    assert.equal(session.svd.load(file).name, 'T');
    assert.equal(session.svd.readRegister('P', 'R').value, 1n);
    session.rtt.setup({ address: 0x20000000, size: 16 });
    session.events.enable();
  });

  it('throws the same errors as the asynchronous session', () => {
    assert.throws(
      () => session.registers.read('nosuch'),
      (error: Error) =>
        error instanceof client.RegisterError &&
        error instanceof client.CommandError &&
        error.command?.includes('nosuch') === true,
    );
    assert.throws(() => session.memory.readU32(0x60000000), client.MemoryError);
    assert.throws(() => session.memory.readU32(-1), client.ArgumentError);
    session.target.resume();
    assert.throws(() => session.target.waitHalt(50), client.TimeoutError);
    assert.throws(() => session.registers.pc(), client.TargetNotHaltedError);
  });

  it('refuses what cannot cross threads, and what does not exist', () => {
    assert.throws(() => session.memory.readBytes(FLASH, 4, { onProgress: () => undefined }), /cannot pass on/);
    const loose = session as unknown as { rtt: { open(channel: number): unknown }; nothing(): void };
    assert.throws(() => loose.nothing(), /no method nothing/);
  });

  it('sends a batch in one round trip, each part with its own status', () => {
    const { request } = client;
    session.target.reset('halt');
    const [pc, nothing, text] = session.batch([
      request.registers(['pc']),
      request.bytes(0x60000000, 4),
      request.tcl('expr {6 * 7}'),
    ]);
    assert.deepEqual(pc, { ok: true, value: [BigInt(ENTRY)] });
    assert.ok(!nothing.ok && nothing.error instanceof client.MemoryError);
    assert.deepEqual(text, { ok: true, value: '42' });
    assert.deepEqual(session.batch([]), []);
    assert.equal(session.execute(request.targetState()), 'halted');
    assert.throws(() => session.execute(request.tcl('nosuch')), client.CommandError);
    assert.throws(() => session.batch([request.tcl('sleep 300')], { timeout: 50 }), client.TimeoutError);
    assert.equal(session.command('expr 1'), '1');
  });

  it('cannot be opened where nobody listens', () => {
    assert.throws(() => client.Session.connectSync({ port: 1 }), client.ConnectionError);
  });

  it('starts and stops an OpenOCD of its own, and is closed twice', () => {
    const own = client.Session.startSync(['-c', 'adapter driver remote_bitbang; transport select jtag; noinit']);
    assert.equal(own.command('transport select').trim(), 'jtag');
    own.close();
    own.close();
    assert.throws(() => own.command('version'), client.ConnectionError);
    assert.throws(
      () => client.Session.startSync(`-c "set SIM_PORT 1" "${boardConfig}"`),
      (error: Error) => error instanceof client.ProcessError && error.hint !== undefined,
    );
  });

  it('is disposable', () => {
    {
      using own = client.Session.connectSync({ port: it_.board.tclPort });
      assert.equal(own.target.list().length, 1);
    }
    assert.equal(session.target.list().length, 1);
  });
});
