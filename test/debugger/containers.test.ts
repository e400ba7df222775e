// The standard library's containers of C++ as they are shown, in programs of the corpus stopped on the simulated board.
import assert from 'node:assert/strict';
import { architectureFor } from '../../src/debugger/arch/architectures';
import { Engine } from '../../src/debugger/engine';
import { ExpressionError } from '../../src/debugger/expressions/expressionError';
import { childrenOf, childText } from '../../src/debugger/values/children';
import { describe as textOf } from '../../src/debugger/values/describe';
import { openProgram } from '../../src/debuginfo/index';
import { BoardTarget } from './oracle/boardTarget';

/** Variables of a theme by the last statement of it, where all of them are alive. */
const themes: Readonly<Record<string, { readonly stopIn: string; readonly shown: Readonly<Record<string, RegExp>> }>> =
  {
    theme_sequences: {
      stopIn: 'look',
      shown: {
        values: /^size 3 \{10, 20, -?\d+\}$/,
        empty: /^size 0 \{\}$/,
        bits: /^size 5 \{10110\}$/,
        samples: /^size 2 \{\{time = 1, value = 0\.5\}, \{time = 2, value = -1\.5\}\}$/,
        nested: /^size 3 \{size 2 \{97 'a', 98 'b'\}, size 0 \{\}, size 1 \{99 'c'\}\}$/,
        small: /^"short"$/,
        large: /^"a string that does not fit into the object itself"$/,
        view: /^"string that does not fit into the object itself"$/,
        queue: /^size 4 \{-1, 1, 2, 3\}$/,
        chain: /^size 3 \{5, 6, 7\}$/,
        forward: /^size 2 \{8, 9\}$/,
        pair: /^\{first = 4, second = "four"\}$/,
      },
    },
    theme_owners: {
      stopIn: 'read',
      shown: {
        block: /^1$/,
        none: /^nullptr$/,
        shared: /^"shared" \(use count 2\)$/,
        text: /^"optional text"$/,
        setting: /^std::string "set"$/,
        tuple: /^\{1, 116 't', 0\.5\}$/,
        function: /lambda/,
      },
    },
    theme_maps: {
      stopIn: 'count',
      shown: {
        names:
          /^size 3 \{\[1\] = "one", \[2\] = "two", \[-?\d+\] = "many"\}$|^size 3 \{\[-?\d+\] = "many", \[1\] = "one", \[2\] = "two"\}$/,
        empty: /^size 0 \{\}$/,
        set: /^size 3 \{3, 2, 1\}$/,
        multi: /^size 3 \{\[97 'a'\] = 1, \[97 'a'\] = 2, \[98 'b'\] = 3\}$/,
        hashed: /^size 2 \{\[20\] = 200, \[10\] = 100\}$|^size 2 \{\[10\] = 100, \[20\] = 200\}$/,
        hashed_set: /^size 3 \{[789], [789], [789]\}$/,
      },
    },
  };

/** Expressions that go into containers, at -O0; a text in brackets is the beginning of an error. */
const expressions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  theme_sequences: {
    'values[1]': '20',
    'values[1] + values[0]': '30',
    'values[3]': '[There are 3 elements: [0] to [2]]',
    'empty[0]': '[There are no elements]',
    'bits[1]': 'false',
    'samples[1].value': '-1.5',
    'nested[0][1]': "98 'b'",
    'small[0]': "115 's'",
    'queue[3]': '3',
    'values.nothing': '[std::vector<int> has no member named “nothing”]',
    'pair[0]': '[std::pair<int, std::string> has no elements; its members are first, second]',
  },
  theme_owners: {
    '*block': '1',
    'block[2]': '3',
    'device->id': '3',
    '*none': '[It is nullptr, there is nothing in it]',
    '(*shared)[0]': "115 's'",
    'text->_M_string_length': '13',
    'tuple[1]': "116 't'",
  },
  theme_maps: { 'names[2]': '"two"', 'names[9]': '[There is no entry with the key 9]', 'hashed[20]': '200' },
};

const optimisations = ['-O0', '-Og', '-O2'];

describe('containers of the C++ library', function () {
  this.timeout(240_000);

  it('are shown by what they hold', async function () {
    const { buildCorpus } = await import('../corpus/build.mjs');
    const programs = await buildCorpus(
      undefined,
      (program) =>
        program.runsOnBoard &&
        program.program === 'stl' &&
        program.compiler === 'arm-gcc' &&
        optimisations.includes(program.opt),
    );
    if (programs.length === 0) {
      console.log('      (there are no compilers)');
      this.skip();
    }
    for (const { file, name, opt } of programs) {
      const program = openProgram(file);
      for (const [theme, { stopIn, shown }] of Object.entries(themes)) {
        const entries = program
          .findFunctions(stopIn)
          .filter(
            (candidate) =>
              candidate.entry !== undefined &&
              (stopIn.includes('::') || candidate.declaration?.file.path.includes('stl/')),
          );
        const starts = new Set(entries.map(({ afterPrologue, entry }) => afterPrologue ?? entry));
        const target = new BoardTarget(file);
        const isThere = starts.size > 0 && target.runTo((pc) => starts.has(pc), 8_000_000);
        if (!isThere) {
          console.log(`      (${name}: ${stopIn} was inlined)`);
          continue;
        }
        const engine = new Engine(program, target, architectureFor('arm', 'armv6m'));
        const { frames } = await engine.frames(1, 0, 10);
        const frame = frames.find((candidate) => candidate.kind === 'call' && candidate.name === theme);
        assert.ok(frame?.kind === 'call', `${name}: ${frames.map((one) => one.name).join(' < ')}`);
        const scope = engine.scope(frame);
        const problems: string[] = [];
        let compared = 0;
        for (const [variable, pattern] of Object.entries(shown)) {
          const text = await engine.run(() => {
            const found = scope.locals().find((candidate) => candidate.name === variable);
            return found === undefined ? undefined : textOf(found.value);
          });
          // What the optimiser took away, or left half stored, is not there to be shown.
          if (opt !== '-O0' && (text === undefined || /optimized out|unavailable|^\{_/.test(text))) continue;
          compared++;
          if (text === undefined || !pattern.test(text)) problems.push(`${name} ${variable}: ${text}`);
        }
        console.log(`      ${name} ${theme}: ${compared} of ${Object.keys(shown).length}`);
        assert.deepEqual(problems, []);
        const wrong: string[] = [];
        for (const [text, expected] of opt === '-O0' ? Object.entries(expressions[theme] ?? {}) : []) {
          const answer: string = await engine
            .evaluate(text, scope, { mayStore: false })
            .then(({ value }) => engine.run(() => textOf(value)))
            .catch((error: unknown): string => {
              if (error instanceof ExpressionError) return `[${error.problem}]`;
              throw error;
            });
          if (answer !== expected && !answer.startsWith(expected.slice(0, -1))) wrong.push(`${text}: ${answer}`);
        }
        assert.deepEqual(wrong, []);
        const values = await engine.run(() => {
          const found = scope.locals().find((candidate) => candidate.name === 'values');
          return found === undefined
            ? []
            : childrenOf(found.value)
                .list('indexed', 0, 2)
                .map((child) => `${child.name} ${childText(child)}`);
        });
        if (theme === 'theme_sequences' && opt === '-O0') assert.deepEqual(values, ['[0] 10', '[1] 20']);
      }
      program.close();
    }
  });
});
