// Formats a text, and says what a text means, so that the two can be held against each other.
import { TextDocument } from 'vscode-languageserver-textdocument';
import { formatting } from '../../../src/languageServer/features/formatting';
import { documentOf } from '../../../src/languageServer/features/view';
import { Source } from '../../../src/languageServer/model/source';
import { readScript } from '../../../src/languageServer/tcl/reader';

export function format(text: string, options: Parameters<typeof formatting>[1]): string {
  const source = new Source('file:///x.cfg', text);
  return TextDocument.applyEdits(documentOf(source), formatting(source, options));
}

/** The words of every command, with the bodies that are scripts taken apart, and of other words the exact text. */
export function meaning(text: string): unknown {
  const word = (script: ReturnType<typeof readScript>['script']): unknown =>
    script.commands.map((command) =>
      command.words.map((item) => {
        if (item.body?.kind === 'script') return word(item.body.script);
        if (item.body?.kind === 'list' && item.body.elements.some((element) => element.body !== undefined)) {
          return item.body.elements.map((element) =>
            element.body?.kind === 'script' ? word(element.body.script) : text.slice(element.start, element.end),
          );
        }
        const inner = item.parts.flatMap((part) => (part.kind === 'script' ? [word(part.script)] : []));
        return inner.length > 0
          ? [item.form, item.parts.map((part) => part.kind), inner]
          : text.slice(item.start, item.end);
      }),
    );
  return word(readScript(text).script);
}
