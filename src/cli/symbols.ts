// `symbols`: what the debug information of an ELF file says, in a form that can be held against addr2line and ptype.
import { Command, InvalidArgumentError } from 'commander';
import {
  type BreakpointLocation,
  DebugInfoError,
  type FunctionInfo,
  openProgram,
  type Program,
  type SourcePosition,
} from '../debuginfo';
import { OpenOcdError } from '../openocd';
import { address } from './connect';
import { hex, note, print, table } from './output';
import { typeText } from './typeText';

interface SymbolsOptions {
  readonly address?: number;
  readonly line?: { readonly path: string; readonly line: number };
  readonly type?: string;
  readonly function?: string;
  readonly debugDirectory?: readonly string[];
}

export function symbolsCommand(): Command {
  const collect = (value: string, all: readonly string[] = []) => [...all, value];
  return new Command('symbols')
    .description('show what the debug information of a program says')
    .argument('<file>', 'ELF file')
    .option('-a, --address <address>', 'function, inlined calls, file and line at an address', parseAddress)
    .option('-l, --line <file:line>', 'addresses where a breakpoint for the line goes', parseLine)
    .option('-t, --type <name>', 'the type with its members, offsets and sizes')
    .option('--function <name>', 'addresses, parameters and source of the functions with the name')
    .option('--debug-directory <folder>', 'look for separate debug files here too; repeatable', collect)
    .action((file: string, options: SymbolsOptions) => run(file, options));
}

function parseAddress(text: string): number {
  return Number(address(text));
}

function parseLine(text: string): { path: string; line: number } {
  const parts = /^(.+):(\d+)$/.exec(text);
  if (parts === null) throw new InvalidArgumentError('Give FILE:LINE, such as main.c:42.');
  return { path: parts[1] as string, line: Number(parts[2]) };
}

function run(file: string, options: SymbolsOptions): void {
  const program = open(file, options.debugDirectory ?? []);
  try {
    const questions = [options.address, options.line, options.type, options.function];
    if (questions.every((question) => question === undefined)) showProgram(program);
    if (options.address !== undefined) showAddress(program, options.address);
    if (options.line !== undefined) showLine(program, options.line);
    if (options.type !== undefined) showTypes(program, options.type);
    if (options.function !== undefined) showFunctions(program, options.function);
    for (const { section, offset, message } of program.warnings)
      note(`warning: ${section} at ${hex(offset, 1)}: ${message}`);
  } finally {
    program.close();
  }
}

function open(file: string, debugDirectories: readonly string[]): Program {
  try {
    return openProgram(file, { debugDirectories });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT')
      throw new OpenOcdError(
        `${file === '' ? 'The name of the file is empty' : `There is no file ${file}`}. Check the path.`,
      );
    if (!(error instanceof DebugInfoError)) throw error;
    throw new OpenOcdError(`${file} cannot be read: ${error.message}.`, { cause: error });
  }
}

/** Without a question: what kind of file it is. */
function showProgram(program: Program): void {
  print(
    table([
      [
        'machine',
        `${program.machine}, ${program.is64Bit ? 64 : 32}-bit, ${program.isBigEndian ? 'big' : 'little'} endian`,
      ],
      ['entry', hex(program.entry)],
      ['build id', program.buildId ?? 'none'],
      ['debug information', program.hasDebugInfo ? `${program.sourceFiles().length} source files` : 'none'],
      ['symbols', `${program.symbols().length}`],
    ]),
  );
}

function place(position: SourcePosition | undefined): string {
  if (position === undefined) return '??:0';
  return `${position.file.path}:${position.line}${position.column > 0 ? `:${position.column}` : ''}`;
}

function showAddress(program: Program, address: number): void {
  const chain = program.inlineChainAt(address);
  const symbol = program.symbolAt(address);
  if (symbol !== undefined) print(`${hex(address)} is ${symbol.symbol.displayName} + ${symbol.offset}`);
  if (chain.length === 0) {
    print(`?? at ${place(program.rowAt(address))}`);
    return;
  }
  for (const [index, frame] of chain.entries())
    print(`${index === 0 ? '' : ' (inlined by) '}${frame.function.qualifiedName} at ${place(frame.position)}`);
}

function showLocations(locations: readonly BreakpointLocation[]): void {
  print(
    table(
      locations.map((location) => [hex(location.address), place(location), location.function?.qualifiedName ?? '']),
    ),
  );
}

function showLine(program: Program, query: { readonly path: string; readonly line: number }): void {
  const locations = program.locationsOf(query);
  if (locations.length > 0) showLocations(locations);
  else if (program.matchFile(query.path).length === 0) fail(`the program has no source file ${query.path}.`);
  else fail(`there is no code for line ${query.line} of ${query.path} or after it.`);
}

function showTypes(program: Program, name: string): void {
  const types = program.findTypes(name);
  if (types.length === 0) fail(`the program has no type ${name}.`);
  for (const type of types) print(typeText(type).join('\n'));
}

function signature({ returnType, qualifiedName, parameters }: FunctionInfo): string {
  const list = parameters.map(({ type, name }) => `${type?.name ?? 'void'} ${name}`);
  return `${returnType?.name ?? 'void'} ${qualifiedName}(${list.join(', ')})`;
}

function showFunctions(program: Program, name: string): void {
  const found = program.findFunctions(name);
  if (found.length === 0) fail(`the program has no function ${name}.`);
  for (const entry of found) {
    const ranges = entry.ranges.map(({ low, high }) => `${hex(low)}…${hex(high)}`).join(', ');
    print(
      `${signature(entry)}\n  declared at ${place(entry.declaration)}\n  code ${ranges === '' ? 'only where it is inlined' : ranges}`,
    );
    const locations = program.breakpointLocations(entry);
    if (locations.length > 0) print('  breakpoints at');
    showLocations(locations);
  }
}

function fail(message: string): void {
  note(`error: ${message}`);
  process.exitCode = 1;
}
