// The one-line text of a value: scalars in full, structs and arrays as summaries within a budget of characters.
import type { ArrayType, MemberPointerType, PointerType, StructType, Type } from '../../debuginfo/api';
import type { Shown } from '../formatters/formatter';
import { showByFormatter } from '../formatters/formatters';
import { texts } from '../messages';
import { hex, hexAddress, readUnsigned } from '../numbers';
import {
  activeVariant,
  baseValue,
  dereference,
  element,
  elementCount,
  implicitTarget,
  memberValue,
  zeroTerminated,
} from './members';
import { formatBase, formatEnum, formatInteger, lastPart, type NumberFormat, quoteBytes, quoteText } from './scalars';
import { ByteState, type Content } from './space';
import { isCharacter, isReference, isSigned, isStruct, sizeOf, strip } from './types';
import { problemOf, Value } from './value';

export interface DisplayOptions {
  readonly format: NumberFormat;
  /** `,s`: integers and byte arrays are text. */
  readonly asText?: boolean;
  /** For the clipboard: as much as there is, within reason. */
  readonly isWhole?: boolean;
  /** An enumerator with the number that it stands for. */
  readonly withNumber?: boolean;
}

export const natural: DisplayOptions = { format: 'natural' };

/** How the result of an expression is shown: as its suffix asks, else in `format`. */
export function displayFor(
  {
    value,
    suffix,
    holdsBits,
  }: {
    readonly value: Value;
    readonly suffix: { readonly format: NumberFormat; readonly asText: boolean };
    readonly holdsBits: boolean;
  },
  format: NumberFormat,
): DisplayOptions {
  const open = holdsBits && format === 'natural' ? 'hexadecimal' : format;
  return {
    format: suffix.format === 'natural' ? open : suffix.format,
    asText: suffix.asText,
    // Whoever asks for an enumerator itself wants to know what it stands for.
    withNumber: value.place.kind === 'bytes',
  };
}

/** Characters of a summary; a single number or string may be longer. */
const summaryLength = 140;
const wholeLength = 1 << 16;
/** Characters of a text that are shown on the line of its variable. */
const textLength = 400;
const maximumDepth = 4;
/** Objects up to this size are read at once, before their members are looked at one by one. */
const prefetchBytes = 1024;

class Budget {
  constructor(public left: number) {}
}

/** The text of a value. Never throws for what the target or the debug information lacks: the text then says so. */
export function describe(value: Value, options: DisplayOptions = natural): string {
  return textOf(value, options, new Budget(options.isWhole === true ? wholeLength : summaryLength), 0);
}

function textOf(value: Value, options: DisplayOptions, budget: Budget, depth: number): string {
  const text = plainText(value, options, budget, depth);
  budget.left -= text.length;
  return text;
}

function plainText(value: Value, options: DisplayOptions, budget: Budget, depth: number): string {
  if (value.place.kind === 'optimizedOut') return texts.optimizedOut;
  if (value.place.kind === 'unavailable') return texts.unavailable(value.place.reason);
  const type = strip(value.type);
  switch (type?.kind) {
    case undefined:
      return value.address === undefined ? 'void' : `void @ ${addressText(value, value.address)}`;
    case 'base':
    case 'enum': {
      const content = value.readAll();
      if ('problem' in content) return content.problem;
      const bits = value.readUnsigned();
      if ('problem' in bits) return bits.problem;
      if (type.kind === 'enum') {
        const named = formatEnum(type, bits.value, bits.bitSize, options.format);
        if (options.withNumber !== true || depth > 0 || options.format !== 'natural') return named;
        const number = formatInteger(bits.value, bits.bitSize, type.isSigned, 'decimal');
        return named === number ? named : `${named} (${number})`;
      }
      if (type.byteSize === 0) return type.name;
      const shown =
        type.bitSize !== undefined && value.bits === undefined ? BigInt.asUintN(type.bitSize, bits.value) : bits.value;
      if (isNumberedByte(value.type) && options.format === 'natural') {
        return formatInteger(shown, bits.bitSize, isSigned(type), 'decimal');
      }
      const format = options.asText === true ? 'character' : options.format;
      return formatBase(type, content.bytes, shown, type.bitSize ?? bits.bitSize, value.space.isBigEndian, format);
    }
    case 'pointer':
      return isReference(type)
        ? referenceText(value, options, budget, depth)
        : pointerText(value, type, options, budget, depth);
    case 'memberPointer':
      return memberPointerText(value, type);
    case 'subroutine':
      return value.address === undefined
        ? type.name
        : `${addressText(value, value.address)}${symbolSuffix(value, value.address)}`;
    case 'unspecified':
      return /nullptr/.test(type.name) ? 'nullptr' : type.name;
    case 'array':
      return arrayText(value, type, options, budget, depth);
    case 'struct':
    case 'class':
    case 'union':
      return structText(value, type, options, budget, depth);
  }
}

/** `uint8_t` and its like are numbers, although C gives them the encoding of characters. */
function isNumberedByte(type: Type | undefined): boolean {
  let current = type;
  for (let i = 0; i < 64 && current !== undefined; i++) {
    if (/(^|_|::)(u?int(_least|_fast)?8|byte|u8|s8|i8)(_t)?$/i.test(current.name)) return true;
    if (current.kind !== 'typedef' && current.kind !== 'qualified') return false;
    current = current.target;
  }
  return false;
}

const addressText = (value: Value, address: number) => hexAddress(address, value.space.addressSize);

/** ` <name>` or ` <name+4>` for an address that a symbol covers. */
function symbolSuffix(value: Value, address: number): string {
  const found = value.space.program.symbolAt(address);
  if (found === undefined || (found.symbol.size > 0 && found.offset >= found.symbol.size)) return '';
  if (found.symbol.size === 0 && found.offset > 0) return '';
  return ` <${found.symbol.displayName}${found.offset === 0 ? '' : `+${found.offset}`}>`;
}

function referenceText(value: Value, options: DisplayOptions, budget: Budget, depth: number): string {
  const target = dereference(value);
  if (target === undefined) return problemText(value);
  return textOf(target, options, budget, depth);
}

function problemText(value: Value): string {
  const content = value.readAll();
  return 'problem' in content ? content.problem : texts.unavailable('not known');
}

function pointerText(value: Value, type: PointerType, options: DisplayOptions, budget: Budget, depth: number): string {
  const implicit = implicitTarget(value);
  if (implicit !== undefined) return `&${textOf(implicit, options, budget, depth + 1)}`;
  const bits = value.readUnsigned();
  if ('problem' in bits) return bits.problem;
  if (options.format !== 'natural' && options.format !== 'hexadecimal')
    return formatInteger(bits.value, bits.bitSize, false, options.format);
  const number = hex(bits.value, value.space.addressSize * 2);
  const pointed = strip(type.target);
  if (bits.value === 0n)
    return type.language === 'c++'
      ? 'nullptr'
      : pointed?.kind === 'subroutine' || type.language === 'rust'
        ? number
        : 'NULL';
  const address = Number(value.space.addressSize === 8 ? BigInt.asIntN(64, bits.value) : bits.value);
  if (pointed?.kind === 'subroutine')
    return `${number}${symbolSuffix(value, value.space.code.codeAddress(bits.value))}`;
  const target = Value.at(value.space, type.target, address);
  if (!value.space.mayPeek(address)) return number;
  if (isText(type.target)) {
    const text = characters(target, pointed, textLength);
    return text === undefined ? number : `${number} ${text}`;
  }
  const symbol = symbolSuffix(value, address);
  if (depth > 0 || pointed === undefined || !isStruct(pointed) || pointed.isIncomplete) return `${number}${symbol}`;
  return `${number}${symbol} ${textOf(target, options, budget, depth + 1)}`;
}

/** Character types whose arrays are text; `uint8_t` and its like are numbers. */
function isText(type: Type | undefined): boolean {
  return isCharacter(strip(type)) && !isNumberedByte(type) && type?.language !== 'rust';
}

/** Zero-terminated text of a pointer. */
function characters(start: Value, type: Type | undefined, limit: number): string | undefined {
  const size = sizeOf(type, start.space.addressSize) ?? 1;
  if (size === 1) {
    const text = zeroTerminated(start, limit);
    return text === undefined ? undefined : quoteBytes(text.bytes, text.isCut);
  }
  const content = start.read(size * 64);
  return wideText(content, size, start.space.isBigEndian, false);
}

/** UTF-16 and UTF-32 text up to the first zero; undefined when its first character cannot be read. */
function wideText(content: Content, size: number, isBigEndian: boolean, isWhole: boolean): string | undefined {
  let text = '';
  for (let at = 0; at + size <= content.bytes.length; at += size) {
    if (content.states?.[at] !== undefined && content.states[at] !== ByteState.good)
      return at === 0 ? undefined : quoteText(text, true);
    const code = Number(readUnsigned(content.bytes.subarray(at, at + size), isBigEndian));
    if (code === 0 && !isWhole) return quoteText(text);
    text += size === 2 ? String.fromCharCode(code) : code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  }
  return quoteText(text, !isWhole);
}

function memberPointerText(value: Value, type: MemberPointerType): string {
  const content = value.readAll();
  if ('problem' in content) return content.problem;
  const { addressSize, isBigEndian, code } = value.space;
  const first = readUnsigned(content.bytes.subarray(0, addressSize), isBigEndian);
  const owner = type.containing?.name.replace(/^(struct|class) /, '') ?? '?';
  if (content.bytes.length < 2 * addressSize) {
    const offset = BigInt.asIntN(addressSize * 8, first);
    if (offset === -1n) return 'nullptr';
    const container = strip(type.containing);
    const named = isStruct(container)
      ? container.members.find((candidate) => BigInt(Number(candidate.offset)) === offset)
      : undefined;
    return named?.name === undefined ? `&${owner}::<offset ${offset}>` : `&${owner}::${named.name}`;
  }
  // Itanium C++ ABI §2.3.
  const adjustment = readUnsigned(content.bytes.subarray(addressSize), isBigEndian);
  const marksAdjustment = code.virtualMark === 'adjustment';
  const isVirtual = ((marksAdjustment ? adjustment : first) & 1n) === 1n;
  if (isVirtual) return `virtual, vtable offset ${marksAdjustment ? first : first - 1n}`;
  if (first === 0n) return 'nullptr';
  return `${hex(first, addressSize * 2)}${symbolSuffix(value, code.codeAddress(first))}`;
}

function arrayText(value: Value, type: ArrayType, options: DisplayOptions, budget: Budget, depth: number): string {
  const count = elementCount(value);
  if (count === undefined)
    return `${type.name}${value.address === undefined ? '' : ` @ ${addressText(value, value.address)}`}`;
  const innermost = strip(type.element);
  if (
    type.dimensions.length === 1 &&
    (isText(type.element) || (options.asText === true && sizeOf(type.element, 4) === 1))
  ) {
    const text = arrayCharacters(value, innermost, count);
    if (text !== undefined && options.format === 'natural') return text;
  }
  const brackets = type.language === 'rust' ? '[]' : '{}';
  // Only what the text has room for: in a watch of a long array each word counts.
  const items = Math.ceil(Math.max(0, budget.left) / (leastLength(innermost) + 2)) + 1;
  const problem = prefetch(value, items * (sizeOf(type.element, value.space.addressSize) ?? 1));
  return problem ?? sequenceText(count, (index) => element(value, index), brackets, options, budget, depth);
}

/** The least number of characters that the text of a value takes. */
function leastLength(type: Type | undefined): number {
  if (!isStruct(type) || type.language !== 'c') return 1;
  return type.members.reduce((sum, { name }) => sum + (name ?? '').length + ' = 0, '.length, 0);
}

function arrayCharacters(value: Value, type: Type | undefined, count: number): string | undefined {
  const size = sizeOf(type, value.space.addressSize) ?? 1;
  if (type?.language === 'rust') return undefined;
  const content = value.read(Math.min(count, textLength) * size);
  if (content.states !== undefined) return undefined;
  if (size !== 1) return wideText(content, size, value.space.isBigEndian, false);
  const end = content.bytes.indexOf(0);
  const text = end < 0 ? content.bytes : content.bytes.subarray(0, end);
  const isUnsigned = type?.kind === 'base' && type.encoding === 'unsignedChar' && type.name.startsWith('unsigned');
  // `unsigned char` arrays are buffers more often than text.
  if (isUnsigned && (text.length === 0 || text.some((byte) => byte < 9 || (byte > 13 && byte < 32) || byte >= 127)))
    return undefined;
  return quoteBytes(text, end < 0 && count > textLength);
}

/**
 * Reads an object at once, so that its members need no reads of their own.
 * @returns what to show instead of members when none of it can be read
 */
function prefetch(value: Value, most = prefetchBytes): string | undefined {
  const { address, size, space } = value;
  if (address === undefined || size === undefined || size === 0 || !space.mayPeek(address)) return undefined;
  const { valid } = space.readPartial(address, Math.min(size, most, prefetchBytes));
  return valid.some((good) => good !== 0) ? undefined : texts.unavailable(space.unreadableReason(address));
}

function sequenceText(
  count: number,
  at: (index: number) => Value | undefined,
  brackets: string,
  options: DisplayOptions,
  budget: Budget,
  depth: number,
): string {
  const [open = '{', close = '}'] = brackets;
  if (count === 0) return `${open}${close}`;
  if (depth >= maximumDepth) return `${open}…${close}`;
  const parts: string[] = [];
  for (let index = 0; index < count; index++) {
    const item = at(index);
    const isLate = budget.left <= 0 || (index >= 64 && options.isWhole !== true);
    if (item === undefined || (isLate && index > 0)) {
      parts.push('…');
      break;
    }
    parts.push(textOf(item, options, budget, depth + 1));
    budget.left -= 2;
  }
  return `${open}${parts.join(', ')}${close}`;
}

function structText(value: Value, type: StructType, options: DisplayOptions, budget: Budget, depth: number): string {
  if (type.isIncomplete) return `<incomplete type ${type.name}>`;
  const problem = prefetch(value);
  if (problem !== undefined) return problem;
  const shown = showByFormatter(value, type);
  if (shown !== undefined) return shownText(shown, type, options, budget, depth);
  if (type.variantPart !== undefined) return variantText(value, type, options, budget, depth);
  return fieldsText(value, type, options, budget, depth);
}

/** The text of what a formatter shows. */
function shownText(
  shown: Shown,
  type: StructType,
  options: DisplayOptions,
  budget = new Budget(summaryLength),
  depth = 0,
): string {
  switch (shown.kind) {
    case 'text':
      return characterText(shown.start, shown.length, shown.characterBytes);
    case 'list': {
      const brackets = type.language === 'rust' ? '[]' : '{}';
      const length = type.language === 'rust' && type.name.startsWith('&') ? '' : `size ${shown.length}`;
      const items = sequenceText(shown.length, shown.at, brackets, options, budget, depth);
      return length === '' || /^std::(array|tuple)</.test(type.name) ? items : `${length} ${items}`;
    }
    case 'map': {
      const parts: string[] = [];
      for (let index = 0; index < shown.length; index++) {
        const entry = budget.left > 0 || index === 0 ? shown.at(index) : undefined;
        if (entry === undefined || depth >= maximumDepth) {
          parts.push('…');
          break;
        }
        parts.push(
          `[${textOf(entry.key, options, budget, depth + 1)}] = ${textOf(entry.value, options, budget, depth + 1)}`,
        );
      }
      return `size ${shown.length} {${parts.join(', ')}}`;
    }
    case 'bits': {
      let bits = '';
      for (let index = 0; index < Math.min(shown.length, 64); index++) {
        const bit = shown.at(index);
        bits += bit === undefined ? '?' : bit ? '1' : '0';
      }
      return `size ${shown.length} {${bits}${shown.length > 64 ? '…' : ''}}`;
    }
    case 'one': {
      const inner = depth >= maximumDepth ? '…' : textOf(shown.value, options, budget, depth + 1);
      return `${shown.label}${inner}${shown.note === undefined ? '' : ` (${shown.note})`}`;
    }
    case 'empty':
      return shown.label;
  }
}

function characterText(start: Value, length: number, size: number): string {
  const count = Math.min(length, textLength);
  const content = start.read(count * size);
  if (content.states !== undefined) return problemOf(content);
  if (size === 1) return quoteBytes(content.bytes, length > count);
  return wideText(content, size, start.space.isBigEndian, true) ?? '""';
}

function variantText(value: Value, type: StructType, options: DisplayOptions, budget: Budget, depth: number): string {
  const variant = activeVariant(value, type);
  const [payload] = variant?.members ?? [];
  if (payload === undefined) {
    const content = value.readAll();
    return 'problem' in content ? content.problem : `<no variant of ${type.name} matches>`;
  }
  const name = payload.name ?? lastPart(payload.type?.name ?? '?');
  const inner = strip(payload.type);
  if (!isStruct(inner) || inner.members.length === 0) return name;
  if (depth >= maximumDepth) return `${name}(…)`;
  return `${name}${fieldsText(memberValue(value, payload), inner, options, budget, depth)}`;
}

function fieldsText(value: Value, type: StructType, options: DisplayOptions, budget: Budget, depth: number): string {
  const isTuple =
    type.language === 'rust' && type.members.length > 0 && type.members.every(({ name }) => /^__\d+$/.test(name ?? ''));
  if (type.language === 'rust' && type.members.length === 0) return type.name === '()' ? '()' : lastPart(type.name);
  const [open, close] = isTuple ? ['(', ')'] : ['{', '}'];
  if (depth >= maximumDepth) return `${open}…${close}`;
  const parts: string[] = [];
  const isFull = () => budget.left <= 0 && parts.length > 0;
  for (const base of type.bases) {
    const real = strip(base.type);
    if (isStruct(real) && real.members.length === 0 && real.bases.length === 0) continue;
    if (isFull()) break;
    parts.push(`${lastPart(base.type?.name ?? '?')} = ${textOf(baseValue(value, base), options, budget, depth + 1)}`);
  }
  let isCut = isFull();
  for (const member of type.members) {
    if (member.isArtificial) continue;
    isCut = isFull();
    if (isCut) break;
    const text = textOf(memberValue(value, member), options, budget, depth + 1);
    parts.push(isTuple || member.name === undefined ? text : `${member.name} = ${text}`);
    budget.left -= (member.name?.length ?? 0) + 5;
  }
  if (isCut) parts.push('…');
  return `${open}${parts.join(', ')}${close}`;
}
