// An OpenOCD that sees none of our files, as on another machine: files then go through its own Tcl.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { FlashError, Session } from '../../src/openocd';
import { bench } from './support/board';
import { FLASH, spinner } from './support/firmware';

/** From now on OpenOCD finds no file that this library makes on this machine; it can make files of its own. */
const HIDE = `
rename open local_open
proc open {file args} {
  if {[regexp {openocd-debug-[^/]*/} $file]} {error "couldn't open \\"$file\\": No such file or directory"}
  tailcall local_open $file {*}$args
}`;

const uploads = () => fs.readdirSync(os.tmpdir()).filter((name) => /^openocd-debug-[0-9a-f]{16}\.bin$/.test(name));

describe('an OpenOCD that shares no files with us', () => {
  const it_ = bench();
  let session: Session;

  before(async () => {
    await it_.session.command(HIDE);
    session = await Session.connect({ port: it_.board.tclPort });
    await session.target.reset('halt');
  });
  after(() => session?.close());

  it('writes and verifies an image of all byte values, larger than one upload', async () => {
    const before = uploads();
    const image = Buffer.concat([
      spinner(),
      Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) & 255)),
    ]);
    const file = it_.folder.write('big.bin', image);
    const result = await session.flash.writeImage(file, { offset: FLASH, verify: true });
    assert.deepEqual(result, { bytes: image.length, skipped: 0 });
    assert.ok((await session.memory.readBytes(FLASH, image.length)).equals(image));
    const other = Buffer.from(image);
    other.writeUInt8(image.readUInt8(69_000) ^ 1, 69_000);
    await assert.rejects(session.flash.verify(it_.folder.write('other.bin', other), { offset: FLASH }), FlashError);
    assert.deepEqual(uploads(), before, 'no file is left behind');
  });

  it('writes bytes to a bank', async () => {
    const data = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    await session.flash.eraseSectors(0, 60, 60);
    const offset = 60 * 2048;
    await session.flash.write(0, offset, data);
    assert.ok((await session.memory.readBytes(FLASH + offset, data.length)).equals(data));
  });

  it('loads and dumps memory, which needs no files there', async () => {
    const data = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 3) & 255));
    const file = path.join(it_.folder.folder, 'dump.bin');
    assert.equal(await session.memory.load(it_.folder.write('load.bin', data), 0x20000800), data.length);
    await session.memory.dump(0x20000800, data.length, file);
    assert.ok(fs.readFileSync(file).equals(data));
  });

  it('says what to do instead of reading through the driver', async () => {
    await assert.rejects(session.flash.read(0, 0, 16), /needs an OpenOCD on this machine\. Read it as memory instead/);
  });
});
