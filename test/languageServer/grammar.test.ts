import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

const folder = path.resolve(__dirname, '../../syntaxes');
const read = (name: string): Rule => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')) as Rule;

interface Rule {
  scopeName?: string;
  name?: string;
  match?: string;
  begin?: string;
  end?: string;
  while?: string;
  include?: string;
  patterns?: Rule[];
  repository?: Record<string, Rule>;
  captures?: Record<string, Rule>;
}

const openocd = read('openocd.tmLanguage.json');
const markdown = read('openocd.markdown.tmLanguage.json');

/** Every rule of a grammar, at any depth. */
const rules = (rule: Rule): Rule[] => [
  rule,
  ...(rule.patterns ?? []).flatMap(rules),
  ...Object.values(rule.repository ?? {}).flatMap(rules),
];

/** Oniguruma's signs that JavaScript lacks, put into its words. */
const toJavaScript = (source: string): RegExp =>
  new RegExp(source.replaceAll('\\G', '').replace(/\(\?i:/g, '(?:'), 'dm');

/** What a rule of the repository finds in a text: capture number → text. */
function matches(name: string, text: string): string[][] {
  const rule = openocd.repository![name]!;
  const pattern = toJavaScript(rule.match ?? rule.begin ?? '');
  return [...text.matchAll(new RegExp(pattern, 'gm'))].map((found) =>
    found.slice(1).filter((part) => part !== undefined),
  );
}

describe('TextMate grammar', () => {
  it('has only valid patterns, and includes that exist', () => {
    for (const grammar of [openocd, markdown]) {
      for (const rule of rules(grammar)) {
        for (const source of [rule.match, rule.begin, rule.end, rule.while]) if (source) toJavaScript(source);
        const { include } = rule;
        if (include?.startsWith('#')) assert.ok(grammar.repository![include.slice(1)], include);
        else if (include) assert.equal(include, openocd.scopeName);
      }
    }
  });

  it('is contributed as it is', () => {
    const contributes = JSON.parse(fs.readFileSync(path.resolve(folder, '../package.json'), 'utf8')).contributes;
    for (const { path: file, scopeName } of contributes.grammars) {
      assert.equal(read(path.basename(file)).scopeName, scopeName);
    }
    const [language] = contributes.languages;
    assert.equal(language.id, 'openocd');
    const configuration = JSON.parse(fs.readFileSync(path.resolve(folder, '..', language.configuration), 'utf8'));
    assert.equal(configuration.comments.lineComment, '#');
    const word = new RegExp(configuration.wordPattern);
    assert.equal(word.exec('$_TARGETNAME')?.[0], '_TARGETNAME');
    assert.equal(word.exec('[stm32f1x.cpu]')?.[0], 'stm32f1x.cpu');
    const { increaseIndentPattern, decreaseIndentPattern } = configuration.indentationRules;
    assert.match('if {$a} {', new RegExp(increaseIndentPattern));
    assert.doesNotMatch('if {$a} { b }', new RegExp(increaseIndentPattern));
    assert.match('  } else {', new RegExp(decreaseIndentPattern));
  });

  it('knows procedures, commands, variables and events', () => {
    assert.deepEqual(matches('procedure', 'proc own {a} {\n  local proc "two words" {} {}\n}'), [
      ['proc', 'own'],
      ['proc', 'two words'],
    ]);
    assert.deepEqual(matches('ensemble', 'flash bank a\n  adapter speed 1\nset flash bank\n[target current]'), [
      ['flash', 'bank'],
      ['adapter', 'speed'],
      ['target', 'current'],
    ]);
    assert.deepEqual(matches('openocd', 'reset_config srst_only\nflash\nset halt 1'), [['reset_config'], ['flash']]);
    assert.deepEqual(matches('control', 'if {1} {return}\nset return 1'), [['if'], ['return']]);
    assert.deepEqual(matches('event', '$_T configure -event reset-init {'), [['-event', 'reset-init']]);
    assert.deepEqual(matches('comment', '# a\nset b #c ;# d'), [['#'], ['#']]);
  });

  it('finds the fence of Markdown', () => {
    const fence = toJavaScript(markdown.repository!['fence']!.begin!);
    assert.match('```openocd', fence);
    assert.match('~~~ openocd title=x', fence);
    assert.doesNotMatch('```openocdx', fence);
  });
});
