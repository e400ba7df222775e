// Asks a program everything, for the tests with damaged files: whatever the file holds, each question must be answered or refused
// with a DebugInfoError, in time.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { EvaluationContext, LocationSource, Program, Type } from '../../src/debuginfo/api';
import { FileBytes } from '../../src/debuginfo/elf/fileBytes';
import { ElfImage } from '../../src/debuginfo/elf/image';
import { DebugInfoError } from '../../src/debuginfo/errors';
import { openProgramImage } from '../../src/debuginfo/program';

export const prebuilt = path.resolve(__dirname, '../corpus/prebuilt');

export function readPrebuilt(name: string): Uint8Array {
  return new Uint8Array(fs.readFileSync(path.join(prebuilt, name)));
}

/** Opens bytes as if they were a file that has no neighbours. */
export function openBytes(bytes: Uint8Array): Program {
  return openProgramImage(ElfImage.from(FileBytes.fromBytes('/nowhere/program.elf', bytes)));
}

const context: EvaluationContext = {
  pc: 0x0800_0200,
  register: (number) => BigInt(0x2000_0000 + number),
  memory: (_, length) => new Uint8Array(Math.min(length, 64)),
  frameBase: () => 0x2000_1000,
  canonicalFrameAddress: () => 0x2000_1000,
};

/** What is asked of every damaged file; `addresses` and `names` come from the whole one. */
export interface Questions {
  readonly addresses: readonly number[];
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly file: string;
}

/** Returns how many answers came; throws for anything that is no DebugInfoError. */
export function interrogate(bytes: Uint8Array, questions: Questions): number {
  let program: Program;
  try {
    program = openBytes(bytes);
  } catch (error) {
    assert.ok(error instanceof DebugInfoError, `not a DebugInfoError: ${error instanceof Error ? error.stack : error}`);
    return 0;
  }
  let answers = 0;
  const locate = (source: LocationSource) => program.locate(source, context);
  for (const address of questions.addresses) {
    program.symbolAt(address);
    program.rowAt(address);
    program.unwindRowAt(address);
    for (const { function: own, position, scopes } of program.inlineChainAt(address)) {
      answers += position === undefined ? 0 : 1;
      void [own.qualifiedName, own.afterPrologue, own.declaration, own.callSites];
      for (const { variables } of scopes)
        for (const { location, type } of variables) void [locate(location), walk(type, 3)];
    }
  }
  for (const name of questions.names)
    for (const found of program.findFunctions(name)) answers += program.breakpointLocations(found).length;
  for (const name of questions.types) for (const type of program.findTypes(name)) answers += walk(type, 4);
  answers += program.locationsOf({ path: questions.file, line: 10 }).length;
  for (const { location, type } of program.globals().slice(0, 40)) void [locate(location), walk(type, 3)];
  answers += program.sourceFiles().length;
  for (const { section, message } of program.warnings) assert.ok(section !== '' && message !== '');
  program.close();
  return answers;
}

/** Reads a type and what it consists of, some levels deep. */
function walk(type: Type | undefined, depth: number): number {
  if (type === undefined || depth === 0) return 0;
  void [type.name, type.byteSize];
  switch (type.kind) {
    case 'struct':
    case 'class':
    case 'union':
      for (const member of type.members.slice(0, 12)) walk(member.type, depth - 1);
      return (
        1 +
        type.bases.length +
        type.staticMembers.length +
        type.methods.length +
        (type.variantPart?.variants.length ?? 0)
      );
    case 'enum':
      return 1 + type.enumerators.length;
    case 'array':
      return type.dimensions.length + walk(type.element, depth - 1);
    case 'pointer':
    case 'typedef':
    case 'qualified':
      return 1 + walk(type.target, depth - 1);
    default:
      return 1;
  }
}

/** The same numbers in every run. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}
