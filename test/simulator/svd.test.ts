// media/simulator.svd describes exactly what the board models: every register, with its reset value and its bits.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Board } from '../../src/simulator/board';
import { PRIVATE_BUS } from '../../src/simulator/core/core';
import { readImage } from '../../src/simulator/image';
import { parseDevice, Register } from '../../src/svd';
import { root } from '../support/board';
import { boardElf } from './support';

const file = path.join(root, 'media/simulator.svd');
const device = parseDevice(fs.readFileSync(file), path.basename(file));

/** Peripherals of the core, which are not register blocks of the model. */
const corePeripherals = new Set(['STK', 'NVIC', 'SCB']);

function freshBoard(): Board {
  const board = new Board();
  board.load(readImage(boardElf)); // with blank flash MEM_MODE is not 0 after reset
  return board;
}

function read(board: Board, address: number): number {
  const complex = board.cores[0]!;
  if (address >>> 0 < PRIVATE_BUS) return board.bus.read(address, 4, true);
  return complex.privateBus.read((address - PRIVATE_BUS) >>> 0, 4, true);
}

describe('media/simulator.svd', () => {
  it('is read without warnings', () => {
    assert.deepEqual(device.warnings, []);
  });

  it('has the peripherals of the board, at their addresses', () => {
    const described = [...device.peripherals].filter(({ name }) => !corePeripherals.has(name));
    const modelled = freshBoard().peripherals;
    const list = (items: Iterable<{ name: string; base: number }>) =>
      [...items].map(({ name, base }) => `${name} ${base.toString(16)}`).sort();
    assert.deepEqual(list(described.map(({ name, address }) => ({ name, base: Number(address) }))), list(modelled));
  });

  for (const block of freshBoard().peripherals) {
    it(`has the registers of ${block.name}, at their offsets`, () => {
      const peripheral = device.peripherals.find(block.name);
      const described = [...(peripheral?.members ?? [])].map(
        (member) => `${member.name} ${(member as Register).addressOffset}`,
      );
      assert.deepEqual(
        described,
        block.registers.map(({ name, offset }) => `${name} ${offset}`),
      );
    });
  }

  for (const peripheral of device.peripherals) {
    it(`gives the reset values of ${peripheral.name}, and names the bits that a write changes`, () => {
      const board = freshBoard();
      const block = board.peripherals.find(({ name }) => name === peripheral.name);
      for (const register of peripheral.members) {
        assert(register instanceof Register);
        const value = read(board, Number(register.address));
        assert.equal(
          value,
          Number(register.resetValue & register.resetMask),
          `${register.name} reads 0x${value.toString(16)}`,
        );
        const model = block?.registers.find(({ name }) => name === register.name)?.behaviour;
        if (!model) continue;
        const writable = register.fields.filter((field) => field.access === 'read-write' && !field.modifiedWriteValues);
        for (const field of model.written ? [] : writable) {
          const mask = (2 ** field.width - 1) * 2 ** field.lsb;
          assert.equal(((model.writable ?? 0) & mask) >>> 0, mask, `${register.name}.${field.name} is not writable`);
        }
      }
    });
  }

  it('says which read has an effect, and only that read has one', () => {
    const withAction = [...device.peripherals].flatMap((peripheral) =>
      [...peripheral.members].filter((member) => member instanceof Register && member.readAction !== undefined),
    );
    assert.deepEqual(
      withAction.map(({ path }) => path),
      ['USART1.RDR'],
    );
    const board = freshBoard();
    const everything = () => board.peripherals.map((block) => block.registers.map(({ value }) => value));
    const before = everything();
    for (const block of board.peripherals) {
      for (const register of block.registers)
        if (register.name !== 'RDR') board.bus.read(block.base + register.offset, 4, true);
    }
    assert.deepEqual(everything(), before);
  });
});
