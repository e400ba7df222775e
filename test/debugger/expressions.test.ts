// The expression language: printing and parsing are inverse, arithmetic is that of the C compiler, errors point at the column.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { architectureFor } from '../../src/debugger/arch/architectures';
import type { Declarator, Expression, TypeName } from '../../src/debugger/expressions/ast';
import { languageType } from '../../src/debugger/expressions/baseTypeNames';
import { evaluate } from '../../src/debugger/expressions/evaluator';
import { ExpressionError } from '../../src/debugger/expressions/expressionError';
import { parse } from '../../src/debugger/expressions/parser';
import { print } from '../../src/debugger/expressions/printer';
import type { ExpressionScope } from '../../src/debugger/expressions/scope';
import { describe as textOf } from '../../src/debugger/values/describe';
import type { ValueSpace } from '../../src/debugger/values/space';
import { baseTypes } from '../../src/debugger/values/types';
import { Value } from '../../src/debugger/values/value';
import type { Program } from '../../src/debuginfo/api';

const space: ValueSpace = {
  program: { machine: 'other', symbolAt: () => undefined, codeKindAt: () => 'unknown' } as unknown as Program,
  addressSize: 8,
  isBigEndian: false,
  readPartial: (_address, length) => ({ bytes: new Uint8Array(length), valid: new Uint8Array(length) }),
  unreadableReason: () => 'there is no memory',
  registerName: (dwarf) => `r${dwarf}`,
  code: architectureFor('riscv64'),
  mayPeek: () => false,
};
const types = baseTypes(8, false, true);
const scope: ExpressionScope = {
  space,
  types,
  truth: 'int',
  variable: (name) => (name === 'x' ? Value.integer(space, types.int, 7n) : undefined),
  type: (name) => languageType(name, types),
  register: (name) => (name === 'pc' ? Value.integer(space, types.unsignedLong, 0x1000n) : undefined),
  similar: () => [],
  hasFile: () => false,
  filesWith: () => [],
};

const isType = (name: string) => name === 'T' || name === 'ns::T' || name === 'ns::V<int>';

function result(text: string): string {
  const { expression, suffix } = parse(text, (name) => languageType(name, types) !== undefined);
  const { value } = evaluate(expression, suffix, text, scope);
  return textOf(value, { format: suffix.format, asText: suffix.asText });
}

function problem(text: string): ExpressionError {
  try {
    result(text);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`“${text}” has no error`);
}

// ---------------------------------------------------------------- made-up trees

const at = { start: 0, end: 0 };
const binaryOperators = [
  '*',
  '/',
  '%',
  '+',
  '-',
  '<<',
  '>>',
  '<',
  '<=',
  '>',
  '>=',
  '==',
  '!=',
  '&',
  '^',
  '|',
  '&&',
  '||',
] as const;
const assignments = ['=', '*=', '/=', '%=', '+=', '-=', '<<=', '>>=', '&=', '^=', '|='] as const;
const names = fc.constantFrom('int', 'unsigned long', 'struct point', 'T', 'ns::T', 'ns::V<int>');
const pointers = (minLength: number) =>
  fc.array(fc.constantFrom('*', '&') as fc.Arbitrary<'*' | '&'>, { minLength, maxLength: 2 });
const dimensions = fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 1 });
const plainTypes = fc.record({
  name: names,
  pointers: pointers(0),
  dimensions,
  start: fc.constant(0),
  end: fc.constant(0),
});
const pointersToOthers: fc.Arbitrary<Declarator> = fc.oneof(
  fc.record({ pointers: pointers(0), dimensions, inner: fc.record({ pointers: pointers(1), dimensions }) }),
  fc.record({
    pointers: pointers(0),
    dimensions: fc.constant([]),
    parameters: fc.array(plainTypes, { maxLength: 2 }),
    inner: fc.record({ pointers: pointers(1), dimensions }),
  }),
);
const typeNames: fc.Arbitrary<TypeName> = fc.oneof(
  plainTypes,
  fc.tuple(plainTypes, pointersToOthers).map(([type, declarator]) => ({ ...type, ...declarator })),
);
const leaves: fc.Arbitrary<Expression> = fc.oneof(
  fc
    .record({
      kind: fc.constant('integer' as const),
      value: fc.bigInt({ min: 0n, max: 1n << 64n }),
      base: fc.constantFrom(2, 8, 10, 16) as fc.Arbitrary<2>,
      suffix: fc.constantFrom('', 'u', 'ull'),
    })
    .map((node) => ({
      ...node,
      ...(node.value === 0n && (node.base as number) === 8 ? { base: 10 as const } : {}),
      ...at,
    })),
  fc
    .record({
      kind: fc.constant('float' as const),
      value: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
      isSingle: fc.boolean(),
    })
    .map((node) => ({ ...node, ...at })),
  fc.integer({ min: 0, max: 0xd7ff }).map((code) => ({ kind: 'character' as const, code, ...at })),
  fc.string().map((text) => ({ kind: 'string' as const, text, ...at })),
  fc.boolean().map((value) => ({ kind: 'boolean' as const, value, ...at })),
  fc
    .constantFrom('a', 'ns::b', 'v<int>::c', 'as_is')
    .map((name) => ({ kind: 'name' as const, name, file: undefined, ...at })),
  fc.constantFrom('main.c', 'src/uart.c').map((file) => ({ kind: 'name' as const, name: 'x', file, ...at })),
  fc.constantFrom('pc', 'r0').map((name) => ({ kind: 'register' as const, name, ...at })),
  fc.constant({ kind: 'null' as const, name: 'nullptr' as const, ...at }),
);
const { tree } = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaves,
    fc
      .record({
        kind: fc.constant('unary' as const),
        operator: fc.constantFrom('+', '-', '!', '~', '*', '&') as fc.Arbitrary<'+'>,
        operand: tie('tree'),
      })
      .map((node) => ({ ...node, ...at })),
    fc
      .record({
        kind: fc.constant('step' as const),
        operator: fc.constantFrom('++', '--') as fc.Arbitrary<'++'>,
        isPostfix: fc.boolean(),
        operand: tie('tree'),
      })
      .map((node) => ({ ...node, ...at })),
    fc
      .record({
        kind: fc.constant('binary' as const),
        operator: fc.constantFrom(...binaryOperators),
        left: tie('tree'),
        right: tie('tree'),
      })
      .map((node) => ({ ...node, ...at })),
    fc
      .record({
        kind: fc.constant('assign' as const),
        operator: fc.constantFrom(...assignments),
        target: tie('tree'),
        value: tie('tree'),
      })
      .map((node) => ({ ...node, ...at })),
    fc
      .record({
        kind: fc.constant('conditional' as const),
        condition: tie('tree'),
        whenTrue: tie('tree'),
        whenFalse: tie('tree'),
      })
      .map((node) => ({ ...node, ...at })),
    fc
      .record({ kind: fc.constant('index' as const), object: tie('tree'), index: tie('tree') })
      .map((node) => ({ ...node, ...at })),
    fc
      .record({ kind: fc.constant('slice' as const), object: tie('tree'), from: tie('tree'), to: tie('tree') })
      .map((node) => ({ ...node, ...at })),
    fc
      .record({ kind: fc.constant('repeat' as const), object: tie('tree'), count: tie('tree') })
      .map((node) => ({ ...node, ...at })),
    fc
      .record({
        kind: fc.constant('member' as const),
        object: tie('tree'),
        name: fc.constantFrom('m', '0', '12'),
        isArrow: fc.boolean(),
      })
      .map((node) => ({ ...node, ...at })),
    fc
      .record({ kind: fc.constant('cast' as const), type: typeNames, operand: tie('tree') })
      .map((node) => ({ ...node, ...at })),
    fc.record({ kind: fc.constant('sizeof' as const), operand: tie('tree') }).map((node) => ({ ...node, ...at })),
    fc.record({ kind: fc.constant('sizeofType' as const), type: typeNames }).map((node) => ({ ...node, ...at })),
  ),
}));

/** A tree without the places in the text. */
function bare(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(bare);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).flatMap(([key, value]) => (key === 'start' || key === 'end' ? [] : [[key, bare(value)]])),
  );
}

describe('the expression language', () => {
  it('parses what it prints to the same tree', () => {
    fc.assert(
      fc.property(tree, (node) => {
        const text = print(node);
        assert.deepEqual(bare(parse(text, isType).expression), bare(node), text);
      }),
      { numRuns: 2000 },
    );
  });

  it('never fails on any text but with an error that points into it', () => {
    const pieces = fc.constantFrom(
      'a',
      '1',
      '(',
      ')',
      '[',
      ']',
      '*',
      '->',
      '.',
      '::',
      '<',
      '>',
      ',',
      'x',
      '"',
      "'",
      '$',
      '0x',
      '..',
      '@',
      'sizeof',
      '=',
      '?',
      ':',
      '{',
      '}',
      'int',
      ' ',
      '1e',
      'é',
      '\\',
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
        (text) => {
          try {
            result(text);
          } catch (error) {
            assert.ok(error instanceof ExpressionError, `${text}: ${error}`);
            assert.ok(error.offset >= 0 && error.offset <= text.length, text);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('refuses nesting without end', () => {
    assert.match(problem(`${'('.repeat(3000)}1${')'.repeat(3000)}`).problem, /nested too deeply/);
    assert.match(problem(`${'-'.repeat(5001)}1`).problem, /nested|needs|not/);
  });

  it('points at the column that is wrong', () => {
    for (const [text, offset, words] of [
      ['1 + y', 4, /no variable named “y”/],
      ['x.m', 0, /int has no members/],
      ['*x', 0, /“\*” needs a pointer/],
      ['1 +', 3, /ends too early/],
      ['(1 + 2', 6, /“\)” is expected/],
      ['f(1)', 1, /cannot be called/],
      ['1 / 0', 0, /Division by zero/],
      ['x,q', 2, /no format/],
      ['09', 0, /octal/],
      ['"abc', 0, /no closing/],
      ['(struct nope*)x', 1, /no type named “struct nope”/],
      ['$q', 0, /no register named “q”/],
      ['x = 1', 0, /cannot be assigned to/],
      ['x[1]', 0, /no elements/],
    ] as const) {
      const error = problem(text);
      assert.match(error.problem, words, text);
      assert.equal(error.offset, offset, `${text}: ${error.message}`);
    }
  });

  it('takes what is left of @ as GDB does, between shifts and sums', () => {
    const sum = parse('*p@n + 1', () => false).expression;
    assert.ok(sum.kind === 'repeat' && sum.object.kind === 'unary' && sum.count.kind === 'binary');
    const shift = parse('p@2 << 1', () => false).expression;
    assert.ok(shift.kind === 'binary' && shift.left.kind === 'repeat');
  });

  it('shows results in the format asked for', () => {
    for (const [text, shown] of [
      ['255,x', '0xff'],
      ['-1,x', '0xffffffff'],
      ['5,b', '0b101'],
      ['8,o', '010'],
      ['65,c', "'A'"],
      ["'A',d", '65'],
      ['x', '7'],
      ['$pc,x', '0x1000'],
      ['sizeof(int[4])', '16'],
      ['1 ? 2 : 3', '2'],
      ['1.5f * 2', '3'],
      ['1 as u8', "1 '\\x01'"],
      ['(unsigned char)300,d', '44'],
      ['"ab"', '"ab"'],
    ] as const) {
      assert.equal(result(text), shown, text);
    }
  });

  it('computes as the C compiler does', function () {
    const compiler = ['gcc', 'cc', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0);
    if (compiler === undefined) {
      console.log('      (there is no C compiler for this machine)');
      this.skip();
    }
    this.timeout(60_000);
    const expressions = madeArithmetic(400);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-expressions-'));
    try {
      const lines = expressions.map((text) => `  show(${text});`);
      const source = `#include <stdio.h>
#define show(e) _Generic((e), float: f, double: f, signed char: i, short: i, int: i, long: i, long long: i, default: u)(e)
static void i(long long v) { printf("%lld\\n", v); }
static void u(unsigned long long v) { printf("%llu\\n", v); }
static void f(double v) { printf("%.17g\\n", v); }
int main(void) {
${lines.join('\n')}
  return 0;
}
`;
      fs.writeFileSync(path.join(folder, 'e.c'), source);
      const built = spawnSync(
        compiler,
        ['-std=c17', '-w', '-O0', '-fwrapv', '-o', path.join(folder, 'e'), path.join(folder, 'e.c')],
        { encoding: 'utf8' },
      );
      assert.equal(built.status, 0, built.stderr);
      const answers = spawnSync(path.join(folder, 'e'), { encoding: 'utf8' }).stdout.trim().split('\n');
      for (const [index, text] of expressions.entries()) {
        const own = result(`${text},d`);
        const theirs = answers[index] ?? '';
        if (own === theirs) continue;
        assert.ok(
          Math.abs(Number(own) - Number(theirs)) <= Math.abs(Number(theirs)) * 1e-6 && /[.e]/.test(theirs),
          `${text}: ${own}, but ${theirs} in C`,
        );
      }
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Expressions without undefined behaviour: small shift counts, no division by what may be zero. */
function madeArithmetic(count: number): string[] {
  let state = 12345;
  const random = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const casts = [
    '(signed char)',
    '(unsigned char)',
    '(short)',
    '(unsigned short)',
    '(int)',
    '(unsigned int)',
    '(long long)',
    '(unsigned long long)',
  ];
  const literals = [
    '0',
    '1',
    '7',
    '255',
    '65535',
    '2147483647',
    '4294967295u',
    '0x80000000',
    '123456789012ll',
    '18446744073709551615ull',
    "'a'",
  ];
  const integer = (depth: number): string => {
    if (depth === 0) return literals[random(literals.length)] ?? '1';
    const a = integer(depth - 1);
    const b = integer(depth - 1);
    switch (random(9)) {
      case 0:
        return `(${a} << ${random(8)})`;
      case 1:
        return `(${a} >> ${random(16)})`;
      case 2:
        return `(${a} / ((${b}) | 1))`;
      case 3:
        return `(${a} % ((${b}) | 1))`;
      case 4:
        return `${casts[random(casts.length)]}(${a})`;
      case 5:
        return `(${['-', '~', '!', '+'][random(4)]}(${a}))`;
      case 6:
        return `(${a} ${['<', '<=', '==', '!=', '>', '>=', '&&', '||'][random(8)]} ${b})`;
      case 7:
        return `((${a}) > 3 ? (long long)(${b}) : (long long)(${a}))`;
      default:
        return `(${a} ${['+', '-', '*', '&', '|', '^'][random(6)]} ${b})`;
    }
  };
  const floating = (): string => {
    const a = ['1.5', '2.25f', '1e3', '0.1', '7', '3.0f'][random(6)];
    const b = ['0.5', '4.0f', '2', '1e-3'][random(4)];
    return `(${a} ${['+', '-', '*', '/'][random(4)]} ${b})`;
  };
  return Array.from({ length: count }, (_, index) => (index % 8 === 0 ? floating() : integer(1 + (index % 4))));
}
