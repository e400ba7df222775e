// Arguments that only the caller knows any more: DW_OP_entry_value and DW_OP_GNU_parameter_ref in programs that GCC optimised, with
// the call sites that it described. The source is test/corpus/flow: `entry_values(kept, kept + 1, 9)` and `sparse(77)`.
import assert from 'node:assert/strict';
import path from 'node:path';
import { type EvaluationContext, type FunctionInfo, type Location, openProgram } from '../../src/debuginfo';
import { prebuilt } from './damagedSupport';

const KEPT = 1234n;

/** A frame in which no register is known but those that calls preserve, and these hold `KEPT`. */
function frame(pc: number, caller?: EvaluationContext['caller']): EvaluationContext {
  return {
    pc,
    register: (number) => (caller === undefined && number >= 4 && number <= 11 ? KEPT : undefined),
    memory: () => undefined,
    frameBase: () => undefined,
    canonicalFrameAddress: () => undefined,
    ...(caller === undefined ? {} : { caller }),
  };
}

function numberIn(location: Location): number | undefined {
  const place = location.kind === 'pieces' ? location.pieces[0]?.place : undefined;
  return place?.kind === 'value' ? Buffer.from(place.bytes).readUInt32LE() : undefined;
}

for (const folder of ['arm-gcc-O2-dwarf3', 'arm-gcc-O2-dwarf5', 'arm-gcc-O2-dwarf5-zstd']) {
  describe(`arguments that the caller knows in ${folder}/flow.elf`, () => {
    const program = openProgram(path.join(prebuilt, folder, 'flow.elf'));
    after(() => program.close());

    /** The values that a parameter has at the function's addresses when it is called from a place; only those that are known. */
    function valuesOf(callee: FunctionInfo, parameter: string, returnAddress: number | undefined): Set<number> {
      const wanted = callee.parameters.find(({ name }) => name === parameter);
      assert.ok(wanted !== undefined);
      const caller =
        returnAddress === undefined ? undefined : () => ({ context: frame(returnAddress - 1), returnAddress });
      const values = new Set<number>();
      for (const { low, high } of callee.ranges)
        for (let pc = low; pc < high; pc += 2) {
          const value = numberIn(program.locate(wanted.location, frame(pc, caller ?? (() => undefined))));
          if (value !== undefined) values.add(value);
        }
      return values;
    }

    function callOf(callee: FunctionInfo, callerName: string): number {
      const [caller] = program.findFunctions(callerName);
      const site = caller?.callSites.find(({ target, parameters }) => target === callee && parameters.length > 0);
      assert.ok(site !== undefined, `${callerName} does not describe its call of ${callee.name}`);
      return site.returnAddress;
    }

    it('are computed from the registers of the caller', () => {
      const [callee] = program.findFunctions('entry_values');
      assert.ok(callee !== undefined);
      const call = callOf(callee, 'theme_registers');
      assert.deepEqual([...valuesOf(callee, 'first', call)], [Number(KEPT)]);
      assert.deepEqual([...valuesOf(callee, 'second', call)], [Number(KEPT) + 1]);
    });

    it('are constants where the caller passed one', () => {
      const [callee] = program.findFunctions('sparse');
      assert.ok(callee !== undefined);
      assert.deepEqual([...valuesOf(callee, 'x', callOf(callee, 'theme_switches'))], [77]);
    });

    it('are not known without the caller', () => {
      const [callee] = program.findFunctions('entry_values');
      assert.ok(callee !== undefined);
      assert.deepEqual([...valuesOf(callee, 'first', undefined)], []);
    });
  });
}

describe('an argument that GCC took out of the call (DW_OP_GNU_parameter_ref)', () => {
  const program = openProgram(path.join(prebuilt, 'arm-gcc-O2-dwarf5/flow.elf'));
  after(() => program.close());

  it('is found in the call site by its parameter', () => {
    const [caller] = program.findFunctions('theme_registers');
    const [callee] = program.findFunctions('entry_values');
    const source = callee?.parameters[0]?.location;
    const site = caller?.callSites.find(({ target }) => target === callee);
    const given = site?.parameters.find(({ parameterOffset }) => parameterOffset !== undefined);
    assert.ok(callee?.entry !== undefined && source?.kind === 'list' && site !== undefined && given !== undefined);
    // DW_OP_GNU_parameter_ref takes the parameter's offset in the unit as four bytes.
    const expression = new Uint8Array(5);
    expression[0] = 0xfa;
    new DataView(expression.buffer).setUint32(1, given.parameterOffset ?? 0, true);
    const context = frame(callee.entry, () => ({
      context: frame(site.returnAddress - 1),
      returnAddress: site.returnAddress,
    }));
    assert.equal(program.evaluate({ kind: 'expression', expression, unit: source.unit }, context), 9n);
  });
});
