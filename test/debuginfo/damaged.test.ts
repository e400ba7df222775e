// Damaged files: cut sections and random changes. `OPENOCD_DEBUG_MUTATIONS=20000` makes the long run.
import assert from 'node:assert/strict';
import { interrogate, openBytes, type Questions, randomNumbers, readPrebuilt } from './damagedSupport';

const samples: readonly { readonly file: string; readonly questions: Omit<Questions, 'addresses'> }[] = [
  {
    file: 'arm-gcc-O2-dwarf5/flow.elf',
    questions: {
      names: ['factorial', 'twice', 'main'],
      types: ['struct gauge', 'unsigned int', 'int'],
      file: 'inlining.c',
    },
  },
  {
    file: 'arm-gcc-O2-dwarf4-types/cpp.elf',
    questions: {
      names: ['Counter::run', 'push', 'main'],
      types: ['Counter', 'Left', 'lib::Ring'],
      file: 'classes.cpp',
    },
  },
  {
    file: 'clang-Og-dwarf5-names/cpp.elf',
    questions: {
      names: ['Counter::run', 'push', 'main'],
      types: ['Counter', 'Left', 'lib::Ring'],
      file: 'classes.cpp',
    },
  },
  {
    file: 'arm-gcc-Og-dwarf4-zlib/cpp.elf',
    questions: { names: ['Counter::run'], types: ['Counter'], file: 'classes.cpp' },
  },
  {
    file: 'arm-gcc-O2-dwarf5-zstd/flow.elf',
    questions: { names: ['factorial'], types: ['int'], file: 'inlining.c' },
  },
];

const MUTATIONS = Number(process.env['OPENOCD_DEBUG_MUTATIONS'] ?? 1000);
const MAX_MS = 2000;

function addressesOf(bytes: Uint8Array): number[] {
  const functions = openBytes(bytes)
    .symbols()
    .filter((symbol) => symbol.kind === 'function' && symbol.size > 0);
  return functions.slice(0, 6).map(({ address, size }) => address + (size >> 1));
}

/** Where a section's header says that its size stands, for 32-bit little endian files. */
function sectionHeaders(
  bytes: Uint8Array,
): { readonly sizeAt: number; readonly size: number; readonly offset: number }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const table = view.getUint32(32, true);
  const count = view.getUint16(48, true);
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * 40;
    return { sizeAt: at + 20, size: view.getUint32(at + 20, true), offset: view.getUint32(at + 16, true) };
  });
}

function timed(name: string, bytes: Uint8Array, questions: Questions): void {
  const start = performance.now();
  try {
    interrogate(bytes, questions);
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.stack : error}`, { cause: error });
  }
  const took = performance.now() - start;
  assert.ok(took < MAX_MS, `${name} took ${took.toFixed(0)} ms`);
}

for (const { file, questions } of samples) {
  describe(`damaged ${file}`, () => {
    const whole = readPrebuilt(file);
    const all: Questions = { ...questions, addresses: addressesOf(whole) };

    it('answers when it is whole', () => {
      assert.ok(interrogate(whole, all) > 20);
    });

    it('survives each section cut at every 1/64th', function () {
      this.timeout(60_000);
      for (const { sizeAt, size } of sectionHeaders(whole)) {
        if (size === 0) continue;
        const step = file === samples[0]?.file ? 1 : 8;
        for (let part = 0; part < 64; part += step) {
          const copy = whole.slice();
          new DataView(copy.buffer).setUint32(sizeAt, Math.floor((size * part) / 64), true);
          timed(`section header at ${sizeAt} cut to ${part}/64`, copy, all);
        }
      }
    });

    it('survives the file cut anywhere', () => {
      for (let part = 0; part < 64; part++)
        timed(`file cut to ${part}/64`, whole.slice(0, Math.floor((whole.length * part) / 64)), all);
    });

    it('survives random changes', function () {
      this.timeout(3_600_000);
      const random = randomNumbers(whole.length);
      const pick = (below: number) => Math.floor(random() * below);
      const headers = sectionHeaders(whole).filter(({ size }) => size > 0);
      for (let run = 0; run < MUTATIONS / samples.length; run++) {
        const copy = whole.slice();
        for (let left = 1 + pick(8); left > 0; left--) {
          const section = headers[pick(headers.length)];
          // Mostly inside a section, where it hurts; now and then in the headers.
          const at = section !== undefined && random() < 0.9 ? section.offset + pick(section.size) : pick(copy.length);
          if (at < copy.length) copy[at] = random() < 0.3 ? 0xff : pick(256);
        }
        timed(`mutation ${run}`, copy, all);
      }
    });
  });
}
