// Quoting: any value comes back as itself, from a real Tcl interpreter.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { parseList, quote, words } from '../../src/openocd/tcl/quote';
import { temporaryFolder } from './support/firmware';

describe('quote', () => {
  it('leaves plain words alone and gives empty text its own word', () => {
    assert.equal(quote('target/stm32f0x.cfg'), 'target/stm32f0x.cfg');
    assert.equal(quote(''), '{}');
    assert.equal(words(['a b', 1, 2n]), 'a\\ b 1 2');
  });

  it('cannot be cut by a separator or a NUL', () => {
    assert.equal(quote('a\x1ab\0c'), 'a\\032b\\000c');
  });

  it('brings arbitrary bytes through Tcl unchanged', function () {
    if (spawnSync('tclsh', [], { input: '' }).error) this.skip(); // no tclsh on this machine
    const values = fc
      .sample(fc.uint8Array({ maxLength: 60 }), 400)
      .map((bytes) => Buffer.from(bytes).toString('latin1'));
    values.push(
      ...Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)),
      '{',
      '}',
      '\\',
      '"',
      '$x',
      '[y]',
      ';',
      '#',
      '\\\n',
      '1\x001',
    );
    const script = `fconfigure stdout -translation binary\nforeach v [list ${values.map(quote).join(' ')}] { binary scan $v H* h; puts $h }`;
    const { write, remove } = temporaryFolder();
    const result = spawnSync('tclsh', ['-encoding', 'iso8859-1', write('quote.tcl', Buffer.from(script, 'latin1'))]);
    remove();
    const lines = result.stdout.toString().split('\n').slice(0, -1);
    assert.equal(result.stderr.toString(), '');
    assert.deepEqual(
      lines,
      values.map((value) => Buffer.from(value, 'latin1').toString('hex')),
    );
  });

  it('is undone by parseList, also where text has spaces of Unicode', () => {
    const spaces = ['\u00a0', 'a\u2000b', '\u2028', '\ufeff', '\u3000 x'];
    assert.deepEqual(parseList(spaces.map(quote).join(' ')), spaces);
  });

  it('is undone by parseList', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 20 })), (list) =>
        assert.deepEqual(parseList(list.map(quote).join(' ')), list),
      ),
    );
  });
});

describe('parseList', () => {
  it('reads braces, quotation marks and escapes', () => {
    assert.deepEqual(parseList('a {b {c d}} "e f" g\\ h {} \\x41\\102'), ['a', 'b {c d}', 'e f', 'g h', '', 'AB']);
    assert.deepEqual(parseList('\n  one\ntwo\n'), ['one', 'two']);
  });

  it('refuses what is unbalanced', () => {
    assert.throws(() => parseList('{a'), /open brace/);
    assert.throws(() => parseList('"a'), /open quotation mark/);
  });
});
