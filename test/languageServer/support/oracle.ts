// Asks the real Tcl how it reads scripts (oracle.tcl), and evaluates our tree the same way, so that the two can be compared.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Command, Part, Script, Word } from '../../../src/languageServer/tcl/nodes';
import { readScript } from '../../../src/languageServer/tcl/reader';
import { literalOf } from '../../../src/languageServer/tcl/values';

export interface OracleAnswer {
  readonly complete: boolean | undefined;
  readonly error: string | undefined;
  readonly commands: readonly (readonly string[])[];
}

export const hasTclsh = spawnSync('tclsh', [], { input: 'exit 0', timeout: 10_000 }).status === 0;

export function askTcl(jobs: readonly { kind: 'script' | 'list'; text: string }[]): OracleAnswer[] {
  const input = jobs.map(({ kind, text }) => `${kind} ${Buffer.from(text, 'utf8').toString('base64')}\n`).join('');
  const result = spawnSync('tclsh', [path.join(__dirname, 'oracle.tcl')], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    timeout: 120_000,
  });
  if (result.status !== 0) throw new Error(`tclsh failed: ${result.stderr}`);
  const decode = (hex: string): string => Buffer.from(hex, 'hex').toString('utf8');
  return result.stdout
    .split(/^end\n/m)
    .slice(0, -1)
    .map((block) => {
      const lines = block.split('\n');
      const error = lines.find((line) => line.startsWith('error '));
      const complete = lines.find((line) => line.startsWith('complete '));
      return {
        complete: complete === undefined ? undefined : complete.endsWith('1'),
        error: error === undefined ? undefined : decode(error.slice(6)),
        commands: lines
          .filter((line) => line.startsWith('word'))
          .map((line) =>
            line
              .slice(5)
              .split(' ')
              .filter(Boolean)
              .map((word) => decode(word.slice(1))),
          ),
      };
    });
}

/** Every command that runs, innermost first, with the values of its words: what oracle.tcl records. */
export function evaluate(text: string, script: Script): string[][] {
  const record: string[][] = [];
  const run = (inner: Script): string => {
    let result = '';
    for (const command of inner.commands) result = call(command);
    return result;
  };
  const call = (command: Command): string => {
    const words = command.words.flatMap((word) => (word.expanded ? splitList(value(word)) : [value(word)]));
    if (words.length === 0) return '';
    record.push(words);
    return `<${words.join(' ')}>`;
  };
  // Real Tcl makes a space of a backslash and line end in braces, too; Jim leaves that to the script inside.
  const value = (word: Word): string =>
    word.form === 'braced'
      ? text.slice(word.parts[0]?.start ?? 0, word.parts[0]?.end ?? 0).replace(/(?<!\\)((?:\\\\)*)\\\n[ \t]*/g, '$1 ')
      : parts(word.parts);
  const parts = (list: readonly Part[]): string =>
    list
      .map((part) => {
        if (part.kind === 'text' || part.kind === 'escape') return part.value;
        if (part.kind === 'script') return run(part.script);
        if (part.kind === 'expression') throw new Error('Jim’s $(…) means something else in Tcl');
        if (part.kind !== 'variable') return '';
        const close = text.slice(part.start, part.end).endsWith(')') && text[part.start + 1] !== '{';
        return close ? `<${part.name}(${parts(part.index)})>` : `<${part.name}>`;
      })
      .join('');
  run(script);
  return record;
}

/** The elements of a list, as our own reader takes it apart. */
function splitList(list: string): string[] {
  const word = readScript(`foreach {${list}} x y`).script.commands[0]?.words[1];
  return word?.body?.kind === 'list' ? word.body.elements.map((element) => literalOf(element) ?? '') : [];
}
