// The telnet port of the real OpenOCD, as a fallback for a whole session.
import assert from 'node:assert/strict';
import { CommandError, MemoryError, request, Session } from '../../src/openocd';
import { bench } from './support/board';
import { ENTRY, FLASH } from './support/firmware';

describe('a session over telnet', () => {
  const it_ = bench();
  let session: Session;

  before(async () => {
    session = await Session.connect({ port: it_.board.openOcd.telnetPort, protocol: 'telnet' });
  });
  after(() => session?.close());

  it('runs commands, with the status of each', async () => {
    assert.match(session.dialect.version, /Open On-Chip Debugger 0\.\d+/);
    assert.equal(await session.command('expr {6 * 7}'), '42');
    assert.equal(await session.command('format "a\\n> b\\\\c"'), 'a\n> b\\c');
    await assert.rejects(
      session.command('nosuch'),
      (error: Error) => error instanceof CommandError && /invalid command name "nosuch"/.test(error.message),
    );
  });

  it('serves the subsystems, though OpenOCD prints its log between', async () => {
    await session.target.reset('halt');
    assert.equal(await session.registers.pc(), BigInt(ENTRY));
    assert.equal(await session.memory.readU32(FLASH), 0x20004000);
    await session.memory.writeBytes(0x20001001, Buffer.from('telnet works too'));
    assert.equal((await session.memory.readBytes(0x20001001, 16)).toString(), 'telnet works too');
    const [good, bad] = await session.batch([request.tcl('echo noise; version'), request.bytes(0x60000000, 4)]);
    assert.ok(good.ok && !bad.ok && bad.error instanceof MemoryError);
    await session.target.resume();
    await session.target.halt();
  });

  it('survives log lines that come by themselves', async () => {
    for (let round = 0; round < 5; round++) {
      await it_.session.command('echo {log line from another client}');
      assert.equal(await session.command(`expr {${round} + 1}`), String(round + 1));
    }
  });
});
