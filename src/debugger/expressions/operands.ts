// Arithmetic, comparison and truth of values, pointers included, with errors that point at the operator. What an expression's parts are
// is found out in evaluator.ts.
import type { BaseType } from '../../debuginfo/api';
import { elementType, pointerTo, sizeOf, strip, typeName } from '../values/types';
import { Value } from '../values/value';
import { convert, integerType, isFloat, operate, promote, type Scalar } from './arithmetic';
import type { BinaryOperator, Expression } from './ast';
import { addressOf, fromScalar, scalarOf } from './conversions';
import { ExpressionError } from './expressionError';
import type { ExpressionScope } from './scope';

/** Operators on values that are known already. Every method throws an ExpressionError that points into the text. */
export class Operands {
  constructor(
    readonly text: string,
    readonly scope: ExpressionScope,
  ) {}

  error(problem: string, node: { readonly start: number; readonly end: number }): ExpressionError {
    return new ExpressionError(problem, this.text, node.start, node.end - node.start);
  }

  literalType(node: Expression & { kind: 'integer' }): BaseType {
    const { types } = this.scope;
    const isUnsigned = node.suffix.includes('u');
    const isLong = node.suffix.includes('l');
    const longBits = node.suffix.includes('ll') ? 64 : (types.long.byteSize ?? 4) * 8;
    // C17 6.4.4.1: the first type that holds the value; decimal constants stay signed.
    const candidates: [number, BaseType, BaseType][] = [
      [32, types.int, types.unsignedInt],
      [longBits, types.long, types.unsignedLong],
      [64, types.longLong, types.unsignedLongLong],
      [128, types.int128, types.unsignedInt128],
    ];
    const first = isLong ? (node.suffix.includes('ll') ? 2 : 1) : 0;
    for (const [bits, signed, unsigned] of candidates.slice(first)) {
      if (!isUnsigned && node.value < 1n << BigInt(bits - 1)) return signed;
      if ((isUnsigned || node.base !== 10) && node.value < 1n << BigInt(bits)) return unsigned;
    }
    throw this.error('The number is too large', node);
  }

  combine(operator: BinaryOperator, left: Value, right: Value, node: Expression): Value {
    const { scope } = this;
    const [leftAddress, rightAddress] = [addressOf(left), addressOf(right)];
    if (leftAddress !== undefined || rightAddress !== undefined) {
      return this.#pointerArithmetic(operator, left, leftAddress, right, rightAddress, node);
    }
    const [a, b] = [left, right].map((side) =>
      promote(this.scalar(side, node, operator), scope.types, side.bits?.bitSize),
    );
    if (a === undefined || b === undefined) throw this.error(`“${operator}” needs two operands`, node);
    const result = operate(operator, a, b, scope.types, this.#truthType());
    if (typeof result === 'string') throw this.error(result, node);
    return fromScalar(scope, result);
  }

  #pointerArithmetic(
    operator: BinaryOperator,
    left: Value,
    leftAddress: number | undefined,
    right: Value,
    rightAddress: number | undefined,
    node: Expression,
  ): Value {
    const { scope } = this;
    const { addressSize } = scope.space;
    if (['==', '!=', '<', '<=', '>', '>='].includes(operator)) {
      // Whether a pointer to code has the mark of Thumb code is of no meaning: `out.fn == fn`, `$pc == fn`.
      const isCode = (leftAddress !== undefined && isOfCode(left)) || (rightAddress !== undefined && isOfCode(right));
      const sides = [leftAddress, rightAddress].map((address, index): Scalar => {
        const side =
          address === undefined
            ? convert(this.scalar(index === 0 ? left : right, node, operator), scope.types.size)
            : { type: scope.types.size, integer: BigInt.asUintN(addressSize * 8, BigInt(address)) };
        return isCode && !isFloat(side)
          ? { ...side, integer: BigInt(scope.space.code.codeAddress(side.integer)) }
          : side;
      });
      const [a, b] = sides;
      const result =
        a === undefined || b === undefined
          ? 'Two operands are needed'
          : operate(operator, a, b, scope.types, this.#truthType());
      if (typeof result === 'string') throw this.error(result, node);
      return fromScalar(scope, result);
    }
    if (operator === '-' && leftAddress !== undefined && rightAddress !== undefined) {
      const size = BigInt(this.elementSize(left, node));
      const difference = BigInt(leftAddress - rightAddress) / size;
      return fromScalar(scope, convert({ type: scope.types.difference, integer: difference }, scope.types.difference));
    }
    const [pointer, base, number] =
      leftAddress !== undefined ? [left, leftAddress, right] : [right, rightAddress, left];
    const count = scalarOf(number);
    const canAdd = operator === '+' || (operator === '-' && pointer === left);
    if (base === undefined || !canAdd || count === undefined || typeof count === 'string' || isFloat(count)) {
      throw this.error(`“${operator}” cannot be applied to ${typeName(left.type)} and ${typeName(right.type)}`, node);
    }
    const step = count.integer * BigInt(this.elementSize(pointer, node));
    const target = strip(pointer.type);
    const type =
      target?.kind === 'array'
        ? pointerTo(elementType(target), addressSize)
        : target?.kind === 'subroutine'
          ? pointerTo(target, addressSize)
          : pointer.type;
    return Value.integer(
      scope.space,
      strip(type) ?? scope.types.size,
      BigInt(base) + (operator === '-' ? -step : step),
    ).as(type);
  }

  /** Size of what a pointer or array steps over; void counts as one byte, as in GNU C. */
  elementSize(pointer: Value, node: Expression): number {
    const type = strip(pointer.type);
    const target = type?.kind === 'pointer' ? type.target : type?.kind === 'array' ? elementType(type) : undefined;
    if (target === undefined || strip(target) === undefined || strip(target)?.kind === 'subroutine') return 1;
    const size = sizeOf(target, pointer.space.addressSize);
    if (size === undefined || size === 0) throw this.error(`The size of ${typeName(target)} is not known`, node);
    return size;
  }

  scalar(value: Value, node: Expression, operator: string): Scalar {
    const scalar = scalarOf(value);
    if (strip(value.type)?.kind === 'pointer') throw this.error(`The pointer is ${this.problem(value)}`, node);
    if (scalar === undefined) throw this.error(`“${operator}” cannot be applied to ${typeName(value.type)}`, node);
    if (typeof scalar === 'string') throw this.error(`The value is ${scalar}`, node);
    return scalar;
  }

  #truthType(): BaseType {
    return this.scope.truth === 'bool' ? this.scope.types.bool : integerType(this.scope.types, 4, true);
  }

  truth(value: boolean): Value {
    return fromScalar(this.scope, { type: this.#truthType(), integer: value ? 1n : 0n });
  }

  truthOf(value: Value, node: Expression): boolean {
    const address = addressOf(value);
    if (address !== undefined) return address !== 0;
    const scalar = this.scalar(value, node, '?');
    return isFloat(scalar) ? scalar.float !== 0 : scalar.integer !== 0n;
  }

  problem(value: Value): string {
    const content = value.readAll();
    return 'problem' in content ? content.problem : 'not readable';
  }
}

/** A function, or a pointer to one. */
function isOfCode(value: Value): boolean {
  const type = strip(value.type);
  return type?.kind === 'subroutine' || (type?.kind === 'pointer' && strip(type.target)?.kind === 'subroutine');
}
