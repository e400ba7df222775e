// Where breakpoints that are on no line are in the source, for clients that show a place for each: a watched variable where it is declared,
// a caught exception where its handler begins. What has no such place gets none: any number would be a line of some file.
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { SourcePosition } from '../debuginfo/api';
import type { Debuggee } from './debuggee';

type Place = Pick<DebugProtocol.Breakpoint, 'line' | 'source'>;

/** The declaration of the variable at an address. */
export function placeOfData(debuggee: Debuggee, address: number): Place {
  const { program } = debuggee.engine;
  const symbol = program.symbolAt(address)?.symbol;
  if (symbol?.kind !== 'object') return {};
  const [variable, ...others] = program.findVariables(symbol.displayName);
  // Of several files' variables of one name nobody knows here which it is.
  return others.length > 0 ? {} : placeOf(debuggee, variable?.declaration);
}

/** The first line of a handler, which is where the core stops. */
export function placeOfHandler(debuggee: Debuggee, handler: string | undefined): Place {
  const { program } = debuggee.engine;
  const address = handler === undefined ? undefined : program.symbolNamed(handler)?.address;
  return placeOf(debuggee, address === undefined ? undefined : program.rowAt(address));
}

const placeOf = (debuggee: Debuggee, position: SourcePosition | undefined): Place =>
  position === undefined || position.line <= 0
    ? {}
    : { line: position.line, source: debuggee.sources.describe(position.file) };
