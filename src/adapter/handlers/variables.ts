// Scopes of a frame, variables behind references, and setting them.
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { FrameScope, NamedValue } from '../../debugger/frameScope';
import { computeAll } from '../../debugger/memory/demand';
import { type Child, childrenOf } from '../../debugger/values/children';
import type { DisplayOptions } from '../../debugger/values/describe';
import type { Value } from '../../debugger/values/value';
import type { Arguments } from '../arguments';
import type { Container, Debuggee, FrameHandle } from '../debuggee';
import { errors, texts } from '../messages';
import { present, presentChild } from '../present';
import type { Session } from '../session';
import { debuggeeOf, type Stage } from '../stage';

/** Elements of one answer. */
const maximumElements = 10_000;
/** Elements shown to clients that cannot ask for parts. */
const unpagedElements = 1000;
const registerGroups = ['core', 'fpu', 'vector', 'system'] as const;

export function handleVariables(session: Session, stage: Stage): void {
  session.handle('scopes', async ({ arguments: given, signal }) => {
    const debuggee = debuggeeOf(stage, 'scopes');
    const handle = debuggee.frame(given.integer('frameId'));
    return { scopes: await debuggee.run(() => scopesOf(debuggee, handle), signal) };
  });

  session.handle('variables', async ({ arguments: given, signal }) => {
    const debuggee = debuggeeOf(stage, 'variables');
    const container = debuggee.container(given.integer('variablesReference'));
    const request = readPage(given, stage.client.hasVariablePaging);
    const variables = await debuggee.run(() => variablesOf(debuggee, container, request), signal);
    return { variables: stage.client.hasVariableTypes ? variables : variables.map(({ type: _, ...rest }) => rest) };
  });

  session.handle('setVariable', async ({ arguments: given }) => {
    const debuggee = debuggeeOf(stage, 'setVariable');
    const container = debuggee.container(given.integer('variablesReference'));
    const name = given.string('name');
    const display = shownIn(container, displayOptions(debuggee, given));
    const target = await debuggee.run(() => namedIn(debuggee, container, name)?.value);
    if (target === undefined) throw errors.noSuchVariable(name);
    const handle = container.frame;
    await debuggee.engine.assign(target, given.string('value'), debuggee.scope(handle), display.format);
    // A value keeps the bits of a register as they were.
    const presented = await debuggee.run(() =>
      present(debuggee, namedIn(debuggee, container, name)?.value ?? target, {
        frame: handle,
        expression: undefined,
        display,
      }),
    );
    session.event('invalidated', { areas: ['variables'] });
    return presented;
  });
}

/** How numbers are shown: as the request asks, else as the configuration says. */
export function displayOptions(debuggee: Debuggee, given: Arguments): DisplayOptions {
  const isHex = given.object('format').boolean('hex');
  return { format: isHex ? 'hexadecimal' : debuggee.numberFormat };
}

function scopesOf(debuggee: Debuggee, frame: FrameHandle): DebugProtocol.Scope[] {
  const scopes: DebugProtocol.Scope[] = [];
  const scope = debuggee.scope(frame);
  const add = (
    kind: 'arguments' | 'locals' | 'statics' | 'globals' | 'registers',
    count: number | undefined,
    expensive: boolean,
  ) => {
    const hint = kind === 'arguments' || kind === 'locals' || kind === 'registers' ? kind : undefined;
    scopes.push({
      name: texts.scopes[kind],
      variablesReference: debuggee.reference({ kind, frame }),
      expensive,
      ...(hint === undefined ? {} : { presentationHint: hint }),
      ...(count === undefined ? {} : { namedVariables: count }),
    });
  };
  if (frame.frame.kind === 'call' && frame.frame.function !== undefined) {
    const locals = scope.locals().length + returnedIn(debuggee, frame).length;
    const parameters = scope.arguments().length;
    add('locals', locals, false);
    if (parameters > 0) add('arguments', parameters, false);
    if (debuggee.engine.program.unitVariables(frame.frame.lookupPc).length > 0) add('statics', undefined, true);
  }
  if (debuggee.engine.program.hasDebugInfo) add('globals', undefined, true);
  if (frame.frame.kind === 'call') add('registers', undefined, true);
  return scopes;
}

interface Page {
  readonly filter: 'named' | 'indexed' | 'all';
  readonly start: number;
  readonly count: number;
  readonly isPaged: boolean;
  readonly isHex: boolean;
}

function readPage(given: Arguments, hasPaging: boolean): Page {
  const filter = given.optionalString('filter');
  const asked = given.count('count', 0, maximumElements);
  return {
    filter: filter === 'named' || filter === 'indexed' ? filter : 'all',
    start: given.count('start', 0, Number.MAX_SAFE_INTEGER),
    count: asked > 0 ? asked : hasPaging ? maximumElements : unpagedElements,
    isPaged: hasPaging || asked > 0,
    isHex: given.object('format').boolean('hex'),
  };
}

function variablesOf(debuggee: Debuggee, container: Container, page: Page): DebugProtocol.Variable[] {
  const display: DisplayOptions = page.isHex ? { format: 'hexadecimal' } : { format: debuggee.numberFormat };
  if (container.kind === 'value') return valueChildren(debuggee, container, page, display);
  if (page.filter === 'indexed') return [];
  if (container.kind === 'registers') return groupsOf(debuggee, container.frame);
  const named = namesOf(debuggee, container).slice(page.start, page.start + page.count);
  const shown = shownIn(container, display);
  return computeAll(named, ({ name, value, expression, isConstant }) => ({
    name,
    ...present(debuggee, value, { frame: container.frame, expression, display: shown }),
    ...(expression === undefined ? {} : { evaluateName: expression }),
    ...(isConstant ? { presentationHint: { attributes: ['readOnly'] } } : {}),
  }));
}

/** How what is in a container is shown. */
function shownIn(container: Container, display: DisplayOptions): DisplayOptions {
  if (display.format !== 'natural') return display;
  if (container.kind === 'value') return container.options;
  // Register contents are bits first of all; floating-point ones are numbers.
  return container.kind === 'registerGroup' && container.group !== 'fpu' ? { format: 'hexadecimal' } : display;
}

function valueChildren(
  debuggee: Debuggee,
  container: Container & { kind: 'value' },
  page: Page,
  display: DisplayOptions,
): DebugProtocol.Variable[] {
  const options =
    page.isHex || container.options.format === 'natural' ? { ...container.options, ...display } : container.options;
  const children = childrenOf(container.value, container.isRaw);
  const parent = { frame: container.frame, expression: container.expression, display: options };
  const shown = computeAll(children.list(page.filter, page.start, page.count), (child) =>
    presentChild(debuggee, child, parent),
  );
  const left = children.indexed - page.start - page.count;
  if (page.isPaged || left <= 0 || page.filter === 'named') return shown;
  return [...shown, { name: '…', value: texts.moreElements(left), variablesReference: 0 }];
}

interface Named {
  readonly name: string;
  readonly value: Value;
  readonly expression: string | undefined;
  readonly isConstant: boolean;
}

/** The variables or registers of a scope, each with a name of its own: by it clients say which one is to be set. */
function namesOf(debuggee: Debuggee, container: Exclude<Container, { kind: 'value' }>): Named[] {
  const times = new Map<string, number>();
  return everyNamed(debuggee, container).map((named) => {
    const time = (times.get(named.name) ?? 0) + 1;
    times.set(named.name, time);
    return time === 1 ? named : { ...named, name: `${named.name} (${time})` };
  });
}

function everyNamed(debuggee: Debuggee, container: Exclude<Container, { kind: 'value' }>): Named[] {
  const scope = debuggee.scope(container.frame);
  const own = ({ name, value, isShadowed, variable }: NamedValue): Named => ({
    name: isShadowed ? texts.shadowed(name, variable.declaration?.line) : name,
    value,
    expression: isShadowed || !isPlainName(name) ? undefined : name,
    isConstant: variable.location.kind === 'constant',
  });
  switch (container.kind) {
    case 'registers':
      return [];
    case 'arguments':
      return scope.arguments().map(own);
    case 'locals':
      return [...returnedIn(debuggee, container.frame), ...scope.locals().map(own)];
    case 'statics':
      return scope.statics().map(own);
    case 'globals':
      return globalsOf(debuggee, scope);
    case 'registerGroup': {
      const thread = debuggee.engine.threadState(container.frame.thread);
      const registers = computeAll(
        thread.descriptions.filter(({ group }) => group === container.group),
        (description) => ({
          name: description.name,
          value: scope.registerValue(description, thread),
          expression: `$${description.name}`,
          isConstant: false,
        }),
      );
      // OpenOCD lists every control register that a core could have: those that this one has can be read.
      const existing = registers.filter(({ value }) => value.place.kind !== 'unavailable');
      return container.group === 'system' && existing.length > 0 ? existing : registers;
    }
  }
}

/** Of statics of several files that have one name each is named with its file. */
function globalsOf(debuggee: Debuggee, scope: FrameScope): Named[] {
  const globals = debuggee.engine.program.globals();
  const times = new Map<string, number>();
  for (const { qualifiedName } of globals) times.set(qualifiedName, (times.get(qualifiedName) ?? 0) + 1);
  return globals.map((variable) => {
    const { qualifiedName, declaration, location } = variable;
    const isAlone = times.get(qualifiedName) === 1 || declaration === undefined;
    const name = isAlone ? qualifiedName : `${declaration.file.name}::${qualifiedName}`;
    return {
      name,
      value: scope.valueOf(variable),
      expression: isPlainName(qualifiedName) ? name : undefined,
      isConstant: location.kind === 'constant',
    };
  });
}

/** What the function returned that a step has just left, as the first of its caller's variables. */
function returnedIn(debuggee: Debuggee, { frame, thread }: FrameHandle): Named[] {
  if (frame.kind !== 'call' || frame.physicalIndex > 0) return [];
  const returned = debuggee.engine.returned(thread);
  if (returned === undefined) return [];
  return [{ name: texts.returned(returned.name), value: returned.value, expression: undefined, isConstant: true }];
}

/** Names that the expression grammar can read. */
const isPlainName = (name: string) => /^[A-Za-z_]\w*(::[A-Za-z_]\w*)*$/.test(name);

function groupsOf(debuggee: Debuggee, frame: FrameHandle): DebugProtocol.Variable[] {
  const { descriptions } = debuggee.engine.threadState(frame.thread);
  return registerGroups
    .filter((group) => descriptions.some((description) => description.group === group))
    .map((group) => ({
      name: texts.registerGroups[group],
      value: '',
      variablesReference: debuggee.reference({ kind: 'registerGroup', frame, group }),
      namedVariables: descriptions.filter((description) => description.group === group).length,
    }));
}

/** A container's variable by its name, for setting or watching it. */
export function namedIn(debuggee: Debuggee, container: Container, name: string): Found | undefined {
  if (container.kind !== 'value') return namesOf(debuggee, container).find((candidate) => candidate.name === name);
  const child = childNamed(container, name);
  const { expression } = container;
  return child && { value: child.value, expression: expression && child.expression?.(expression) };
}

interface Found {
  readonly value: Value;
  readonly expression: string | undefined;
}

function childNamed(container: Container & { kind: 'value' }, name: string): Child | undefined {
  const children = childrenOf(container.value, container.isRaw);
  const index = /^\[(-?\d+)\]$/.exec(name);
  if (index !== null && children.indexed > 0) {
    const [child] = children.list('indexed', Number(index[1]), 1);
    if (child?.name === name) return child;
  }
  const parent = container.expression ?? '';
  return children
    .list('all', 0, maximumElements)
    .find((child) => child.name === name || (child.name === '*' && name === `*${parent}`));
}
