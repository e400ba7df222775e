// Turns engine values into DAP variables: text, type, counts, references, hints.
import type { DebugProtocol } from '@vscode/debugprotocol';
import { hexAddress } from '../debugger/numbers';
import type { CallFrame } from '../debugger/stack';
import { type Child, childrenOf } from '../debugger/values/children';
import { type DisplayOptions, describe } from '../debugger/values/describe';
import { shortTypeName } from '../debugger/values/typeNames';
import { isConst, strip, typeName } from '../debugger/values/types';
import type { Value } from '../debugger/values/value';
import type { Debuggee, FrameHandle } from './debuggee';

export interface Presented {
  readonly value: string;
  readonly type: string;
  readonly variablesReference: number;
  readonly namedVariables?: number;
  readonly indexedVariables?: number;
  readonly memoryReference?: string;
}

export interface PresentOptions {
  readonly frame: FrameHandle | undefined;
  readonly expression: string | undefined;
  readonly display: DisplayOptions;
  readonly isRaw?: boolean;
  /** Overrides the text, for children that are no values. */
  readonly text?: string | undefined;
}

/** The parts of a DAP variable or evaluation that come from a value. May throw a Demand. */
export function present(debuggee: Debuggee, value: Value, options: PresentOptions): Presented {
  const children = options.text === undefined ? childrenOf(value, options.isRaw) : undefined;
  const hasChildren = children !== undefined && children.named + children.indexed > 0;
  const text = options.text ?? describe(value, options.display);
  const memory = memoryReference(value);
  return {
    value: text,
    type:
      value.type === undefined && options.text !== undefined
        ? 'bool'
        : options.isRaw === true
          ? typeName(value.type)
          : shortTypeName(typeName(value.type)),
    variablesReference: hasChildren
      ? debuggee.reference({
          kind: 'value',
          frame: options.frame,
          value,
          expression: options.expression,
          isRaw: options.isRaw ?? false,
          options: options.display,
        })
      : 0,
    ...(hasChildren ? { namedVariables: children.named, indexedVariables: children.indexed } : {}),
    ...(memory === undefined ? {} : { memoryReference: memory }),
  };
}

/** Where to look in memory: the object a pointer points to, else the value's own place. */
export function memoryReference(value: Value): string | undefined {
  const { addressSize } = value.space;
  if (strip(value.type)?.kind === 'pointer') {
    const bits = value.readUnsigned();
    if (!('problem' in bits) && bits.value !== 0n) return hexAddress(bits.value, addressSize);
  }
  return value.address === undefined ? undefined : hexAddress(value.address, addressSize);
}

/** The DAP variable of a child. May throw a Demand. */
export function presentChild(
  debuggee: Debuggee,
  child: Child,
  parent: {
    readonly frame: FrameHandle | undefined;
    readonly expression: string | undefined;
    readonly display: DisplayOptions;
  },
): DebugProtocol.Variable {
  const expression =
    child.expression === undefined || parent.expression === undefined ? undefined : child.expression(parent.expression);
  const presented = present(debuggee, child.value, {
    frame: parent.frame,
    expression,
    display: parent.display,
    isRaw: child.kind === 'raw',
    text: child.text,
  });
  const hint = presentationHint(child);
  return {
    name: child.name === '*' && parent.expression !== undefined ? `*${parent.expression}` : child.name,
    ...presented,
    ...(expression === undefined ? {} : { evaluateName: expression }),
    ...(hint === undefined ? {} : { presentationHint: hint }),
  };
}

function presentationHint(child: Child): DebugProtocol.VariablePresentationHint | undefined {
  const attributes = [
    ...(child.kind === 'static' ? ['static'] : []),
    ...(isConst(child.value.type) ? ['constant'] : []),
  ];
  const kind =
    child.kind === 'base' ? 'baseClass' : child.kind === 'raw' || child.kind === 'whole' ? 'virtual' : undefined;
  const visibility =
    child.accessibility === undefined || child.accessibility === 'public' ? undefined : child.accessibility;
  if (attributes.length === 0 && kind === undefined && visibility === undefined) return undefined;
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(attributes.length === 0 ? {} : { attributes }),
    ...(visibility === undefined ? {} : { visibility }),
  };
}

/** `function, file.c:12` of a call frame. */
export function nameOfCaller(frame: CallFrame): string {
  const { position } = frame;
  return position === undefined ? frame.name : `${frame.name}, ${position.file.name}:${position.line}`;
}
