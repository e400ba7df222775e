// What the tests of the simulated board with OpenOCD share: the firmware, its symbols, and words for waiting.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunningBoard } from '../support/board';

export const boardElf = path.join(__dirname, 'firmware/board.elf');
export const throughputElf = path.join(__dirname, 'firmware/throughput.elf');

/** Addresses of the symbols of a little-endian 32-bit ELF file, the Thumb bit removed. */
export function readSymbols(file: string): Map<string, number> {
  const data = fs.readFileSync(file);
  const section = (index: number) => data.subarray(data.readUInt32LE(32) + index * data.readUInt16LE(46));
  const symbols = new Map<string, number>();
  for (let i = 0; i < data.readUInt16LE(48); i++) {
    const header = section(i);
    if (header.readUInt32LE(4) !== 2) continue; // SHT_SYMTAB
    const names = section(header.readUInt32LE(24)).readUInt32LE(16);
    const start = header.readUInt32LE(16);
    for (let at = start; at < start + header.readUInt32LE(20); at += 16) {
      const name = names + data.readUInt32LE(at);
      const text = data.toString('latin1', name, data.indexOf(0, name));
      if (text && !text.startsWith('$')) symbols.set(text, data.readUInt32LE(at + 4) & ~1);
    }
  }
  return symbols;
}

const symbols = readSymbols(boardElf);

/** Address of a symbol of board.elf. */
export function symbol(name: string): number {
  const address = symbols.get(name);
  assert(address !== undefined, `board.elf has no symbol ${name}`);
  return address;
}

/** Asks until the answer is good; fails with the last answer. */
export async function eventually<T>(ask: () => Promise<T>, good: (answer: T) => boolean, timeoutMs = 5000): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
    assert(Date.now() < end, `Still ${JSON.stringify(answer)} after ${timeoutMs} ms`);
    await delay(20);
  }
}

/** A board with the words a test says most often. */
export class Bench {
  constructor(readonly board: RunningBoard) {}

  tcl(command: string): Promise<string> {
    return this.board.tcl(command);
  }

  /** Error text of a command that must fail. */
  async failure(command: string): Promise<string> {
    const before = this.board.openOcd.log.length;
    assert.notEqual(await this.tcl(`catch {${command}} message`), '0', `${command} did not fail`);
    return (await this.tcl('set message')) + this.board.openOcd.log.slice(before);
  }

  async register(name: string): Promise<number> {
    return Number((await this.tcl(`get_reg -force {${name}}`)).split(' ')[1]);
  }

  /** xPSR, or xpsr after OpenOCD 0.12. */
  async status(): Promise<number> {
    return Number(/0x\w+/.exec(await this.tcl('reg 16'))?.[0]);
  }

  async word(address: number | string): Promise<number> {
    return Number(await this.tcl(`read_memory ${typeof address === 'string' ? symbol(address) : address} 32 1`));
  }

  async write(address: number | string, value: number): Promise<void> {
    await this.tcl(`write_memory ${typeof address === 'string' ? symbol(address) : address} 32 ${value}`);
  }

  state(): Promise<string> {
    return this.tcl('[target current] curstate');
  }

  /** Waits until OpenOCD has noticed a state: it looks every 100 ms, and up to 0.11 not before a command. */
  async noticed(state: string): Promise<void> {
    await eventually(
      () => this.state(),
      (now) => now === state,
    );
  }

  /** Waits for the core to halt. @returns the PC */
  async halted(): Promise<number> {
    await this.tcl('catch {wait_halt 5000}');
    assert.equal(await this.state(), 'halted');
    return this.register('pc');
  }

  /** Resumes and waits until the core halts by itself. @returns the PC */
  async resumeToHalt(): Promise<number> {
    await this.tcl('resume');
    return this.halted();
  }

  /** Begins anew at the reset vector with no breakpoints and no vector catch. */
  async restart(): Promise<void> {
    await this.tcl('halt; rbp all; cortex_m vector_catch none; reset halt');
    assert.equal(await this.state(), 'halted');
  }
}
