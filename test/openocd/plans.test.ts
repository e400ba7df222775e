// The arithmetic of memory and flash: ranges cut into accesses and pieces, images read, bytes shown.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ArgumentError, FlashError } from '../../src/openocd';
import { hex, whole } from '../../src/openocd/address';
import { blocksIn, fingerprint, fingerprintProgram } from '../../src/openocd/fingerprint';
import { planFlash } from '../../src/openocd/flashPlan';
import { formatHexdump } from '../../src/openocd/hexdump';
import { detectFormat, readImage } from '../../src/openocd/image';
import { CHUNK_BYTES, planAccesses } from '../../src/openocd/memoryPlan';

describe('planAccesses', () => {
  it('covers exactly the range, aligned, in order, at every alignment and size around the limits', () => {
    const size = fc.oneof(
      fc.nat(20),
      fc.integer({ min: CHUNK_BYTES - 8, max: CHUNK_BYTES + 8 }),
      fc.nat(3 * CHUNK_BYTES),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 0xffffffffn }), size, (address, bytes) => {
        let at = address;
        for (const access of planAccesses(address, bytes)) {
          assert.equal(access.address, at);
          assert.equal(at % BigInt(access.bits / 8), 0n, 'aligned');
          assert.ok(access.count > 0 && (access.bits / 8) * access.count <= CHUNK_BYTES);
          at += BigInt((access.bits / 8) * access.count);
        }
        assert.equal(at, address + BigInt(bytes));
      }),
    );
  });

  it('uses narrow accesses at the ends alone', () => {
    assert.deepEqual(
      planAccesses(1n, 10).map(({ bits, count }) => [bits, count]),
      [
        [8, 1],
        [16, 1],
        [32, 1],
        [16, 1],
        [8, 1],
      ],
    );
  });
});

describe('a short range', () => {
  it('is one access wherever it lies', () => {
    assert.deepEqual(planAccesses(0x0ffcn, 64), [{ address: 0x0ffcn, bits: 32, count: 16 }]);
    assert.equal(planAccesses(0x0ffcn, CHUNK_BYTES).length, 1);
    assert.equal(planAccesses(0x0ffcn, CHUNK_BYTES + 4).length, 2);
  });
});

describe('formatHexdump', () => {
  it('can be read back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.bigInt({ min: 0n, max: 1n << 63n }), (bytes, address) => {
        const text = formatHexdump(address, bytes);
        const rows = text === '' ? [] : text.split('\n');
        const back = rows.flatMap((row) =>
          row
            .slice(row.indexOf(' '), row.indexOf('|'))
            .trim()
            .split(/\s+/)
            .map((cell) => Number.parseInt(cell, 16)),
        );
        assert.deepEqual(back, [...bytes]);
        for (const [index, row] of rows.entries()) {
          assert.equal(BigInt(`0x${row.slice(0, row.indexOf(' '))}`), address + BigInt(index * 16));
          assert.equal(row.indexOf('|'), rows[0]?.indexOf('|'), 'columns align');
        }
      }),
    );
  });

  it('shows printable characters', () => {
    assert.equal(
      formatHexdump(0x20000000n, Buffer.from('Hi\0~\x7f')),
      '20000000  48 69 00 7e 7f                                    |Hi.~.|',
    );
  });
});

describe('numbers for Tcl', () => {
  it('are written in hexadecimal and checked', () => {
    assert.equal(hex(255), '0xff');
    assert.equal(hex(1n << 63n), '0x8000000000000000');
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 60, -1n, 1n << 64n]) assert.throws(() => hex(bad), ArgumentError);
    assert.throws(() => whole(-1, 'count'), /count must be a whole number, 0 or more/);
  });
});

describe('readImage', () => {
  const data = Buffer.from('0123456789abcdef', 'hex');

  it('takes a binary file at its offset', () => {
    assert.deepEqual(readImage(data, 'x.bin', 0x08000000), [{ address: 0x08000000n, data }]);
    assert.throws(() => readImage(Buffer.alloc(0), 'x.bin'), /holds nothing to load/);
  });

  it('reads Intel HEX with extended addresses, and joins what touches', () => {
    const text = ':020000040800F2\r\n:04000000012345672C\r\n:0400040089ABCDEF08\n:00000001FF\n';
    assert.equal(detectFormat(Buffer.from(text)), 'ihex');
    assert.deepEqual(readImage(Buffer.from(text), 'x.hex'), [{ address: 0x08000000n, data }]);
  });

  it('reads Motorola S-records', () => {
    const text = 'S00600004844521B\nS30908000000012345671E\nS3090800000489ABCDEFFA\nS70508000000F2\n';
    assert.equal(detectFormat(Buffer.from(text)), 's19');
    assert.deepEqual(readImage(Buffer.from(text), 'x.s19'), [{ address: 0x08000000n, data }]);
  });

  it('knows text formats with long first records, comments before them, and by their names', () => {
    const long = Buffer.concat([
      Buffer.from([0, 0]),
      Buffer.from('a/path/that/linkers/write/into/the/header/record/build/firmware.srec'),
    ]);
    const bytes = Buffer.concat([Buffer.from([long.length + 1]), long]);
    const check = 255 - (bytes.reduce((sum, byte) => sum + byte, 0) & 255);
    const header = `S0${bytes.toString('hex').toUpperCase()}${check.toString(16).padStart(2, '0').toUpperCase()}`;
    const srec = `${header}\nS30D080000000123456789ABCDEF2A\nS70508000000F2\n`;
    assert.equal(detectFormat(Buffer.from(srec)), 's19');
    assert.deepEqual(readImage(Buffer.from(srec), 'x'), [{ address: 0x08000000n, data }]);
    const hex = '; made by a tool\r\n\r\n:020000040800F2\r\n:080000000123456789ABCDEF38\r\n:00000001FF\r\n';
    assert.deepEqual(readImage(Buffer.from(hex), 'x'), [{ address: 0x08000000n, data }]);
    const damaged = Buffer.from('0123456789');
    assert.equal(detectFormat(damaged), 'bin');
    for (const [file, format] of [
      ['x.hex', 'ihex'],
      ['X.SREC', 's19'],
    ] as const) {
      assert.equal(detectFormat(damaged, file), format);
      assert.throws(() => readImage(damaged, file), /line 1/);
    }
  });

  it('names line and reason of a damaged record', () => {
    assert.throws(
      () => readImage(Buffer.from(':020000040800F2\n:0400000001234567FF\n'), 'x.hex'),
      /x.hex, line 2: .*checksum/,
    );
    assert.throws(() => readImage(Buffer.from(':020000040800F2\n:04000000012345\n'), 'x.hex'), /length/);
    assert.throws(() => readImage(Buffer.from('S30908000000012345671F\n'), 'x.s19'), /checksum/);
    assert.throws(() => readImage(Buffer.from(':020000040800F2\nhello\n'), 'x.hex'), FlashError);
  });

  it('reads ELF segments at their physical addresses', () => {
    const elf = Buffer.alloc(52 + 32 * 2 + 8);
    elf.write('\x7fELF\x01\x01\x01', 'latin1');
    elf.writeUInt32LE(52, 28);
    elf.writeUInt16LE(32, 42);
    elf.writeUInt16LE(2, 44);
    const segment = (index: number, virtual: number, physical: number, size: number) => {
      const at = 52 + index * 32;
      for (const [field, value] of [1, 116, virtual, physical, size, size].entries())
        elf.writeUInt32LE(value, at + field * 4);
    };
    segment(0, 0x20000000, 0x08000100, 8);
    segment(1, 0x20000008, 0x20000008, 0); // nothing in the file: .bss
    data.copy(elf, 116);
    assert.equal(detectFormat(elf), 'elf');
    assert.deepEqual(readImage(elf, 'x.elf'), [{ address: 0x08000100n, data }]);
    assert.throws(() => readImage(elf.subarray(0, 118), 'x.elf'), /a segment ends at byte 124 of 118/);
    assert.throws(() => readImage(elf.subarray(0, 60), 'x.elf'), /program headers are cut off/);
    assert.throws(() => readImage(elf.subarray(0, 20), 'x.elf'), /header is cut off/);
  });

  it('never crashes on damage', () => {
    const starts = [
      Buffer.from('\x7fELF\x01\x01', 'latin1'),
      Buffer.from('\x7fELF\x02\x02', 'latin1'),
      Buffer.from(':0200000408'),
      Buffer.from('S3'),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 200 }), (start, rest) => {
        try {
          readImage(Buffer.concat([start, rest]), 'x');
        } catch (error) {
          assert.ok(error instanceof FlashError || error instanceof ArgumentError, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('fingerprint', () => {
  it('is MurmurHash3 without its last mixing', () => {
    // The reference's x86_32 of “test” with seed 0 is 0xba6bd213; its last mixing, which can be undone, turns ours into that.
    const mixed = (hash: number, bytes: number) => {
      let h = hash ^ bytes;
      h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
      h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
      return (h ^ (h >>> 16)) >>> 0;
    };
    assert.equal(mixed(fingerprint(Buffer.from('test')), 4), 0xba6bd213);
  });

  it('changes with every word', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 400 }), fc.nat(), fc.nat(31), (bytes, at, bit) => {
        const data = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 4)));
        const before = fingerprint(data);
        const index = at % data.length;
        data.writeUInt8(data.readUInt8(index) ^ (1 << (bit % 8)), index);
        assert.notEqual(fingerprint(data), before);
      }),
    );
  });

  it('needs a work area for its program', () => {
    assert.equal(blocksIn(0), 0);
    assert.equal(blocksIn(83), 0);
    assert.equal(blocksIn(84), 1);
    assert.equal(fingerprintProgram(0x20000000, [{ address: 0x08000000, words: 1 }]).words.length * 4, 84);
  });
});

describe('planFlash', () => {
  const bank = {
    number: 0,
    name: 'f',
    driver: 'd',
    base: 0x08000000n,
    size: 0x8000,
    busWidth: 0,
    chipWidth: 0,
    target: undefined,
  };
  const sectors = Array.from({ length: 16 }, (_, index) => ({
    index,
    offset: index * 0x800,
    size: 0x800,
    protected: undefined,
  }));

  it('loses no byte, repeats none, and never splits a sector over two pieces', () => {
    const section = fc.record({ gap: fc.nat(0x1200), size: fc.integer({ min: 1, max: 0x1800 }) });
    fc.assert(
      fc.property(
        fc.array(section, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 0x3000 }),
        (parts, pieceBytes) => {
          let address = 0x07fff000n;
          const image = parts.map(({ gap, size }) => {
            address += BigInt(gap);
            const one = { address, data: Buffer.alloc(size, Number(address & 0xffn)) };
            address += BigInt(size);
            return one;
          });
          const plan = planFlash(image, [{ bank, sectors }], pieceBytes);
          const total = (list: readonly { data: Buffer }[]) => list.reduce((sum, { data }) => sum + data.length, 0);
          assert.equal(plan.bytes + total(plan.outside), total(image));
          let last = -1;
          for (const piece of plan.pieces) {
            assert.ok(piece.firstSector > last);
            last = piece.lastSector;
            for (const { address, data } of piece.sections) {
              assert.ok(address >= bank.base + BigInt(piece.firstSector * 0x800));
              assert.ok(address + BigInt(data.length) <= bank.base + BigInt((piece.lastSector + 1) * 0x800));
            }
            // Each is written by a command that erases its sectors first.
            let free = -1;
            for (const { address, data } of piece.writes) {
              const offset = Number(address - bank.base);
              assert.ok(Math.floor(offset / 0x800) > free, 'no sector is written twice');
              free = Math.floor((offset + data.length - 1) / 0x800);
            }
            for (const { address, data } of piece.sections) {
              const within = piece.writes.find(
                (write) => address >= write.address && address < write.address + BigInt(write.data.length),
              );
              const at = Number(address - (within?.address ?? 0n));
              assert.ok(within?.data.subarray(at, at + data.length).equals(data), 'written as it is');
            }
          }
        },
      ),
    );
  });
});
