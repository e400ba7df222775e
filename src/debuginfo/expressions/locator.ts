// Answers where a variable is: takes an unevaluated location (an expression, a list, a constant) and the state of a frame, and
// says pieces, “optimised out”, or in words why it cannot be had.
import type { EvaluationContext, Location, LocationSource } from '../api';
import { DebugInfoError } from '../errors';
import type { UnitContext } from '../sections';
import { locationAt } from './locationList';
import { Machine } from './machine';
import { bigintOf } from './stackValue';
import type { ExpressionProgram } from './surroundings';
import { Unavailable } from './unavailable';

const optimizedOut: Location = { kind: 'optimizedOut' };

export class Locator {
  constructor(private readonly program: ExpressionProgram) {}

  /** Never throws for what a file or target may hold: damage and missing values come back as `unavailable`. */
  locate(source: LocationSource, context: EvaluationContext): Location {
    try {
      return this.locationOf(source, context);
    } catch (error) {
      return { kind: 'unavailable', reason: reasonOf(error) };
    }
  }

  /**
   * The number that an expression leaves: an address for a memory location (an array's bound, a frame base or a member's address
   * are such “locations” too), the contents for a register or value. Undefined when it cannot be had.
   */
  evaluate(source: LocationSource, context: EvaluationContext): bigint | undefined {
    try {
      return this.numberOf(source, context);
    } catch (error) {
      reasonOf(error);
      return undefined;
    }
  }

  private locationOf(source: LocationSource, context: EvaluationContext): Location {
    if (source.kind === 'none') return optimizedOut;
    if (source.kind === 'constant') {
      return {
        kind: 'pieces',
        pieces: [{ bitSize: undefined, bitOffset: 0, place: { kind: 'value', bytes: source.bytes } }],
      };
    }
    const machine = this.run(source, context);
    if (!machine) return optimizedOut;
    if (machine.pieces.length > 0) return { kind: 'pieces', pieces: machine.pieces };
    const place = machine.takePlace();
    if (place.kind === 'optimizedOut') return optimizedOut;
    return { kind: 'pieces', pieces: [{ bitSize: undefined, bitOffset: 0, place }] };
  }

  private numberOf(source: LocationSource, context: EvaluationContext): bigint | undefined {
    if (source.kind === 'none') return undefined;
    if (source.kind === 'constant') {
      return source.bytes.length <= 8 ? bigintOf(source.bytes, this.program.isBigEndian) : undefined;
    }
    const machine = this.run(source, context);
    if (!machine || machine.pieces.length > 0) return undefined;
    const { place } = machine;
    if (!place) return machine.depth === 0 ? undefined : machine.popInteger();
    if (place.kind === 'register')
      return BigInt.asUintN(8 * machine.unit.addressSize, machine.register(place.register));
    return place.kind === 'value' ? bigintOf(place.bytes, machine.unit.isBigEndian) : undefined;
  }

  /** Undefined: no expression holds at the address. */
  private run(
    source: Extract<LocationSource, { kind: 'expression' | 'list' }>,
    context: EvaluationContext,
  ): Machine | undefined {
    const unit = this.program.unit(source.unit);
    const expression = source.kind === 'list' ? locationAt(unit, source.offset, context.pc) : source.expression;
    if (!expression || expression.length === 0) return undefined;
    return runExpression(expression, unit, context, this.program);
  }
}

function runExpression(
  expression: Uint8Array,
  unit: UnitContext,
  context: EvaluationContext,
  program: ExpressionProgram,
) {
  const machine = new Machine(unit, context, program, { steps: 0, nesting: 0 });
  // Locations of members find their object's address on the stack (DWARF 5 §5.7.6); others do not miss it.
  if (context.objectAddress !== undefined) machine.pushInteger(context.objectAddress);
  machine.run(expression);
  return machine;
}

function reasonOf(error: unknown): string {
  if (error instanceof Unavailable) return error.reason;
  if (error instanceof DebugInfoError) return `its location in the debug information is damaged: ${error.message}`;
  throw error;
}
