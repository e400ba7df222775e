// The readers of one program bound together: what functions, types and variables need from each other. Answers are in lookup/.
import type { SourceFile, SourcePosition, Type } from './api';
import type { Die } from './die/die';
import { withAttribute } from './die/origin';
import * as dw from './dwarf/constants';
import type { WarningList } from './errors';
import type { LineTables } from './line/tables';
import type { ProgramContext } from './unit/context';
import type { DwarfFile } from './unit/dwarfFile';
import type { Unit } from './unit/unit';

/** Shared by all entries that became objects of the API. */
export interface DebugInfo {
  readonly file: DwarfFile;
  readonly context: ProgramContext;
  readonly warnings: WarningList;
  readonly lines: LineTables;
  /** Compile units with code, split ones in place of their skeletons. */
  readonly units: readonly Unit[];
  /** The one Type object of an entry. */
  typeOf(die: Die): Type | undefined;
  /** The definition of a type that is only declared here; undefined when the program has none. */
  definitionOf(declaration: Die): Die | undefined;
}

/** DW_AT_type of an entry or its origin; undefined is void. */
export function typeAttribute(info: DebugInfo, die: Die): Type | undefined {
  const target = withAttribute(die, dw.DW_AT_type)?.reference(dw.DW_AT_type);
  return target === undefined ? undefined : info.typeOf(target);
}

/** DW_AT_decl_file, _line and _column of an entry or its origin. */
export function declarationPosition(info: DebugInfo, die: Die): SourcePosition | undefined {
  const declared = withAttribute(die, dw.DW_AT_decl_line);
  if (declared === undefined) return undefined;
  // A definition may give a new line and leave the file to its declaration.
  const withFile = withAttribute(declared, dw.DW_AT_decl_file);
  const file = withFile && fileNumbered(info, withFile.unit, withFile.number(dw.DW_AT_decl_file));
  if (file === undefined) return undefined;
  return { file, line: declared.number(dw.DW_AT_decl_line) ?? 0, column: declared.number(dw.DW_AT_decl_column) ?? 0 };
}

/** DW_AT_call_file, _line and _column of an inlined call. */
export function callPosition(info: DebugInfo, die: Die): SourcePosition | undefined {
  const file = fileNumbered(info, die.unit, die.number(dw.DW_AT_call_file));
  if (file === undefined) return undefined;
  return { file, line: die.number(dw.DW_AT_call_line) ?? 0, column: die.number(dw.DW_AT_call_column) ?? 0 };
}

function fileNumbered(info: DebugInfo, unit: Unit, number: number | undefined): SourceFile | undefined {
  return number === undefined ? undefined : info.lines.filesOf(unit)[number];
}
