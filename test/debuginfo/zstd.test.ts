// Zstandard decompression, also of data on which the library that does it never ends.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { unpackZstd } from '../../src/debuginfo/elf/zstd';
import { readPrebuilt } from './damagedSupport';
import { withoutHang } from './hangGuard';
import { sectionNamed } from './sectionEdits';

describe('Zstandard', () => {
  it('unpacks what binutils packed', () => {
    const file = readPrebuilt('arm-gcc-O2-dwarf5-zstd/flow.elf');
    const { offset, size } = sectionNamed(file, '.debug_str');
    const unpackedSize = new DataView(file.buffer, offset).getUint32(4, true);
    // Elf32_Chdr is 12 bytes long.
    const unpacked = unpackZstd(file.subarray(offset + 12, offset + size), unpackedSize);
    assert.equal(unpacked.length, unpackedSize);
    assert.ok(Buffer.from(unpacked).includes('factorial\0'));
  });

  it('refuses damaged data', () => {
    assert.throws(() => unpackZstd(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), 100));
  });

  // A .debug_line of the corpus with one byte changed: fzstd's Huffman tables lead it round in circles.
  it('gives up on data that has no end', () => {
    const packed = new Uint8Array(fs.readFileSync(path.join(__dirname, 'samples/endless.zst')));
    assert.throws(() => withoutHang('unpacking', () => unpackZstd(packed, 4950)), /timed out/);
  });
});
