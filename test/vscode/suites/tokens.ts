// Colours text with the tokenizer that VS Code itself brings, and our grammars: what the editor would show, scope by scope.
import fs from 'node:fs';
import path from 'node:path';

/** What is used here of vscode-textmate and vscode-oniguruma, which VS Code carries among its own modules. */
interface Textmate {
  Registry: new (options: object) => { loadGrammar(scope: string): Promise<Grammar> };
  INITIAL: unknown;
  parseRawGrammar(text: string, file: string): unknown;
}
interface Grammar {
  tokenizeLine(
    line: string,
    state: unknown,
  ): { tokens: { startIndex: number; endIndex: number; scopes: string[] }[]; ruleStack: unknown };
}
interface Oniguruma {
  loadWASM(bytes: Uint8Array): Promise<void>;
  createOnigScanner(patterns: string[]): unknown;
  createOnigString(text: string): unknown;
}

export interface Token {
  readonly text: string;
  /** Outermost first, separated by spaces. */
  readonly scopes: string;
}

const markdown = 'text.html.markdown';

export class Tokenizer {
  readonly #textmate: Textmate;
  readonly #grammars: InstanceType<Textmate['Registry']>;

  private constructor(textmate: Textmate, grammars: InstanceType<Textmate['Registry']>) {
    this.#textmate = textmate;
    this.#grammars = grammars;
  }

  /** @param appRoot VS Code's own folder; undefined is returned when the modules are not there */
  static async of(appRoot: string, repository: string): Promise<Tokenizer | undefined> {
    const modules = ['node_modules', 'node_modules.asar']
      .map((name) => path.join(appRoot, name))
      .find((folder) => fs.existsSync(path.join(folder, 'vscode-textmate')));
    if (modules === undefined) return undefined;
    const textmate = require(path.join(modules, 'vscode-textmate')) as Textmate;
    const oniguruma = require(path.join(modules, 'vscode-oniguruma')) as Oniguruma;
    await oniguruma.loadWASM(fs.readFileSync(path.join(modules, 'vscode-oniguruma/release/onig.wasm')));
    const files: Readonly<Record<string, string>> = {
      'source.openocd': path.join(repository, 'syntaxes/openocd.tmLanguage.json'),
      'markdown.openocd.codeblock': path.join(repository, 'syntaxes/openocd.markdown.tmLanguage.json'),
      [markdown]: path.join(appRoot, 'extensions/markdown-basics/syntaxes/markdown.tmLanguage.json'),
    };
    const grammars = new textmate.Registry({
      onigLib: Promise.resolve(oniguruma),
      loadGrammar: async (scope: string) => {
        const file = files[scope];
        return file === undefined ? null : textmate.parseRawGrammar(fs.readFileSync(file, 'utf8'), file);
      },
      getInjections: (scope: string) => (scope === markdown ? ['markdown.openocd.codeblock'] : []),
    });
    return new Tokenizer(textmate, grammars);
  }

  async tokens(text: string, scope: 'source.openocd' | 'text.html.markdown'): Promise<Token[]> {
    const grammar = await this.#grammars.loadGrammar(scope);
    let state = this.#textmate.INITIAL;
    return text.split('\n').flatMap((line) => {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
      state = ruleStack;
      return tokens.map(({ startIndex, endIndex, scopes }) => ({
        text: line.slice(startIndex, endIndex),
        scopes: scopes.join(' '),
      }));
    });
  }
}
