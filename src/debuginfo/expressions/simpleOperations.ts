// The operations that need nothing but the stack, the registers and the memory: literals, stack manipulation, arithmetic and
// control flow (DWARF 5 §2.5.1).
import type { Reader } from '../bytes';
import type { Machine } from './machine';
import { DW_OP } from './opcodes';
import { type BinaryOperation, bigintOf, binary, integer, type UnaryOperation, unary } from './stackValue';
import { unavailable } from './unavailable';

const binaryOperations: Partial<Record<number, BinaryOperation>> = {
  [DW_OP.and]: 'and',
  [DW_OP.div]: 'div',
  [DW_OP.minus]: 'minus',
  [DW_OP.mod]: 'mod',
  [DW_OP.mul]: 'mul',
  [DW_OP.or]: 'or',
  [DW_OP.plus]: 'plus',
  [DW_OP.shl]: 'shl',
  [DW_OP.shr]: 'shr',
  [DW_OP.shra]: 'shra',
  [DW_OP.xor]: 'xor',
  [DW_OP.eq]: 'eq',
  [DW_OP.ge]: 'ge',
  [DW_OP.gt]: 'gt',
  [DW_OP.le]: 'le',
  [DW_OP.lt]: 'lt',
  [DW_OP.ne]: 'ne',
};

const unaryOperations: Partial<Record<number, UnaryOperation>> = {
  [DW_OP.abs]: 'abs',
  [DW_OP.neg]: 'neg',
  [DW_OP.not]: 'not',
};

/** Runs the operation. False: it is none of these. */
export function runSimpleOperation(machine: Machine, opcode: number, reader: Reader): boolean {
  const ofTwo = binaryOperations[opcode];
  if (ofTwo) {
    const right = machine.pop();
    machine.push(binary(ofTwo, machine.pop(), right, machine.generic));
    return true;
  }
  const ofOne = unaryOperations[opcode];
  if (ofOne) {
    machine.push(unary(ofOne, machine.pop()));
    return true;
  }
  return (
    pushLiteral(machine, opcode, reader) ||
    arrangeStack(machine, opcode, reader) ||
    readTarget(machine, opcode, reader) ||
    branch(machine, opcode, reader)
  );
}

function pushLiteral(machine: Machine, opcode: number, reader: Reader): boolean {
  const read = literalReaders[opcode];
  if (!read) return opcode === DW_OP.nop || opcode === DW_OP.GNU_uninit;
  machine.pushInteger(read(reader, machine));
  return true;
}

const literalReaders: Partial<Record<number, (reader: Reader, machine: Machine) => bigint | number>> = {
  [DW_OP.addr]: (reader, machine) => reader.address(machine.unit.addressSize),
  [DW_OP.const1u]: (reader) => reader.u8(),
  [DW_OP.const1s]: (reader) => reader.i8(),
  [DW_OP.const2u]: (reader) => reader.u16(),
  [DW_OP.const2s]: (reader) => reader.i16(),
  [DW_OP.const4u]: (reader) => reader.u32(),
  [DW_OP.const4s]: (reader) => reader.i32(),
  [DW_OP.const8u]: (reader) => reader.u64(),
  [DW_OP.const8s]: (reader) => reader.i64(),
  [DW_OP.constu]: (reader) => reader.ulebBig(),
  [DW_OP.consts]: (reader) => reader.slebBig(),
};

function arrangeStack(machine: Machine, opcode: number, reader: Reader): boolean {
  switch (opcode) {
    case DW_OP.dup:
      machine.push(machine.peek(0));
      return true;
    case DW_OP.drop:
      machine.pop();
      return true;
    case DW_OP.over:
      machine.push(machine.peek(1));
      return true;
    case DW_OP.pick:
      machine.push(machine.peek(reader.u8()));
      return true;
    case DW_OP.swap: {
      const [top, second] = [machine.pop(), machine.pop()];
      machine.push(top);
      machine.push(second);
      return true;
    }
    case DW_OP.rot: {
      const [top, second, third] = [machine.pop(), machine.pop(), machine.pop()];
      machine.push(top);
      machine.push(third);
      machine.push(second);
      return true;
    }
    default:
      return false;
  }
}

function readTarget(machine: Machine, opcode: number, reader: Reader): boolean {
  const { context, unit } = machine;
  switch (opcode) {
    case DW_OP.bregx:
      machine.pushInteger(machine.register(reader.uleb()) + reader.slebBig());
      return true;
    case DW_OP.fbreg: {
      const offset = reader.slebBig();
      const frameBase = context.frameBase() ?? unavailable('the frame base is not known here');
      machine.pushInteger(BigInt(frameBase) + offset);
      return true;
    }
    case DW_OP.call_frame_cfa:
      machine.pushInteger(
        context.canonicalFrameAddress() ?? unavailable('the canonical frame address is not known here'),
      );
      return true;
    case DW_OP.push_object_address:
      machine.pushInteger(context.objectAddress ?? unavailable('the address of the object is not known here'));
      return true;
    case DW_OP.deref:
      machine.pushInteger(bigintOf(machine.memory(machine.popAddress(), unit.addressSize), unit.isBigEndian));
      return true;
    case DW_OP.deref_size: {
      const size = reader.u8();
      if (size < 1 || size > unit.addressSize) reader.fail(`DW_OP_deref_size of ${size} bytes`);
      machine.pushInteger(bigintOf(machine.memory(machine.popAddress(), size), unit.isBigEndian));
      return true;
    }
    default:
      return false;
  }
}

function branch(machine: Machine, opcode: number, reader: Reader): boolean {
  switch (opcode) {
    case DW_OP.plus_uconst: {
      const { type, value } = machine.pop();
      const addend = reader.ulebBig();
      if (typeof value === 'number') return unavailable('DW_OP_plus_uconst on a floating point number');
      machine.push(integer(type, value + addend));
      return true;
    }
    case DW_OP.skip: {
      const distance = reader.i16();
      reader.seek(reader.position + distance);
      return true;
    }
    case DW_OP.bra: {
      const distance = reader.i16();
      if (machine.popInteger() !== 0n) reader.seek(reader.position + distance);
      return true;
    }
    default:
      return false;
  }
}
