// The stack machine of DWARF expressions (DWARF 5 §2.5 and §2.6): runs one expression and leaves a stack, pieces and a place.
// Arithmetic is in stackValue.ts, entry values in entryValue.ts; what the result means is said by locator.ts.
import type { EvaluationContext, Piece } from '../api';
import { Reader } from '../bytes';
import type { UnitContext } from '../sections';
import { entryValue, parameterValue } from './entryValue';
import { DW_OP } from './opcodes';
import { runSimpleOperation } from './simpleOperations';
import * as values from './stackValue';
import { type Effort, type ExpressionProgram, limits } from './surroundings';
import { unavailable } from './unavailable';

export type Place = Piece['place'];

/** One evaluation: the expression's own stack, and what it may ask. */
export class Machine {
  readonly generic: values.ValueType;
  readonly pieces: Piece[] = [];
  /** Set by the operations that say a place other than “the address on the stack”; a piece takes it. */
  place: Place | undefined;
  private readonly stack: values.StackValue[] = [];

  constructor(
    readonly unit: UnitContext,
    readonly context: EvaluationContext,
    readonly program: ExpressionProgram,
    readonly effort: Effort,
  ) {
    this.generic = values.genericType(unit.addressSize);
  }

  /** A machine of its own for an expression that this one leads to; what it does counts towards the same limits. */
  fork(unit: UnitContext, context: EvaluationContext): Machine {
    return new Machine(unit, context, this.program, this.effort);
  }

  get depth(): number {
    return this.stack.length;
  }

  push(value: values.StackValue): void {
    if (this.stack.length >= limits.stackDepth)
      unavailable(`the expression needs more than ${limits.stackDepth} stack entries`);
    this.stack.push(value);
  }

  /** Pushes an integer of the generic type; negative numbers wrap to the width of an address. */
  pushInteger(value: bigint | number): void {
    this.push(values.integer(this.generic, BigInt(value)));
  }

  pop(): values.StackValue {
    return this.stack.pop() ?? unavailable('the expression takes more from its stack than there is');
  }

  popInteger(): bigint {
    return values.integerOf(this.pop());
  }

  /** The entry `index` places below the top. */
  peek(index: number): values.StackValue {
    return this.stack.at(-1 - index) ?? unavailable('the expression takes more from its stack than there is');
  }

  /** An address as api.ts counts them. */
  popAddress(): number {
    const { addressSize } = this.unit;
    const address = this.popInteger();
    return Number(addressSize === 8 ? BigInt.asIntN(64, address) : BigInt.asUintN(8 * addressSize, address));
  }

  register(number: number): bigint {
    return (
      this.context.register(number) ?? unavailable(`register ${number} (DWARF number) was not saved in this frame`)
    );
  }

  memory(address: number, length: number): Uint8Array {
    const bytes = this.context.memory(address, length);
    if (bytes?.length === length) return bytes;
    return unavailable(
      `memory at 0x${(address < 0 ? BigInt.asUintN(64, BigInt(address)) : address).toString(16)} cannot be read`,
    );
  }

  /** The type at a unit-relative offset; 0 stands for the generic type. */
  type(dieOffset: number): values.ValueType {
    if (dieOffset === 0) return this.generic;
    const base = this.unit.baseType(dieOffset);
    if (!base) return unavailable(`the expression names a type at 0x${dieOffset.toString(16)} that is no base type`);
    if (base.byteSize < 1 || base.byteSize > 32)
      unavailable(`the expression computes with a type of ${base.byteSize} bytes`);
    return values.baseValueType(base.encoding, base.byteSize);
  }

  /** @throws Unavailable with the reason, DebugInfoError where the expression is damaged. */
  run(expression: Uint8Array): void {
    const reader = new Reader(expression, 'location expression', this.unit.isBigEndian);
    if (++this.effort.nesting > limits.nesting) unavailable('the expression refers to itself or nests too deeply');
    while (!reader.atEnd) {
      if (++this.effort.steps > limits.steps) unavailable(`the expression takes more than ${limits.steps} steps`);
      this.step(reader);
    }
    this.effort.nesting--;
  }

  private step(reader: Reader): void {
    const opcode = reader.u8();
    if (opcode === DW_OP.piece) this.endPiece(reader.uleb() * 8, 0);
    else if (opcode === DW_OP.bit_piece) this.endPiece(reader.uleb(), reader.uleb());
    else if (this.place && opcode !== DW_OP.nop && opcode !== DW_OP.GNU_uninit) {
      reader.fail('only a piece may follow the name of a register or value');
    } else if (opcode >= DW_OP.lit0 && opcode < DW_OP.reg0) this.pushInteger(opcode - DW_OP.lit0);
    else if (opcode >= DW_OP.reg0 && opcode < DW_OP.breg0)
      this.place = { kind: 'register', register: opcode - DW_OP.reg0 };
    else if (opcode >= DW_OP.breg0 && opcode < DW_OP.regx) {
      this.pushInteger(this.register(opcode - DW_OP.breg0) + reader.slebBig());
    } else if (
      !runSimpleOperation(this, opcode, reader) &&
      !this.runPlace(opcode, reader) &&
      !this.runReference(opcode, reader)
    ) {
      this.refuse(opcode, reader);
    }
  }

  private endPiece(bitSize: number, bitOffset: number): void {
    this.pieces.push({ bitSize, bitOffset, place: this.takePlace() });
  }

  /** The place that a piece or the whole expression describes: with nothing on the stack it is none. */
  takePlace(): Place {
    const place: Place =
      this.place ?? (this.depth === 0 ? { kind: 'optimizedOut' } : { kind: 'memory', address: this.popAddress() });
    this.place = undefined;
    return place;
  }

  /** Operations that end a piece's description, DWARF 5 §2.6.1.1. */
  private runPlace(opcode: number, reader: Reader): boolean {
    switch (opcode) {
      case DW_OP.regx:
        this.place = { kind: 'register', register: reader.uleb() };
        return true;
      case DW_OP.stack_value:
        this.place = { kind: 'value', bytes: values.toBytes(this.pop(), this.unit.isBigEndian) };
        return true;
      case DW_OP.implicit_value:
        this.place = { kind: 'value', bytes: reader.slice(reader.uleb()) };
        return true;
      case DW_OP.implicit_pointer:
      case DW_OP.GNU_implicit_pointer: {
        const target = this.unit.locationOf(this.sectionReference(reader), 'section');
        this.place = { kind: 'implicitPointer', target, offset: reader.sleb() };
        return true;
      }
      default:
        return false;
    }
  }

  /** Operations that lead to other parts of the debug information. */
  private runReference(opcode: number, reader: Reader): boolean {
    switch (opcode) {
      case DW_OP.addrx:
      case DW_OP.constx:
      case DW_OP.GNU_addr_index:
      case DW_OP.GNU_const_index:
        this.pushInteger(this.unit.addressAt(reader.uleb()));
        return true;
      case DW_OP.call2:
        this.call(reader.u16(), 'unit');
        return true;
      case DW_OP.call4:
        this.call(reader.u32(), 'unit');
        return true;
      case DW_OP.call_ref:
        this.call(this.sectionReference(reader), 'section');
        return true;
      case DW_OP.GNU_variable_value:
        this.pushInteger(this.variable(this.sectionReference(reader)));
        return true;
      case DW_OP.entry_value:
      case DW_OP.GNU_entry_value:
        this.push(entryValue(this, reader.slice(reader.uleb())));
        return true;
      case DW_OP.GNU_parameter_ref:
        this.push(parameterValue(this, reader.u32()));
        return true;
      case DW_OP.const_type:
      case DW_OP.GNU_const_type: {
        const type = this.type(reader.uleb());
        this.push(this.typed(type, reader.slice(reader.u8())));
        return true;
      }
      case DW_OP.regval_type:
      case DW_OP.GNU_regval_type: {
        const register = this.register(reader.uleb());
        const type = this.type(reader.uleb());
        const wide = values.integer({ ...type, kind: 'unsigned' }, register);
        this.push(values.reinterpret(wide, type, this.unit.isBigEndian));
        return true;
      }
      case DW_OP.deref_type:
      case DW_OP.GNU_deref_type: {
        const size = reader.u8();
        const type = this.type(reader.uleb());
        this.push(this.typed(type, this.memory(this.popAddress(), size)));
        return true;
      }
      case DW_OP.convert:
      case DW_OP.GNU_convert:
        this.push(values.convert(this.pop(), this.type(reader.uleb())));
        return true;
      case DW_OP.reinterpret:
      case DW_OP.GNU_reinterpret:
        this.push(values.reinterpret(this.pop(), this.type(reader.uleb()), this.unit.isBigEndian));
        return true;
      default:
        return false;
    }
  }

  private typed(type: values.ValueType, bytes: Uint8Array): values.StackValue {
    if (bytes.length !== type.byteSize) unavailable(`${bytes.length} bytes are taken for a type of ${type.byteSize}`);
    return values.fromBytes(type, bytes, this.unit.isBigEndian);
  }

  /** An offset in .debug_info; DWARF 2 gave it the size of an address (DWARF 5 §7.5.5, DW_FORM_ref_addr). */
  private sectionReference(reader: Reader): number {
    const { version, addressSize, offsetSize } = this.unit;
    return reader.unsigned(version <= 2 ? addressSize : offsetSize);
  }

  /** DW_OP_call*: runs another entry's location on this stack; an entry without one changes nothing. */
  private call(dieOffset: number, relativeTo: 'unit' | 'section'): void {
    const source = this.unit.locationOf(dieOffset, relativeTo);
    if (source.kind === 'expression') this.run(source.expression);
    else if (source.kind === 'list') unavailable('the expression calls a location list');
  }

  /** DW_OP_GNU_variable_value: the contents of a variable as wide as an address, in practice the length of an array. */
  private variable(dieOffset: number): bigint {
    const { context, unit, program } = this;
    const source = unit.locationOf(dieOffset, 'section');
    if (source.kind === 'constant') return values.bigintOf(source.bytes, unit.isBigEndian);
    if (source.kind !== 'expression') return unavailable('the expression needs a variable that has no value here');
    const machine = this.fork(program.unit(source.unit), context);
    machine.run(source.expression);
    return machine.contents();
  }

  /** What the described object holds, as an unsigned number no wider than an address. */
  private contents(): bigint {
    if (this.pieces.length > 0) return unavailable('the expression needs a variable that is kept in pieces');
    const { addressSize, isBigEndian } = this.unit;
    const place = this.takePlace();
    switch (place.kind) {
      case 'memory':
        return values.bigintOf(this.memory(place.address, addressSize), isBigEndian);
      case 'register':
        return this.register(place.register);
      case 'value':
        return values.bigintOf(place.bytes, isBigEndian);
      default:
        return unavailable('the expression needs a variable that was optimised out');
    }
  }

  private refuse(opcode: number, reader: Reader): never {
    switch (opcode) {
      case DW_OP.form_tls_address:
      case DW_OP.GNU_push_tls_address:
        return unavailable('the variable is thread-local, and where its thread keeps it is not known');
      case DW_OP.xderef:
      case DW_OP.xderef_size:
      case DW_OP.xderef_type:
        return unavailable('the expression reads another address space than that of the program');
      case DW_OP.GNU_encoded_addr:
        return unavailable('the expression uses an encoded address, which is not supported');
      default:
        return reader.fail(`operation 0x${opcode.toString(16)} is not known`, reader.position - 1);
    }
  }
}
