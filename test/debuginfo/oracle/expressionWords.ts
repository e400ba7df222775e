// Evaluates the expressions that llvm-dwarfdump prints, by their words, in a frame whose registers and memory are made up. It shares
// nothing with the reader that is tested, and knows the operations that compilers use for variables.
import type { EvaluationContext, Location } from '../../../src/debuginfo/api';

const frameBase = 0x2000_0000;
const canonicalFrameAddress = 0x3000_0000;
const register = (number: number) => BigInt(0x1000 * (number + 1));
const memoryByte = (address: number) => (address * 7 + 3) & 0xff;

export function madeUpFrame(pc: number): EvaluationContext {
  return {
    pc,
    register,
    memory: (address, length) => Uint8Array.from({ length }, (_, index) => memoryByte(address + index)),
    frameBase: () => frameBase,
    canonicalFrameAddress: () => canonicalFrameAddress,
  };
}

/** A location of ours in words that `evaluateWords` gives too. */
export function locationWords(location: Location): string {
  if (location.kind === 'unavailable') return 'unavailable';
  if (location.kind === 'optimizedOut') return 'nothing';
  return location.pieces
    .map(({ bitSize, bitOffset, place }) => {
      const size = bitSize === undefined ? '' : `${bitSize}${bitOffset === 0 ? '' : `+${bitOffset}`} bits of `;
      switch (place.kind) {
        case 'register':
          return `${size}register ${place.register}`;
        case 'memory':
          return `${size}memory ${place.address}`;
        case 'value':
          return `${size}value ${Buffer.from(place.bytes).toString('hex')}`;
        case 'implicitPointer':
          return `${size}pointer ${place.offset}`;
        default:
          return `${size}nothing`;
      }
    })
    .join(', ');
}

/** Undefined: there is an operation that is not known here. */
export function evaluateWords(
  expression: string,
  machine: { is64Bit: boolean; isBigEndian: boolean },
): string | undefined {
  // What llvm-dwarfdump itself could not read.
  if (expression.includes('<decoding error>')) return undefined;
  const width = machine.is64Bit ? 64 : 32;
  const stack: bigint[] = [];
  const pieces: string[] = [];
  let place: string | undefined;
  const push = (value: bigint) => stack.push(BigInt.asUintN(width, value));
  const pop = () => stack.pop() ?? 0n;
  const signed = (value: bigint) => BigInt.asIntN(width, value);
  const taken = () => {
    const result = place ?? (stack.length === 0 ? 'nothing' : `memory ${machine.is64Bit ? signed(pop()) : pop()}`);
    place = undefined;
    return result;
  };
  const bytesOf = (value: bigint) => {
    const bytes = Buffer.alloc(width / 8);
    for (let index = 0; index < bytes.length; index++) bytes[index] = Number((value >> BigInt(8 * index)) & 0xffn);
    return (machine.isBigEndian ? bytes.reverse() : bytes).toString('hex');
  };
  for (const operation of expression.split(/, (?=DW_OP)/)) {
    const [, name, rest = ''] = /^DW_OP_(?:GNU_)?(\w+)(.*)$/.exec(operation) ?? [];
    if (name === undefined) return undefined;
    const operands = rest.trim().split(/ +/);
    const number = (index: number) => BigInt(operands[index] as string);
    const numbered = /^(reg|breg|lit)(\d+)$/.exec(name);
    if (numbered?.[1] === 'reg') place = `register ${numbered[2]}`;
    else if (name === 'regx') place = `register ${registerNumber(operands[0] as string)}`;
    else if (numbered?.[1] === 'breg') push(register(Number(numbered[2])) + BigInt(/[+-]\d+$/.exec(rest)?.[0] ?? 0));
    else if (numbered?.[1] === 'lit') push(BigInt(numbered[2] as string));
    else if (name === 'fbreg') push(BigInt(frameBase) + signedNumber(operands[0] as string));
    else if (name === 'call_frame_cfa') push(BigInt(canonicalFrameAddress));
    else if (/^(addr|const[1248]u|constu)$/.test(name)) push(number(0));
    else if (/^(const[1248]s|consts)$/.test(name)) push(signedNumber(operands[0] as string));
    else if (name === 'plus_uconst') push(pop() + number(0));
    else if (name === 'piece') pieces.push(`${Number(number(0)) * 8} bits of ${taken()}`);
    else if (name === 'stack_value') place = `value ${bytesOf(pop())}`;
    else if (name === 'implicit_value')
      place = `value ${operands
        .slice(1)
        .map((byte) => byte.slice(2).padStart(2, '0'))
        .join('')}`;
    else if (name === 'implicit_pointer') place = `pointer ${signedNumber(operands.at(-1) as string)}`;
    else if (name === 'deref') {
      const at = Number(pop());
      const bytes = Array.from({ length: width / 8 }, (_, index) => BigInt(memoryByte(at + index)));
      push((machine.isBigEndian ? bytes : bytes.reverse()).reduce((value, byte) => (value << 8n) | byte, 0n));
    } else if (name === 'dup') {
      const value = pop();
      push(value);
      push(value);
    } else if (name === 'neg') push(-pop());
    else if (name === 'not') push(~pop());
    else if (name === 'entry_value') return 'unavailable';
    else {
      const right = pop();
      const left = pop();
      const result = binary(name, left, right, signed);
      if (result === undefined) return undefined;
      push(result);
    }
  }
  if (pieces.length > 0) return pieces.join(', ');
  return taken();
}

function binary(name: string, left: bigint, right: bigint, signed: (value: bigint) => bigint): bigint | undefined {
  const flag = (condition: boolean) => (condition ? 1n : 0n);
  switch (name) {
    case 'plus':
      return left + right;
    case 'minus':
      return left - right;
    case 'mul':
      return left * right;
    case 'div':
      return right === 0n ? undefined : signed(left) / signed(right);
    case 'and':
      return left & right;
    case 'or':
      return left | right;
    case 'xor':
      return left ^ right;
    case 'shl':
      return right < 64n ? left << right : 0n;
    case 'shr':
      return right < 64n ? left >> right : 0n;
    case 'shra':
      return signed(left) >> (right < 64n ? right : 63n);
    case 'eq':
      return flag(left === right);
    case 'ne':
      return flag(left !== right);
    case 'lt':
      return flag(signed(left) < signed(right));
    case 'le':
      return flag(signed(left) <= signed(right));
    case 'gt':
      return flag(signed(left) > signed(right));
    case 'ge':
      return flag(signed(left) >= signed(right));
    default:
      return undefined;
  }
}

const signedNumber = (text: string) =>
  text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text.replace(/^\+/, ''));

/** llvm-dwarfdump gives DW_OP_regx the name of the register alone: Arm's D0, AArch64's B0 (for V0). */
function registerNumber(text: string): number {
  const named = /^([BD])(\d+)$/.exec(text);
  if (!named) return Number(text);
  return Number(named[2]) + (named[1] === 'B' ? 64 : 256);
}
