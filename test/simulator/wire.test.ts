// The test access port and the debug port: a recorded session of OpenOCD 0.12, and scans made by hand (IHI0031).
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Board } from '../../src/simulator/board';
import { ProtocolError } from '../../src/simulator/jtag';

const ABORT = 8;
const DPACC = 10;
const APACC = 11;
const IDCODE = 14;

/** Writes the letters of whole scans, as OpenOCD does. */
class Probe {
  constructor(readonly board: Board) {
    this.send('26262626262604'); // five clocks with TMS high, then to Run-Test/Idle
  }

  send(letters: string): string {
    const out = Buffer.alloc(letters.length);
    const { answers } = this.board.tap.process(Buffer.from(letters, 'latin1'), out);
    return out.toString('latin1', 0, answers);
  }

  /** Scans `bits` of data register `ir`, least significant first; @returns what came out */
  scan(ir: number, value: bigint, bits: number): bigint {
    this.send(`26260404${this.shift(BigInt(ir), 4).letters}2604`);
    const { letters } = this.shift(value, bits);
    const answer = this.send(`260404${letters}2604`);
    return [...answer].reduceRight((sum, bit) => (sum << 1n) | BigInt(bit), 0n);
  }

  /** A DPACC or APACC scan; @returns ACK and the data of the transaction before it */
  access(ir: number, register: number, read: boolean, value = 0): { ack: number; data: number } {
    const out = this.scan(ir, (BigInt(value >>> 0) << 3n) | BigInt(register << 1) | (read ? 1n : 0n), 35);
    return { ack: Number(out & 7n), data: Number(out >> 3n) };
  }

  readDp(register: number): number {
    this.access(DPACC, register, true);
    return this.access(DPACC, 3, true).data;
  }

  readAp(address: number): number {
    this.access(DPACC, 2, false, address & 0xf0);
    this.access(APACC, (address >> 2) & 3, true);
    return this.access(DPACC, 3, true).data;
  }

  writeAp(address: number, value: number): void {
    this.access(DPACC, 2, false, address & 0xf0);
    this.access(APACC, (address >> 2) & 3, false, value);
  }

  powerUp(): void {
    this.access(DPACC, 1, false, 0x50000000);
  }

  private shift(value: bigint, bits: number): { letters: string } {
    let letters = '';
    for (let i = 0; i < bits; i++) {
      const tdi = Number((value >> BigInt(i)) & 1n);
      const tms = i === bits - 1 ? 2 : 0;
      letters += `${tms | tdi}R${4 | tms | tdi}`;
    }
    return { letters };
  }
}

describe('The wire of the simulated board', () => {
  it('answers a recorded OpenOCD session letter by letter', () => {
    const board = new Board();
    board.advance(1000);
    const lines = fs.readFileSync(path.join(__dirname, 'fixtures/session.txt'), 'latin1').trimEnd().split('\n');
    for (const [i, line] of lines.entries()) {
      const [letters = '', expected = ''] = line.split(' ');
      board.advance(100); // the core goes on between two scans
      const out = Buffer.alloc(letters.length);
      const { answers } = board.tap.process(Buffer.from(letters, 'latin1'), out);
      assert.equal(out.toString('latin1', 0, answers), expected, `line ${i + 1} of session.txt`);
    }
    assert(board.tap.scans > 300);
  });

  it('shows its IDCODE after a reset of the port, and one bit of BYPASS for unknown instructions', () => {
    const probe = new Probe(new Board());
    assert.equal(probe.scan(IDCODE, 0n, 32), 0x0bb11477n);
    assert.equal(probe.scan(3, 0b1011n, 5), 0b10110n);
  });

  it('reports power-up as granted', () => {
    const probe = new Probe(new Board());
    probe.powerUp();
    assert.equal(probe.readDp(1), 0xf0000000);
  });

  it('refuses access ports before power-up', () => {
    const probe = new Probe(new Board());
    assert.equal(probe.readAp(0xfc), 0);
    assert.equal(probe.readDp(1) & 0x20, 0x20);
  });

  it('identifies its access port, and reads absent ones as zero', () => {
    const probe = new Probe(new Board());
    probe.powerUp();
    assert.equal(probe.readAp(0xfc), 0x04770021);
    assert.equal(probe.readAp(0xf8), 0xe00ff003);
    probe.access(DPACC, 2, false, 0x010000f0);
    probe.access(APACC, 3, true);
    assert.equal(probe.access(DPACC, 3, true).data, 0);
  });

  it('keeps a bus error sticky and drops accesses until it is cleared by writing one', () => {
    const probe = new Probe(new Board());
    probe.powerUp();
    probe.writeAp(0x00, 0x23000052);
    probe.writeAp(0x04, 0x60000000);
    probe.readAp(0x0c);
    probe.access(DPACC, 2, false, 0);
    assert.equal(probe.readDp(1) & 0x20, 0x20);
    probe.writeAp(0x04, 0x20000000);
    probe.access(ABORT, 0, false, 1);
    assert.equal(probe.readDp(1) & 0x20, 0x20, 'ABORT does not clear it on a JTAG-DP');
    probe.access(DPACC, 1, false, 0x50000020);
    assert.equal(probe.readDp(1) & 0x20, 0);
    assert.equal(probe.readAp(0x04), 0x60000000, 'the write while it was set is lost');
  });

  it('increments TAR within 1 KB, by the size of the transfer', () => {
    const probe = new Probe(new Board());
    probe.powerUp();
    for (const [csw, step] of [
      [0x52, 4],
      [0x51, 2],
      [0x50, 1],
      [0x42, 0],
    ] as const) {
      probe.writeAp(0x00, csw);
      probe.writeAp(0x04, 0x20000000);
      probe.readAp(0x0c);
      assert.equal(probe.readAp(0x04), 0x20000000 + step);
    }
    probe.writeAp(0x00, 0x52);
    probe.writeAp(0x04, 0x200003fc);
    probe.readAp(0x0c);
    assert.equal(probe.readAp(0x04), 0x20000000);
  });

  it('moves bytes in their lanes, packed where it may', () => {
    for (const packedTransfers of [true, false]) {
      const probe = new Probe(new Board({ packedTransfers }));
      probe.powerUp();
      probe.writeAp(0x00, 0x60);
      assert.equal((probe.readAp(0x00) >> 4) & 3, packedTransfers ? 2 : 0);
    }
    const probe = new Probe(new Board());
    probe.powerUp();
    probe.writeAp(0x00, 0x60);
    probe.writeAp(0x04, 0x20000002);
    probe.writeAp(0x0c, 0x44332211);
    assert.equal(probe.board.bus.read(0x20000000, 4), 0x44330000);
    assert.equal(probe.board.bus.read(0x20000004, 4), 0x00002211);
  });

  it('is silent without power', () => {
    const board = new Board();
    const probe = new Probe(board);
    board.setPower(false);
    assert.equal(probe.scan(IDCODE, 0n, 32), 0xffffffffn);
    board.setPower(true);
    probe.send('26262626262604');
    assert.equal(probe.scan(IDCODE, 0n, 32), 0x0bb11477n);
  });

  it('names letters that do not belong to its protocol', () => {
    const { tap } = new Board();
    const send = (letters: string) => () => tap.process(Buffer.from(letters, 'latin1'), Buffer.alloc(letters.length));
    assert.throws(send('G'), (error) => error instanceof ProtocolError && /0x47/.test(error.message));
    assert.throws(send('O'), /SWD/);
  });
});
