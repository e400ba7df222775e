// Damaged files: cut sections and random changes. `OPENOCD_DEBUG_MUTATIONS=20000` makes the long run.
import assert from 'node:assert/strict';
import { interrogate, openBytes, type Questions, randomNumbers, readPrebuilt } from './damagedSupport';
import { withoutHang } from './hangGuard';
import { sectionsOf } from './sectionEdits';

/** Of each version of DWARF one is cut at every 1/64th, the others more coarsely. */
const samples: readonly {
  readonly file: string;
  readonly questions: Omit<Questions, 'addresses'>;
  readonly isThorough?: true;
}[] = [
  {
    file: 'arm-gcc-O2-dwarf5/flow.elf',
    isThorough: true,
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
    file: 'arm-gcc-O0-dwarf2/types.elf',
    isThorough: true,
    questions: {
      names: ['main', 'sum_variable'],
      types: ['struct packed', 'struct node', 'int'],
      file: 'arrays.c',
    },
  },
  {
    file: 'arm-gcc-O2-dwarf3/flow.elf',
    isThorough: true,
    questions: {
      names: ['factorial', 'twice', 'main'],
      types: ['struct gauge', 'unsigned int', 'int'],
      file: 'inlining.c',
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
    isThorough: true,
    questions: { names: ['Counter::run'], types: ['Counter'], file: 'classes.cpp' },
  },
  {
    file: 'arm-gcc-O2-dwarf5-zstd/flow.elf',
    questions: { names: ['factorial'], types: ['int'], file: 'inlining.c' },
  },
];

const MUTATIONS = Number(process.env['OPENOCD_DEBUG_MUTATIONS'] ?? 1000);

function addressesOf(bytes: Uint8Array): number[] {
  const functions = openBytes(bytes)
    .symbols()
    .filter((symbol) => symbol.kind === 'function' && symbol.size > 0);
  return functions.slice(0, 6).map(({ address, size }) => address + (size >> 1));
}

function survives(name: string, bytes: Uint8Array, questions: Questions): void {
  try {
    withoutHang('it', () => interrogate(bytes, questions));
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.stack : error}`, { cause: error });
  }
}

for (const { file, questions, isThorough } of samples) {
  describe(`damaged ${file}`, () => {
    const whole = readPrebuilt(file);
    const all: Questions = { ...questions, addresses: addressesOf(whole) };

    it('answers when it is whole', () => {
      assert.ok(interrogate(whole, all) > 20);
    });

    it('survives each section cut at every 1/64th', function () {
      this.timeout(300_000);
      for (const { sizeAt, size } of sectionsOf(whole)) {
        if (size === 0) continue;
        for (let part = 0; part < 64; part += isThorough ? 1 : 8) {
          const copy = whole.slice();
          new DataView(copy.buffer).setUint32(sizeAt, Math.floor((size * part) / 64), true);
          survives(`section header at ${sizeAt} cut to ${part}/64`, copy, all);
        }
      }
    });

    it('survives the file cut anywhere', () => {
      for (let part = 0; part < 64; part++)
        survives(`file cut to ${part}/64`, whole.slice(0, Math.floor((whole.length * part) / 64)), all);
    });

    it('survives random changes', function () {
      this.timeout(3_600_000);
      const random = randomNumbers(whole.length);
      const pick = (below: number) => Math.floor(random() * below);
      const headers = sectionsOf(whole).filter(({ size }) => size > 0);
      for (let run = 0; run < MUTATIONS / samples.length; run++) {
        const copy = whole.slice();
        for (let left = 1 + pick(8); left > 0; left--) {
          const section = headers[pick(headers.length)];
          // Mostly inside a section, where it hurts; now and then in the headers.
          const at = section !== undefined && random() < 0.9 ? section.offset + pick(section.size) : pick(copy.length);
          if (at < copy.length) copy[at] = random() < 0.3 ? 0xff : pick(256);
        }
        survives(`mutation ${run}`, copy, all);
      }
    });
  });
}
