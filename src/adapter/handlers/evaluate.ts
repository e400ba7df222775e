// Expressions: hover, watch, console, clipboard; setting them; completing them.
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { ExpressionError } from '../../debugger/expressions/expressionError';
import { describe, displayFor } from '../../debugger/values/describe';
import { isStruct, strip } from '../../debugger/values/types';
import type { Value } from '../../debugger/values/value';
import type { Debuggee, FrameHandle } from '../debuggee';
import { errors, texts } from '../messages';
import { present } from '../present';
import type { Session } from '../session';
import { debuggeeOf, type Stage } from '../stage';
import { addSymbolFile } from '../symbolFiles';
import { displayOptions } from './variables';

const maximumCompletions = 100;

export function handleEvaluate(session: Session, stage: Stage): void {
  session.handle('evaluate', async ({ arguments: given, signal }) => {
    const debuggee = debuggeeOf(stage, 'evaluate');
    const context = given.optionalString('context') ?? 'repl';
    const text = given.string('expression').trim();
    const handle = frameOf(debuggee, given.optionalInteger('frameId'));
    if (context === 'repl' && isTcl(text)) {
      if (stage.live === undefined) throw errors.coreCannot('there is no OpenOCD to send commands to');
      return { result: (await stage.live.tcl(tclIn(text))).trimEnd(), variablesReference: 0 };
    }
    const symbols = context === 'repl' ? symbolFileIn(text) : undefined;
    if (symbols !== undefined) {
      const file = path.resolve(debuggee.configuration.folder ?? '.', symbols);
      const { changedBreakpoints } = await addSymbolFile(session, debuggee, stage.live, file);
      return { result: texts.symbolsAdded(file, changedBreakpoints), variablesReference: 0 };
    }
    const scope = debuggee.scope(handle);
    const mayStore = context === 'repl';
    const evaluated = await debuggee.engine.evaluate(text, scope, { mayStore, signal });
    const { value } = evaluated;
    if (evaluated.hasStored) session.event('invalidated', { areas: ['variables'] });
    const display = displayFor(evaluated, displayOptions(debuggee, given).format);
    const expression = text.replace(/(,\s*([xXhdbocs]|\[\d+\]|\d+)\s*)+$/, '');
    const presented = await debuggee.run(
      () => present(debuggee, value, { frame: handle, expression, display }),
      signal,
    );
    const { value: result, ...rest } = presented;
    if (context !== 'clipboard') return { result, ...rest };
    return {
      result: await debuggee.run(() => describe(value, { ...display, isWhole: true }), signal),
      variablesReference: 0,
    };
  });

  session.handle('setExpression', async ({ arguments: given }) => {
    const debuggee = debuggeeOf(stage, 'setExpression');
    const handle = frameOf(debuggee, given.optionalInteger('frameId'));
    const scope = debuggee.scope(handle);
    const text = given.string('expression');
    const find = () => debuggee.engine.evaluate(text, scope, { mayStore: false });
    const found = await find();
    const display = displayFor(found, displayOptions(debuggee, given).format);
    await debuggee.engine.assign(found.value, given.string('value'), scope, display.format);
    session.event('invalidated', { areas: ['variables'] });
    const { value } = await find();
    return debuggee.run(() => present(debuggee, value, { frame: handle, expression: text, display }));
  });

  session.handle('completions', async ({ arguments: given, signal }) => {
    const debuggee = debuggeeOf(stage, 'completions');
    const handle = frameOf(debuggee, given.optionalInteger('frameId'));
    const column = given.integer('column') - 1;
    const line = given.string('text').slice(0, Math.max(column, 0));
    if (isTcl(line)) return { targets: await completeTcl(stage, tclIn(line)) };
    return { targets: await complete(debuggee, handle, line, signal) };
  });
}

/** Console input for OpenOCD rather than an expression. */
export const isTcl = (text: string) => text.startsWith('>') || /^mon(itor)?\s/.test(text);

const tclIn = (text: string) => text.replace(/^(>|mon(itor)?\s)\s*/, '');

/** The file of GDB's command for one more program; quotes and an address behind it may be there. */
const symbolFileIn = (text: string) =>
  /^add-symbol-file\s+(?:"([^"]+)"|(.+?))(?:\s+0x[\da-f]+)?$/i
    .exec(text)
    ?.slice(1)
    .find((part) => part !== undefined);

/** OpenOCD's commands; only the first word is known to it. */
async function completeTcl(stage: Stage, line: string): Promise<DebugProtocol.CompletionItem[]> {
  if (stage.live === undefined || !/^\w*$/.test(line)) return [];
  const names = await stage.live.openOcd.session.command(`info commands ${line}*`);
  return itemsOf(names.trim().split(/\s+/).sort(), line, 'function');
}

function frameOf(debuggee: Debuggee, id: number | undefined): FrameHandle | undefined {
  return id === undefined || id === 0 ? undefined : debuggee.frame(id);
}

/** What may stand at the end of a line: members behind `.` and `->`, registers behind `$`, else names. */
async function complete(
  debuggee: Debuggee,
  handle: FrameHandle | undefined,
  line: string,
  signal: AbortSignal,
): Promise<DebugProtocol.CompletionItem[]> {
  const scope = debuggee.scope(handle);
  const access = /((?:[\w$:]|\[[^\]]*\]|->|\.)+)(?:\.|->)(\w*)$/.exec(line);
  if (access !== null) {
    const [, object = '', begun = ''] = access;
    return itemsOf(await memberNames(debuggee, handle, object, signal), begun, 'property');
  }
  const register = /\$(\w*)$/.exec(line);
  if (register !== null) {
    const names = scope.thread === undefined ? [] : scope.thread.descriptions.map(({ name }) => name);
    return itemsOf(names, register[1] ?? '', 'variable');
  }
  const begun = /[\w:]*$/.exec(line)?.[0] ?? '';
  const own = scope.names();
  const statics = scope.statics().map(({ name }) => name);
  const known = begun === '' ? [] : await debuggee.engine.program.names(begun, maximumCompletions);
  return itemsOf([...new Set([...own, ...statics, ...known])], begun, 'variable');
}

function itemsOf(
  names: readonly string[],
  begun: string,
  type: DebugProtocol.CompletionItemType,
): DebugProtocol.CompletionItem[] {
  const wanted = begun.toLowerCase();
  return names
    .filter((name) => name.toLowerCase().startsWith(wanted))
    .slice(0, maximumCompletions)
    .map((label) => ({ label, type, length: begun.length }));
}

async function memberNames(
  debuggee: Debuggee,
  handle: FrameHandle | undefined,
  object: string,
  signal: AbortSignal,
): Promise<string[]> {
  try {
    const { value } = await debuggee.engine.evaluate(object, debuggee.scope(handle), { mayStore: false, signal });
    return await debuggee.run(() => namesInside(value), signal);
  } catch (error) {
    // What is being typed need not mean anything yet.
    if (error instanceof ExpressionError) return [];
    throw error;
  }
}

/** Names of the members of a struct, or of what a pointer points to, with those of anonymous members and base classes. */
function namesInside(value: Value): string[] {
  let type = strip(value.type);
  if (type?.kind === 'pointer') type = strip(type.target);
  const names: string[] = [];
  const visit = (current: typeof type, depth: number): void => {
    if (!isStruct(current) || depth > 8) return;
    for (const inner of current.members) {
      if (inner.name === undefined) visit(strip(inner.type), depth + 1);
      else names.push(current.language === 'rust' ? inner.name.replace(/^__(\d+)$/, '$1') : inner.name);
    }
    for (const base of current.bases) visit(strip(base.type), depth + 1);
    for (const variable of current.staticMembers) names.push(variable.name);
  };
  visit(type, 0);
  return names;
}
