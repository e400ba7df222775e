// The reference core files: every frame, line, frame address, and every variable as the reference debugger shows
// them.
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

      it('has the expected variables', async () => {
        const expected = expectedOf(name).frames.filter((frame) => frame.path !== null);
        const calls = frames.filter((frame): frame is CallFrame => frame.kind === 'call');
        const total = new Tally();
        for (const [index, frame] of calls.entries()) {
          for (const local of expected[index]?.locals ?? []) {
            // Begins anew whenever memory was missing.
            const tally = await opened.engine.run(() => {
              const attempt = new Tally();
              const scope = opened.engine.scope(frame);
              compareNamed(local, [...scope.arguments(), ...scope.locals()], `${frame.name}.${local.name}`, attempt);
              return attempt;
            });
            total.add(tally);
          }
        }
        console.log(`      ${total}`);
        assert.ok(total.values + total.addresses > 0 || expected.every(({ locals }) => locals.length === 0));
      });

      it('has the expected statics', async () => {
        const { engine } = opened;
        const scope = engine.scope(undefined);
        const globals = engine.program.globals();
        const total = new Tally();
        // Namespaces are the outer levels of the reference's list.
        const visit = (expected: ExpectedVariable, tally: Tally): void => {
          const own = globals.filter((variable) => variable.name === expected.name);
          const values = own.map((variable) => ({
            name: variable.name,
            value: scope.valueOf(variable),
            variable,
            isShadowed: false,
          }));
          if (values.length > 0) compareNamed(expected, values, expected.name, tally);
          else if (expected.children !== undefined) for (const child of expected.children) visit(child, tally);
          else
            tally.leave(isUnreadable(expected) ? 'the reference could not read' : 'empty namespaces and other entries');
        };
        const statics = expectedOf(name).statics ?? [];
        for (const expected of statics) {
          const tally = await engine.run(() => {
            const attempt = new Tally();
            visit(expected, attempt);
            return attempt;
          });
          total.add(tally);
        }
        if (statics.length > 0) console.log(`      ${total}`);
        assert.ok(statics.length === 0 || total.values > 0);
      });
    });
  }
});

/** What was compared of the reference's variables, and why not everything: each left out for a reason counts. */
class Tally {
  values = 0;
  addresses = 0;
  readonly leftOut = new Map<string, number>();

  add(other: Tally): void {
    this.values += other.values;
    this.addresses += other.addresses;
    for (const [reason, count] of other.leftOut) this.leftOut.set(reason, (this.leftOut.get(reason) ?? 0) + count);
  }

  leave(reason: string): void {
    this.leftOut.set(reason, (this.leftOut.get(reason) ?? 0) + 1);
  }

  toString(): string {
    const reasons = [...this.leftOut].map(([reason, count]) => `${count} ${reason}`);
    return [`${this.values} values`, `${this.addresses} addresses`, ...reasons].join(', ');
  }
}

/** The reference's wordings that say nothing of a value. */
const wordings: readonly (readonly [RegExp, string])[] = [
  [/^< |^Unimplemented:/, 'the reference could not read'],
  [/^<No Return Value>$|^const void$|^void$/, 'functions and void behind a pointer'],
  [/^\.\.\. and \d+ more$/, 'the reference’s cut of long arrays'],
  [/^void\* @/, 'void pointers, of which the reference shows no value'],
];

/** Compares an expected variable with the ones of that name: shadowed ones have several. */
function compareNamed(expected: ExpectedVariable, own: readonly NamedValue[], place: string, tally: Tally): void {
  const candidates = own.filter((candidate) => candidate.name === expected.name);
  if (candidates.length === 0) {
    assert.ok(expected.name === 'Unknown' || isUnreadable(expected), `${place} is missing`);
    tally.leave(expected.name === 'Unknown' ? 'variables without a name' : 'the reference could not read');
    return;
  }
  const problems: string[] = [];
  for (const candidate of candidates) {
    const attempt = new Tally();
    try {
      compare(expected, candidate.value, place, attempt);
      tally.add(attempt);
      return;
    } catch (error) {
      if (!(error instanceof assert.AssertionError)) throw error;
      problems.push(error.message);
    }
  }
  throw new assert.AssertionError({ message: problems.join('\n') });
}

const isUnreadable = ({ value }: ExpectedVariable) => /^< /.test(value ?? '');

function compare(expected: ExpectedVariable, value: Value, place: string, tally: Tally): void {
  compareOne(expected, value, place, tally);
  for (const child of expected.children ?? []) {
    const inner = childOf(value, child.name);
    if (inner !== undefined) compare(child, inner, `${place}.${child.name}`, tally);
    else {
      const wording = wordings.find(([pattern]) => pattern.test(child.value ?? ''));
      const isNameless = /^(Unknown|Artificial|<unnamed.*)$/.test(child.name);
      assert.ok(wording !== undefined || isNameless, `${place}.${child.name} is missing`);
      tally.leave(wording?.[1] ?? 'members without a name');
    }
  }
}

function compareOne(expected: ExpectedVariable, value: Value, place: string, tally: Tally): void {
  const { type, value: text } = expected;
  const plain = plainText(expected);
  if (plain !== undefined) {
    assert.equal(unquoted(textOf(value)), plain, place);
    tally.values++;
    return;
  }
  // Of what is no plain value the reference shows the type and the address; the members follow one by one.
  const address = /@ 0x([0-9A-Fa-f]+)/.exec(text?.split('\n')[0] ?? '');
  const wording = wordings.find(([pattern]) => pattern.test(text ?? ''));
  if (wording !== undefined) tally.leave(wording[1]);
  else if (address !== null && value.address !== undefined) {
    assert.equal(value.address, Number.parseInt(address[1] ?? '', 16), `address of ${place}`);
    tally.addresses++;
  } else if (address !== null) tally.leave('values that are in no memory');
  else {
    const isListed =
      /^[^\n]*[[{]\n|\n/.test(text ?? '') || text === '' || text === undefined || /\{\}$|\[\]$/.test(text);
    assert.ok(isListed, `nothing compares ${place}: ${type} = ${text}`);
    tally.leave('texts of what was compared part by part');
  }
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

/** Numbers, booleans, enumerators, texts and () are worded by everyone alike; the rest is the reference’s own wording. */
function plainText({ type, value }: ExpectedVariable): string | undefined {
  if (value === undefined) return undefined;
  if (/^-?[\d.]+(e-?\d+)?$|^(true|false|\(\))$/.test(value) || type === '&str') return value;
  if (/^\w+::\w+$/.test(value)) return value;
  return type === 'char' || /^\["\w+",\{"Base":"char"\}\]$/.test(type) ? value : undefined;
}

function unquoted(text: string): string {
  const quoted = /^"(.*)"$|^'(.*)'$/s.exec(text);
  const inner = quoted?.[1] ?? quoted?.[2] ?? text;
  // C characters are shown as number and character.
  return inner
    .replace(/^-?\d+ '(.*)'$/, '$1')
    .replace(/\\([0rnt])/g, (_, letter: string) => ({ '0': '\0', r: '\r', n: '\n', t: '\t' })[letter] ?? '');
}
