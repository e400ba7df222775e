// Function, inline chain, file and line at many addresses of every program, compared with `addr2line -f -i` and `llvm-symbolizer`.
import assert from 'node:assert/strict';
import type { Program } from '../../../src/debuginfo/api';
import { openProgram } from '../../../src/debuginfo/program';
import { allPrograms, differences, hasTool, isFullRun, output, type TestProgram } from './programs';

type Tool = 'addr2line' | 'llvm-symbolizer';

interface Frame {
  readonly function: string;
  /** Last part of the path. */
  readonly file: string;
  readonly line: number;
}

/** Addresses of code with lines: all in a full run, else evenly spread ones. */
function sampleAddresses(program: Program): number[] {
  const addresses = [...new Set(program.rowsIn({ low: 0, high: 2 ** 32 }).map((row) => row.low))];
  const step = isFullRun ? 1 : Math.max(1, Math.floor(addresses.length / 250));
  return addresses.filter((_, index) => index % step === 0);
}

/** Address → frames, innermost first. Both tools print an address, then a function and a place for each frame. */
function symbolize(
  tool: 'addr2line' | 'llvm-symbolizer',
  file: string,
  addresses: readonly number[],
): Map<number, Frame[]> {
  const input = addresses.map((address) => `0x${address.toString(16)}\n`).join('');
  const args =
    tool === 'addr2line'
      ? ['-a', '-f', '-i', '-e', file]
      : ['--output-style=GNU', '--no-demangle', '-a', '-f', '-i', `--obj=${file}`];
  const lines = output(tool, args, input).split('\n');
  const result = new Map<number, Frame[]>();
  let frames: Frame[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] as string;
    if (/^0x[0-9a-f]+$/.test(line)) {
      frames = [];
      result.set(Number(line), frames);
    } else if (line !== '') {
      const place = /^(.*?):(\d+|\?)(?: \(discriminator \d+\))?$/.exec(lines[++index] as string);
      const path = place?.[1] ?? '?';
      frames.push({ function: line, file: path.slice(path.lastIndexOf('/') + 1), line: Number(place?.[2]) || 0 });
    }
  }
  return result;
}

function ourFrames(program: Program, address: number): Frame[] {
  return program.inlineChainAt(address).map(({ function: { name, linkageName }, position }) => ({
    function: linkageName ?? name,
    file: position?.file.name ?? '?',
    line: position?.line ?? 0,
  }));
}

/**
 * Frames in words. Of the outermost function the tools give the name of the ELF symbol, which may be an alias or a clone's, so its
 * name is left out; a line of 0 says that there is none, whatever the file.
 */
function words(frames: readonly Frame[], withNames: boolean): string {
  return frames
    .map(({ function: name, file, line }, index) => {
      const place = line === 0 ? '?' : `${file}:${line}`;
      return withNames && index < frames.length - 1 ? `${name} ${place}` : place;
    })
    .join(' < ');
}

/** Programs that a tool reads right. */
function isReadable(tool: Tool, { name }: TestProgram): boolean {
  // llvm-symbolizer before 16 has no Zstandard.
  if (tool === 'llvm-symbolizer' && name.includes('-zstd/')) return false;
  // addr2line reads no .dwo files, llvm-symbolizer 14 misses inlined calls in them. See “split” below.
  if (name.includes('-split/')) return false;
  // Their code begins at address 0, where the lines of dropped functions are left: both tools take one for the other.
  return !name.startsWith('fixtures/nRF52833') && !name.startsWith('fixtures/atsamd51');
}

/** What addr2line of binutils 2.40 is known to get wrong. */
function isForgiven({ name }: TestProgram, ours: string, expected: string): boolean {
  // It stops at the first unit that claims an address, also when that one has no line for it.
  if (expected === '?') return true;
  // It loses callers of Clang's inlined constructors and methods; the frames it has are right.
  const places = ours.split(' < ');
  const kept = expected.split(' < ');
  if (!name.includes('clang')) return false;
  if (places[0] === kept[0] && kept.every((place) => places.includes(place))) return true;
  // It gives files of the standard library that have no extension the name of the unit.
  if (/^\w+:\d+$/.test(ours)) return ours.replace(/.*:/, '') === expected.replace(/.*:/, '');
  // Clang's assembler counts RISC-V addresses before the linker shortens the code, so its lines run into the next function's.
  return name.includes('riscv') || name.includes('rv64') ? kept[0]?.startsWith('startup-riscv.S:') === true : false;
}

function comparison(tool: Tool) {
  return function* compare(program: TestProgram): Generator<string, number, void> {
    const opened = openProgram(program.file);
    // Functions of assembler sources may have no entry in DWARF: there the tools have the symbol alone.
    const addresses = sampleAddresses(opened).filter((address) => opened.functionAt(address));
    const theirs = symbolize(tool, program.file, addresses);
    for (const address of addresses) {
      const frames = [ourFrames(opened, address), theirs.get(address) ?? []];
      const [ours, expected] = frames.map((list) => words(list, tool === 'llvm-symbolizer')) as [string, string];
      if (ours !== expected && !(tool === 'addr2line' && isForgiven(program, ours, expected))) {
        yield `0x${address.toString(16)}: ${ours} instead of ${expected}`;
      }
    }
    opened.close();
    return addresses.length;
  };
}

/** The same program, its debug information in .dwo files or compressed, or neither: the answers are the same. */
function* compareSplit([split, whole]: readonly [TestProgram, TestProgram]): Generator<string, number, void> {
  const [first, second] = [openProgram(split.file), openProgram(whole.file)];
  const addresses = sampleAddresses(second);
  for (const address of addresses) {
    const [ours, expected] = [first, second].map((program) => JSON.stringify(ourFrames(program, address)));
    if (ours !== expected) yield `0x${address.toString(16)}: ${ours} instead of ${expected}`;
  }
  first.close();
  second.close();
  return addresses.length;
}

function haveSameCode(a: TestProgram, b: TestProgram): boolean {
  const [first, second] = [a, b].map(({ file }) => openProgram(file).sectionBytes('.text'));
  return first !== undefined && second !== undefined && Buffer.compare(first, second) === 0;
}

describe('inline chains agree', () => {
  for (const tool of ['addr2line', 'llvm-symbolizer'] as const) {
    describe(`with ${tool}`, () => {
      before(function () {
        if (!hasTool(tool)) this.skip();
      });

      it('at addresses all over every program', async function () {
        this.timeout(600_000);
        const { found, count } = differences(
          (await allPrograms()).filter((program) => isReadable(tool, program)),
          comparison(tool),
        );
        assert.equal(found.length, 0, found.join('\n'));
        assert.ok(count > 0);
      });
    });
  }

  it('of split and compressed debug information with that of plain one', async function () {
    this.timeout(600_000);
    const programs = await allPrograms();
    const pairs = programs.flatMap((split) => {
      const whole = programs.find(
        ({ name }) => name !== split.name && name === split.name.replace(/-(split|zstd|zlib)\//, '/'),
      );
      return whole && haveSameCode(split, whole) ? [[split, whole] as const] : [];
    });
    const { found } = differences(
      pairs.map(([split]) => split),
      (split) => compareSplit(pairs.find(([first]) => first === split) as readonly [TestProgram, TestProgram]),
    );
    assert.equal(found.length, 0, found.join('\n'));
    if (programs.some(({ name }) => name.startsWith('corpus/arm-gcc-O2-dwarf5-split/'))) assert.ok(pairs.length > 0);
  });
});
