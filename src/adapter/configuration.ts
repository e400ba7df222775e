// The launch configuration as far as every session needs it: names, aliases, and what they mean. Live sessions read more.
import type { NumberFormat } from '../debugger/values/scalars';
import type { Arguments } from './arguments';
import { errors } from './messages';

export interface Configuration {
  readonly program: string;
  readonly coreFile: string | undefined;
  /** Working folder: where relative source names may start from. */
  readonly folder: string | undefined;
  /** Compile-time folder → folder on this computer. */
  readonly sourceMap: ReadonlyMap<string, string>;
  readonly numberFormat: NumberFormat;
}

/** Reads and checks a configuration. `fallback` is the program where none is named. Throws an EngineError that names the attribute. */
export function readConfiguration(given: Arguments, fallback?: string): Configuration {
  const program = given.optionalString('program') ?? given.optionalString('executable') ?? fallback;
  if (program === undefined || program === '') throw errors.missingProgram();
  return {
    program,
    coreFile: given.optionalString('coreFile'),
    folder: given.optionalString('cwd'),
    sourceMap: new Map([...mappings(given.object('sourceFileMap')), ...pathMappings(given)]),
    numberFormat: numberFormat(given.optionalString('numberFormat') ?? naturalOrNot(given)),
  };
}

function mappings(map: Arguments): [string, string][] {
  return Object.keys(map.all).map((from) => [from, map.string(from)]);
}

/** Both shapes that are in use: an object like `sourceFileMap`, and a list of {remoteRoot, localRoot}. */
function pathMappings(given: Arguments): [string, string][] {
  if (!Array.isArray(given.all['pathMappings'])) return mappings(given.object('pathMappings'));
  return given.list('pathMappings').map((entry) => [entry.string('remoteRoot'), entry.string('localRoot')]);
}

/** Cortex-Debug’s way to say it. */
function naturalOrNot(given: Arguments): string | undefined {
  return given.has('variableUseNaturalFormat') && !given.boolean('variableUseNaturalFormat')
    ? 'hexadecimal'
    : undefined;
}

function numberFormat(value: string | undefined): NumberFormat {
  if (value === undefined || value === 'natural') return 'natural';
  if (value === 'hexadecimal' || value === 'hex') return 'hexadecimal';
  if (value === 'decimal') return 'decimal';
  throw errors.notNumericFormat(value);
}
