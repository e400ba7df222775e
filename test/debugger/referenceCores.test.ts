// The reference core files: every frame, line, frame address, and every plain variable as the reference debugger shows them.
import assert from 'node:assert/strict';
import path from 'node:path';
import type { NamedValue } from '../../src/debugger/frameScope';
import { type OpenedCore, openCore } from '../../src/debugger/openCore';
import type { CallFrame, Frame } from '../../src/debugger/stack';
import { describe as textOf } from '../../src/debugger/values/describe';
import { activeVariant, dereference, element, member, memberValue } from '../../src/debugger/values/members';
import { isStruct, strip } from '../../src/debugger/values/types';
import type { Value } from '../../src/debugger/values/value';
import { coreOf, type ExpectedVariable, elfOf, expectedOf, needFixtures, unwindFixtures } from '../support/fixtures';

describe('the reference core files', () => {
  before(function () {
    needFixtures(this);
  });

  for (const name of unwindFixtures) {
    describe(name, () => {
      let opened: OpenedCore;
      let frames: readonly Frame[];
      before(async () => {
        opened = openCore(elfOf(name), coreOf(name));
        ({ frames } = await opened.engine.frames(1, 0, 1000));
      });
      after(() => opened?.engine.dispose());

      it('belongs to its program', () => {
        assert.deepEqual(opened.warnings, []);
      });

      it('has the expected stack', () => {
        const expected = expectedOf(name).frames.filter((frame) => frame.path !== null);
        const calls = frames.filter((frame): frame is CallFrame => frame.kind === 'call');
        const shown = calls.map((frame) => ({
          function: frame.name.split('::').at(-1),
          file: frame.position?.file.name,
          line: frame.position?.line,
          column: frame.position?.column,
          cfa: frame.cfa,
          inlined: frame.isInlined,
        }));
        const wanted = expected.map((frame) => ({
          function: frame.function.replace(/ : ERROR:.*/, ''),
          file: path.posix.basename((frame.path ?? '').replaceAll('\\', '/')),
          line: frame.line,
          column: frame.column,
          cfa: frame.cfa,
          inlined: frame.inlined,
        }));
        assert.deepEqual(shown, wanted);
        for (const [index, frame] of calls.entries()) {
          // For the function around an inlined one the reference shows where the inlined part begins.
          if (calls[index - 1]?.isInlined) continue;
          const difference = frame.pc - (expected[index]?.pc ?? 0);
          assert.ok(difference >= 0 && difference <= 4, `pc of frame ${index}`);
        }
      });

      it('marks exceptions and the end where the reference does', () => {
        const labels = frames.flatMap((frame) => (frame.kind === 'call' ? [] : [frame.kind]));
        const expected = expectedOf(name).frames;
        const exceptions = expected.filter((frame) => frame.path === null && frame.function !== 'Reset').length;
        const hasEnd = expected.some((frame) => /ERROR/.test(frame.function) || frame.function === 'Reset');
        assert.deepEqual(labels, [...Array(exceptions).fill('exception'), ...(hasEnd ? ['end'] : [])]);
      });

      it('has the expected plain variables', async () => {
        const expected = expectedOf(name).frames.filter((frame) => frame.path !== null);
        const calls = frames.filter((frame): frame is CallFrame => frame.kind === 'call');
        let compared = 0;
        for (const [index, frame] of calls.entries()) {
          compared += await opened.engine.run(() => {
            const scope = opened.engine.scope(frame);
            const own = [...scope.arguments(), ...scope.locals()];
            let count = 0;
            for (const local of expected[index]?.locals ?? [])
              count += compareNamed(local, own, `${frame.name}.${local.name}`);
            return count;
          });
        }
        console.log(`      ${compared} values`);
        assert.ok(compared > 0 || expected.every((frame) => frame.locals.every(isOpaque)));
      });

      it('has the expected statics', async () => {
        const { engine } = opened;
        const scope = engine.scope(undefined);
        const globals = engine.program.globals();
        let compared = 0;
        // Namespaces are the outer levels of the reference's list.
        const visit = (expected: ExpectedVariable): void => {
          const own = globals.filter((variable) => variable.name === expected.name);
          const values = own.map((variable) => ({
            name: variable.name,
            value: scope.valueOf(variable),
            variable,
            isShadowed: false,
          }));
          if (values.length > 0) compared += compareNamed(expected, values, expected.name);
          else for (const child of expected.children ?? []) visit(child);
        };
        const statics = expectedOf(name).statics ?? [];
        for (const expected of statics) {
          const before = compared;
          await engine.run(() => {
            compared = before;
            visit(expected);
          });
        }
        if (statics.length > 0) console.log(`      ${compared} values`);
        assert.ok(statics.length === 0 || compared > 0);
      });
    });
  }
});

const isOpaque = (variable: ExpectedVariable): boolean =>
  plainText(variable) === undefined && (variable.children ?? []).every(isOpaque);

/** Compares an expected variable with the ones of that name: shadowed ones have several. Returns how many plain values agreed. */
function compareNamed(expected: ExpectedVariable, own: readonly NamedValue[], place: string): number {
  const candidates = own.filter((candidate) => candidate.name === expected.name);
  if (candidates.length === 0) {
    // The reference lists nameless variables and modules too.
    assert.ok(isOpaque(expected) || expected.name === 'Unknown', `${place} is missing`);
    return 0;
  }
  const problems: string[] = [];
  for (const candidate of candidates) {
    try {
      return compare(expected, candidate.value, place);
    } catch (error) {
      if (!(error instanceof assert.AssertionError)) throw error;
      problems.push(error.message);
    }
  }
  throw new assert.AssertionError({ message: problems.join('\n') });
}

function compare(expected: ExpectedVariable, value: Value, place: string): number {
  const plain = plainText(expected);
  const type = strip(value.type);
  let count = 0;
  if (plain !== undefined && type !== undefined) {
    assert.equal(unquoted(textOf(value)), plain, place);
    count++;
  }
  for (const child of expected.children ?? []) {
    const inner = childOf(value, child.name);
    if (inner !== undefined) count += compare(child, inner, `${place}.${child.name}`);
    else assert.ok(isOpaque(child), `${place}.${child.name} is missing`);
  }
  return count;
}

function childOf(value: Value, name: string): Value | undefined {
  const type = strip(value.type);
  if (name.startsWith('*')) return dereference(value);
  const index = /^\[(\d+)\]$/.exec(name) ?? (type?.kind === 'array' ? /^__(\d+)$/.exec(name) : null);
  if (index !== null) return element(value, Number(index[1]));
  if (!isStruct(type)) return undefined;
  const [payload] = activeVariant(value, type)?.members ?? [];
  if (payload?.name === name) return memberValue(value, payload);
  return member(value, name);
}

/** Numbers, booleans, enumerators and texts are worded by everyone alike; the rest is the reference’s own wording. */
function plainText({ type, value }: ExpectedVariable): string | undefined {
  if (value === undefined || type === 'Unknown' || /^\[|^\*|^<|@|\n/.test(type) || /@|\n|^</.test(value))
    return undefined;
  if (type === '()' || /^(MaybeUninit|ManuallyDrop|PhantomData|Wrapping)/.test(type)) return undefined;
  if (/^-?[\d.]+(e-?\d+)?$|^(true|false)$/.test(value) || type === '&str' || type === 'char') return value;
  return /^\w+::\w+$/.test(value) ? value : undefined;
}

function unquoted(text: string): string {
  const quoted = /^"(.*)"$|^'(.*)'$/s.exec(text);
  const inner = quoted?.[1] ?? quoted?.[2] ?? text;
  // C characters are shown as number and character.
  return inner
    .replace(/^-?\d+ '(.*)'$/, '$1')
    .replace(/\\([0rnt])/g, (_, letter: string) => ({ '0': '\0', r: '\r', n: '\n', t: '\t' })[letter] ?? '');
}
