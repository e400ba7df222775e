// Looks at whole trees: every script in one, and the invariants that any tree keeps.
import assert from 'node:assert/strict';
import type { Expression, Part, Script, Span, Word } from '../../../src/languageServer/tcl/nodes';

/** The scripts and lists in a tree, at any depth, with the text they are in. */
export function bodies(
  script: Script,
): { kind: 'script' | 'list'; span: Span; script?: Script; elements?: readonly Word[] }[] {
  const found: ReturnType<typeof bodies> = [];
  const visitScript = (inner: Script): void => {
    for (const command of inner.commands) for (const word of command.words) visitWord(word);
  };
  const visitWord = (word: Word): void => {
    visitParts(word.parts);
    const { body } = word;
    if (body?.kind === 'script') {
      found.push({ kind: 'script', span: body.script, script: body.script });
      visitScript(body.script);
    } else if (body?.kind === 'expression') visitExpression(body.expression);
    else if (body?.kind === 'list') {
      found.push({ kind: 'list', span: word.parts[0] ?? word, elements: body.elements });
      for (const element of body.elements) visitWord(element);
    }
  };
  const visitExpression = (expression: Expression): void => visitParts(expression.parts);
  const visitParts = (parts: readonly Part[]): void => {
    for (const part of parts) {
      if (part.kind === 'script') visitScript(part.script);
      else if (part.kind === 'expression') visitExpression(part.expression);
      else if (part.kind === 'variable') visitParts(part.index);
    }
  };
  visitScript(script);
  return found;
}

/** Every span lies in its parent, and siblings come one after another. */
export function checkSpans(text: string, script: Script): void {
  // Messages are put together only when needed: this runs for every node of a thousand files.
  const within = (inner: Span, outer: Span): void => {
    const isWithin = inner.start >= outer.start && inner.end <= outer.end && inner.start <= inner.end;
    if (!isWithin) assert.fail(`${JSON.stringify(inner)} is not within ${JSON.stringify(outer)}`);
  };
  const inOrder = (list: readonly Span[], outer: Span): void => {
    let end = outer.start;
    for (const span of list) {
      within(span, outer);
      if (span.start < end)
        assert.fail(`${JSON.stringify(span)} overlaps what is before it in ${JSON.stringify(text)}`);
      end = span.end;
    }
  };
  const visitParts = (parts: readonly Part[], outer: Span): void => {
    inOrder(parts, outer);
    for (const part of parts) {
      if (part.kind === 'script') visitScript(part.script, part);
      else if (part.kind === 'variable') visitParts(part.index, part);
      else if (part.kind === 'expression') visitParts(part.expression.parts, part);
    }
  };
  const visitWord = (word: Word): void => {
    visitParts(word.parts, word);
    if (word.body?.kind === 'script') visitScript(word.body.script, word);
    if (word.body?.kind === 'expression') visitParts(word.body.expression.parts, word);
    if (word.body?.kind === 'list') {
      inOrder(word.body.elements, word);
      word.body.elements.forEach(visitWord);
    }
  };
  const visitScript = (inner: Script, outer: Span): void => {
    within(inner, outer);
    inOrder(inner.commands, inner);
    inOrder(inner.comments, inner);
    for (const command of inner.commands) {
      inOrder(command.words, command);
      command.words.forEach(visitWord);
    }
  };
  visitScript(script, { start: 0, end: text.length });
}
