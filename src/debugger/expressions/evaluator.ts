// Evaluates syntax trees: type-checks every operator, computes, and collects the changes that assignments ask for. Reads
// through values only, so what is not cached is a Demand.
import type { Type } from '../../debuginfo/api';
import { toAddress } from '../numbers';
import { convertedAddress } from '../values/classPointer';
import { elementOf, pointedBy } from '../values/contents';
import { dereference, element, elementCount, member, pointerAddress, referent } from '../values/members';
import { shortTypeName } from '../values/typeNames';
import { arrayOf, functionOf, isStruct, pointerTo, sizeOf, strip, typeName } from '../values/types';
import { Value } from '../values/value';
import { convert, isFloat, promote } from './arithmetic';
import { textBytes } from './assignedText';
import type { BinaryOperator, Declarator, Expression, FormatSuffix, TypeName } from './ast';
import { convertValue, fromScalar, scalarOf } from './conversions';
import { Operands } from './operands';
import type { ExpressionScope, Store } from './scope';
import { storesFor } from './stores';

export interface Evaluation {
  readonly value: Value;
  /** Changes to carry out, in order. */
  readonly stores: readonly Store[];
}

/** Slices and `@` are refused beyond this many elements. */
const maximumElements = 1_000_000;

/** Evaluates a parsed expression. Throws an ExpressionError that points into `text`, or a Demand. */
export function evaluate(
  expression: Expression,
  suffix: FormatSuffix,
  text: string,
  scope: ExpressionScope,
): Evaluation {
  const evaluator = new Evaluator(text, scope);
  let value = evaluator.evaluate(expression);
  if (suffix.count !== undefined) value = evaluator.firstOf(value, suffix.count, expression);
  return { value, stores: evaluator.stores };
}

class Evaluator {
  readonly stores: Store[] = [];
  /** Inside `sizeof` only types matter: pointers need not be readable (C17 6.5.3.4). */
  #unevaluated = 0;
  readonly #operands: Operands;

  constructor(
    text: string,
    readonly scope: ExpressionScope,
  ) {
    this.#operands = new Operands(text, scope);
  }

  evaluate(node: Expression): Value {
    const { scope } = this;
    switch (node.kind) {
      case 'integer':
        return fromScalar(scope, { type: this.#operands.literalType(node), integer: node.value });
      case 'float':
        return fromScalar(
          scope,
          convert(
            { type: scope.types.double, float: node.value },
            node.isSingle ? scope.types.float : scope.types.double,
          ),
        );
      case 'character':
        return fromScalar(scope, {
          type: node.code < 0x80 ? scope.types.char : scope.types.unsignedInt,
          integer: BigInt(node.code),
        });
      case 'string': {
        const bytes = Buffer.concat([textBytes(node.text), Uint8Array.of(0)]);
        return Value.of(scope.space, arrayOf(scope.types.char, bytes.length, scope.space.addressSize), bytes);
      }
      case 'boolean':
        return fromScalar(scope, { type: scope.types.bool, integer: node.value ? 1n : 0n });
      case 'null':
        return Value.integer(scope.space, pointerTo(undefined, scope.space.addressSize), 0n);
      case 'name':
        return this.#name(node.name, node.file, node);
      case 'register': {
        const value = scope.register(node.name);
        if (value === undefined) throw this.#operands.error(`There is no register named “${node.name}” here`, node);
        return value;
      }
      case 'unary':
        return this.#unary(node.operator, node.operand, node);
      case 'step':
        return this.#step(node);
      case 'binary':
        return this.#binary(node.operator, node.left, node.right, node);
      case 'assign': {
        const target = this.#object(node.target);
        const value =
          node.operator === '='
            ? this.#object(node.value)
            : this.#operands.combine(
                node.operator.slice(0, -1) as BinaryOperator,
                target,
                this.#object(node.value),
                node,
              );
        return this.#store(target, value, node);
      }
      case 'conditional':
        return this.evaluate(this.#isTrue(node.condition) ? node.whenTrue : node.whenFalse);
      case 'index':
        return this.#index(this.#object(node.object), this.#object(node.index), node);
      case 'slice':
        return this.#slice(node);
      case 'repeat':
        return this.firstOf(
          this.#object(node.object),
          this.#integer(node.count, 'The number of elements'),
          node,
          node.object.kind === 'unary' && node.object.operator === '*',
        );
      case 'member':
        return this.#member(node);
      case 'cast':
        return this.#cast(this.#typeNamed(node.type), this.#object(node.operand), node);
      case 'sizeof': {
        this.#unevaluated++;
        const { type } = this.#object(node.operand);
        this.#unevaluated--;
        return this.#size(type, node.operand);
      }
      case 'sizeofType':
        return this.#size(this.#typeNamed(node.type), node.type);
    }
  }

  /**
   * The array of `count` elements that a pointer points to, or that begins at an object.
   * @param isObject a pointer is such an object itself
   */
  firstOf(value: Value, count: number | bigint, node: Expression, isObject = false): Value {
    const type = strip(value.type);
    const start = isObject
      ? value
      : type?.kind === 'pointer'
        ? dereference(value)
        : type?.kind === 'array'
          ? element(value, 0)
          : value;
    if (start?.type === undefined) throw this.#operands.error(`${typeName(value.type)} has no elements`, node);
    if (count < 1 || count > maximumElements)
      throw this.#operands.error(`The number of elements is from 1 to ${maximumElements}`, node);
    return start.as(arrayOf(start.type, Number(count), start.space.addressSize));
  }

  /** A value with references followed. */
  #object(node: Expression): Value {
    const target = referent(this.evaluate(node));
    if (target === undefined) throw this.#operands.error('The reference cannot be followed', node);
    return target;
  }

  #name(name: string, file: string | undefined, node: Expression): Value {
    const { scope } = this;
    const value = scope.variable(name, file);
    if (value !== undefined) return value;
    if (scope.type(name) !== undefined) throw this.#operands.error(`“${name}” is a type, not a value`, node);
    throw this.#operands.error(file === undefined ? this.#absentHere(name) : this.#absentIn(file, name), node);
  }

  #absentHere(name: string): string {
    const [similar] = this.scope.similar(name);
    return `There is no variable named “${name}” here${similar === undefined ? '' : `; there is “${similar}”`}`;
  }

  #absentIn(file: string, name: string): string {
    const others = this.scope.filesWith(name);
    const elsewhere = others.length === 0 ? '' : `; “${name}” is in ${others.join(', ')}`;
    return this.scope.hasFile(file)
      ? `There is no variable named “${name}” in ${file}${elsewhere}`
      : `The program has no source file ${file}${elsewhere}`;
  }

  #unary(operator: string, operandNode: Expression, node: Expression): Value {
    const { scope } = this;
    if (operator === '&') return this.#addressOf(operandNode, node);
    const operand = this.#object(operandNode);
    if (operator === '*') {
      const type = strip(operand.type);
      if (type?.kind === 'array') {
        const first = element(operand, 0);
        if (first !== undefined) return first;
      }
      if (type?.kind === 'subroutine') return operand;
      const held = pointedBy(operand);
      if (typeof held === 'string') throw this.#operands.error(held, node);
      if (held !== undefined) return held;
      if (type?.kind !== 'pointer') {
        const name = shortTypeName(typeName(operand.type));
        throw this.#operands.error(`“*” needs a pointer, not ${name}${membersOf(type)}`, node);
      }
      const target = this.#target(operand, operandNode);
      if (target.type === undefined && this.#unevaluated === 0)
        throw this.#operands.error('A pointer to void points to nothing that has a type; cast it first', node);
      return target;
    }
    if (operator === '!') return this.#operands.truth(!this.#operands.truthOf(operand, operandNode));
    const scalar = promote(this.#operands.scalar(operand, operandNode, operator), scope.types, operand.bits?.bitSize);
    if (operator === '+') return fromScalar(scope, scalar);
    if (isFloat(scalar)) {
      if (operator === '~') throw this.#operands.error('“~” needs an integer', node);
      return fromScalar(scope, { type: scalar.type, float: -scalar.float });
    }
    const integer = operator === '-' ? -scalar.integer : ~scalar.integer;
    return fromScalar(scope, convert({ type: scalar.type, integer }, scalar.type));
  }

  /** What a pointer points to. Throws when it cannot be read, except inside `sizeof`. */
  #target(pointer: Value, node: Expression): Value {
    const target = dereference(pointer);
    if (target !== undefined) return target;
    const type = strip(pointer.type);
    if (this.#unevaluated > 0 && type?.kind === 'pointer') {
      return new Value(pointer.space, type.target, { kind: 'unavailable', reason: 'not evaluated' });
    }
    throw this.#operands.error(`The pointer is ${this.#operands.problem(pointer)}`, node);
  }

  #addressOf(operandNode: Expression, node: Expression): Value {
    const operand = this.#object(operandNode);
    const { address, type, space } = operand;
    if (address !== undefined) {
      const isCode = strip(type)?.kind === 'subroutine';
      const pointer = isCode ? space.code.codePointer(address, space.program.codeKindAt(address)) : BigInt(address);
      return Value.integer(space, pointerTo(type, space.addressSize), pointer);
    }
    if (operand.bits !== undefined) throw this.#operands.error('A bit-field has no address', node);
    const what =
      operand.place.kind === 'pieces' || operand.place.kind === 'register' ? 'It is in a register and' : 'It';
    throw this.#operands.error(`${what} has no address`, operandNode);
  }

  #step(node: Expression & { kind: 'step' }): Value {
    const target = this.#object(node.operand);
    const one = fromScalar(this.scope, { type: this.scope.types.int, integer: 1n });
    const stepped = this.#operands.combine(node.operator === '++' ? '+' : '-', target, one, node);
    const old = target.readAll();
    const stored = this.#store(target, stepped, node);
    return node.isPostfix && 'bytes' in old ? Value.of(target.space, target.type, old.bytes) : stored;
  }

  #store(target: Value, value: Value, node: Expression): Value {
    const converted = convertValue(value, target.type, this.scope);
    if (typeof converted === 'string') throw this.#operands.error(converted, node);
    const content = converted.readAll();
    if ('problem' in content) throw this.#operands.error(`The value is ${content.problem}`, node);
    const stores = storesFor(target, content.bytes);
    if (typeof stores === 'string') throw this.#operands.error(`This cannot be assigned to. ${stores}`, node);
    this.stores.push(...stores);
    return converted;
  }

  #binary(operator: BinaryOperator, leftNode: Expression, rightNode: Expression, node: Expression): Value {
    if (operator === '&&') return this.#operands.truth(this.#isTrue(leftNode) && this.#isTrue(rightNode));
    if (operator === '||') return this.#operands.truth(this.#isTrue(leftNode) || this.#isTrue(rightNode));
    return this.#operands.combine(operator, this.#object(leftNode), this.#object(rightNode), node);
  }

  #index(object: Value, index: Value, node: Expression): Value {
    const held = elementOf(object, index, (value) => this.#operands.truth(value));
    if (typeof held === 'string') throw this.#operands.error(held, node);
    if (held !== undefined) return held;
    const position = scalarOf(index);
    if (position === undefined || typeof position === 'string' || isFloat(position)) {
      throw this.#operands.error(
        `An index is an integer, not ${typeof position === 'string' ? position : typeName(index.type)}`,
        node,
      );
    }
    return this.#elementAt(object, position.integer, node);
  }

  #elementAt(object: Value, index: bigint, node: Expression): Value {
    const type = strip(object.type);
    if (type?.kind === 'array') {
      const lower = type.dimensions[0]?.lowerBound ?? 0;
      const item = element(object, Number(index) - lower);
      if (item === undefined) throw this.#operands.error(`The size of the elements of ${type.name} is not known`, node);
      return item;
    }
    if (type?.kind !== 'pointer')
      throw this.#operands.error(`${shortTypeName(typeName(object.type))} has no elements${membersOf(type)}`, node);
    const address = pointerAddress(object);
    if (address === undefined) return this.#target(object, node);
    const size = this.#operands.elementSize(object, node);
    return Value.at(
      object.space,
      type.target,
      toAddress(BigInt(address) + index * BigInt(size), object.space.addressSize),
    );
  }

  #slice(node: Expression & { kind: 'slice' }): Value {
    const object = this.#object(node.object);
    const from = this.#integer(node.from, 'The start of a slice');
    const to = this.#integer(node.to, 'The end of a slice');
    const length = elementCount(object);
    if (to <= from)
      throw this.#operands.error('The end of a slice is behind its start: a[0..4] are four elements', node);
    if (length !== undefined && to > BigInt(length))
      throw this.#operands.error(`The array has ${length} elements`, node.to);
    return this.firstOf(this.#elementAt(object, from, node), to - from, node);
  }

  #integer(node: Expression, what: string): bigint {
    const scalar = scalarOf(this.#object(node));
    if (scalar === undefined || typeof scalar === 'string' || isFloat(scalar))
      throw this.#operands.error(`${what} is an integer`, node);
    return scalar.integer;
  }

  #member(node: Expression & { kind: 'member' }): Value {
    let object = this.#object(node.object);
    // `.` on a pointer is what people type; there is only one thing it can mean.
    for (let i = 0; i < 2 && strip(object.type)?.kind === 'pointer'; i++) {
      object = this.#target(object, node.object);
    }
    const nameIn = (value: Value) =>
      strip(value.type)?.language === 'rust' && /^\d+$/.test(node.name) ? `__${node.name}` : node.name;
    // Of a smart pointer `->` is for what it points to, `.` for its own members first.
    for (let i = 0; i < 8; i++) {
      const own =
        node.isArrow && i === 0 && typeof pointedBy(object) === 'object' ? undefined : member(object, nameIn(object));
      if (own !== undefined) return own;
      const inner = pointedBy(object);
      if (typeof inner === 'string' && node.isArrow) throw this.#operands.error(inner, node.object);
      if (inner === undefined || typeof inner === 'string') break;
      object = inner;
    }
    const type = strip(object.type);
    const typeText = shortTypeName(typeName(object.type));
    if (!isStruct(type)) throw this.#operands.error(`${typeText} has no members`, node.object);
    throw this.#operands.error(`${typeText} has no member named “${node.name}”${membersOf(type)}`, {
      start: node.end - node.name.length,
      end: node.end,
    });
  }

  #cast(type: Type | undefined, value: Value, node: Expression): Value {
    const target = strip(type);
    if (target === undefined) return Value.of(value.space, undefined, new Uint8Array(0));
    const source = strip(value.type);
    if (isStruct(target) || target.kind === 'array') {
      // Reading an object as another type: only a place in memory can be looked at so.
      if (value.address === undefined && source !== target)
        throw this.#operands.error(`A computed value cannot become ${typeName(type)}`, node);
      return value.as(type);
    }
    const moved = convertedAddress(value, type);
    if (type !== undefined && moved !== undefined) return Value.integer(value.space, type, BigInt(moved));
    const converted = convertValue(value, type, this.scope);
    if (typeof converted === 'string') throw this.#operands.error(converted, node);
    return converted;
  }

  #size(type: Type | undefined, node: { readonly start: number; readonly end: number }): Value {
    // The size of void and of functions is 1 in GNU C.
    const size =
      strip(type) === undefined || strip(type)?.kind === 'subroutine' ? 1 : sizeOf(type, this.scope.space.addressSize);
    if (size === undefined) throw this.#operands.error(`The size of ${typeName(type)} is not known`, node);
    return fromScalar(this.scope, { type: this.scope.types.size, integer: BigInt(size) });
  }

  #typeNamed(name: TypeName): Type | undefined {
    const type = name.name === 'void' ? undefined : this.scope.type(name.name);
    if (type === undefined && name.name !== 'void')
      throw this.#operands.error(`The program has no type named “${name.name}”`, name);
    return this.#declared(type, name, name);
  }

  #declared(
    base: Type | undefined,
    { pointers, dimensions, parameters, inner }: Declarator,
    name: TypeName,
  ): Type | undefined {
    const { addressSize } = this.scope.space;
    let type = base;
    for (const _ of pointers) type = pointerTo(type, addressSize);
    for (const count of [...dimensions].reverse()) {
      if (type === undefined) throw this.#operands.error('There are no arrays of void', name);
      type = arrayOf(type, count, addressSize);
    }
    if (parameters !== undefined) {
      const types = parameters.map((parameter) => this.#typeNamed(parameter));
      type = functionOf(type, types, type?.language ?? 'c');
    }
    return inner === undefined ? type : this.#declared(type, inner, name);
  }

  #isTrue(node: Expression): boolean {
    return this.#operands.truthOf(this.#object(node), node);
  }
}

/** `; its members are a, b`: what could be meant instead. */
function membersOf(type: Type | undefined): string {
  if (!isStruct(type)) return '';
  const isTuple = (name: string) => type.language === 'rust' && /^__\d+$/.test(name);
  const names = type.members.flatMap(({ name }) =>
    name === undefined ? [] : isTuple(name) ? [name.slice(2)] : [name],
  );
  if (names.length === 0) return '';
  return `; its members are ${names.slice(0, 6).join(', ')}${names.length > 6 ? ', …' : ''}`;
}
