// Questions about types: names behind typedefs, sizes, classes of arithmetic, and types that a program's debug information does
// not spell out but expressions need (pointer to T, array of T, the C base types).
import type {
  ArrayType,
  BaseType,
  BitField,
  Dimension,
  Encoding,
  EnumType,
  Language,
  PointerType,
  QualifiedType,
  StructType,
  SubroutineType,
  Type,
  TypedefType,
} from '../../debuginfo/api';

/** A type that is neither typedef nor qualified. */
export type PlainType = Exclude<Type, TypedefType | QualifiedType>;

/** The type without typedefs and qualifiers; undefined for void. Typedef loops of damaged files end. */
export function strip(type: Type | undefined): PlainType | undefined {
  let current = type;
  for (let i = 0; i < 64 && current !== undefined; i++) {
    if (current.kind !== 'typedef' && current.kind !== 'qualified') return current;
    current = current.target;
  }
  return undefined;
}

export function isConst(type: Type | undefined): boolean {
  let current = type;
  for (let i = 0; i < 64 && current !== undefined; i++) {
    if (current.kind === 'qualified' && (current.qualifier === 'const' || current.qualifier === 'immutable'))
      return true;
    if (current.kind !== 'typedef' && current.kind !== 'qualified') return false;
    current = current.target;
  }
  return false;
}

export function typeName(type: Type | undefined): string {
  return type === undefined ? 'void' : type.name;
}

/** Size in bytes; undefined for void, functions, incomplete types and arrays of unknown length. */
export function sizeOf(type: Type | undefined, addressSize: number): number | undefined {
  const real = strip(type);
  switch (real?.kind) {
    case undefined:
    case 'subroutine':
    case 'unspecified':
      return undefined;
    case 'pointer':
      return real.byteSize ?? addressSize;
    case 'memberPointer':
      return real.byteSize ?? (strip(real.target)?.kind === 'subroutine' ? 2 * addressSize : addressSize);
    case 'array': {
      if (real.byteSize !== undefined) return real.byteSize;
      const element = real.stride ?? sizeOf(real.element, addressSize);
      if (element === undefined) return undefined;
      let count = 1;
      for (const dimension of real.dimensions) {
        if (typeof dimension.count !== 'number') return undefined;
        count *= dimension.count;
      }
      return element * count;
    }
    default:
      return real?.byteSize;
  }
}

export const isStruct = (type: Type | undefined): type is StructType =>
  type !== undefined && (type.kind === 'struct' || type.kind === 'class' || type.kind === 'union');

/** Integers of every kind: base types, enums, bool and characters. */
export function isIntegral(type: Type | undefined): type is BaseType | EnumType {
  if (type?.kind === 'enum') return true;
  return (
    type?.kind === 'base' && type.encoding !== 'float' && type.encoding !== 'complexFloat' && type.encoding !== 'other'
  );
}

export const isFloating = (type: Type | undefined): type is BaseType =>
  type?.kind === 'base' && type.encoding === 'float';

export const isArithmetic = (type: Type | undefined): type is BaseType | EnumType =>
  isIntegral(type) || isFloating(type);

export const isCharacter = (type: Type | undefined): type is BaseType =>
  type?.kind === 'base' &&
  (type.encoding === 'signedChar' || type.encoding === 'unsignedChar' || type.encoding === 'utf') &&
  !isByteInteger(type);

/** `uint8_t` and `int8_t` are character types by encoding in C; Rust's `u8` is none. Text is shown for both where it is text. */
function isByteInteger(type: BaseType): boolean {
  return type.language === 'rust' && type.encoding !== 'utf';
}

export function isSigned(type: BaseType | EnumType): boolean {
  if (type.kind === 'enum') return type.isSigned;
  return type.encoding === 'signed' || type.encoding === 'signedChar';
}

export function isReference(type: Type | undefined): type is PointerType {
  return type?.kind === 'pointer' && type.flavour !== 'pointer' && type.language !== 'rust';
}

/** The element type and length of an array after its first dimension is taken: `int[2][3]` → `int[3]`, 2. */
export function elementType(array: ArrayType): Type {
  if (array.dimensions.length <= 1) return array.element;
  const known = rows.get(array);
  if (known !== undefined) return known;
  const dimensions = array.dimensions.slice(1);
  const row = arrayLike(array, array.element, dimensions);
  rows.set(array, row);
  return row;
}

/** An array of the same kind. Types of programs answer by getters, so a copy of their own properties would be empty. */
export function arrayLike(array: ArrayType, element: Type, dimensions: readonly Dimension[]): ArrayType {
  const suffix = dimensions.map(({ count }) => `[${typeof count === 'number' ? count : ''}]`).join('');
  return {
    kind: 'array',
    element,
    dimensions,
    // Bytes between the elements, however many dimensions they lie in.
    stride: array.stride,
    isVector: array.isVector,
    name: `${element.name}${suffix}`,
    byteSize: undefined,
    language: array.language,
    declaration: array.declaration,
  };
}

const rows = new WeakMap<ArrayType, ArrayType>();

const none = { declaration: undefined } as const;
const pointers = new WeakMap<Type, PointerType>();
let voidPointer: PointerType | undefined;

/** `T *`, the same object each time. */
export function pointerTo(target: Type | undefined, addressSize: number): PointerType {
  const known = target === undefined ? voidPointer : pointers.get(target);
  if (known?.byteSize === addressSize) return known;
  const inner = typeName(target);
  const real = strip(target)?.kind;
  const name =
    real === 'subroutine'
      ? inner.replace('(', '(*)(')
      : real === 'array' && target?.language !== 'rust'
        ? inner.replace(/ ?\[/, ' (*)[')
        : `${inner}${inner.endsWith('*') ? '' : ' '}*`;
  const language = target?.language ?? 'c';
  const type: PointerType = {
    kind: 'pointer',
    flavour: 'pointer',
    target,
    name,
    byteSize: addressSize,
    language,
    ...none,
  };
  if (target === undefined) voidPointer = type;
  else pointers.set(target, type);
  return type;
}

/** `R (A, B)`. */
export function functionOf(
  returnType: Type | undefined,
  parameters: readonly (Type | undefined)[],
  language: Language,
): SubroutineType {
  const list = parameters.map(typeName).join(', ');
  return {
    kind: 'subroutine',
    name: `${typeName(returnType)} (${list === '' ? 'void' : list})`,
    returnType,
    parameters,
    isVariadic: false,
    byteSize: undefined,
    language,
    ...none,
  };
}

/** `T[count]`. */
export function arrayOf(element: Type, count: number, addressSize: number): ArrayType {
  const size = sizeOf(element, addressSize);
  return {
    kind: 'array',
    element,
    dimensions: [{ lowerBound: 0, count }],
    stride: size,
    isVector: false,
    name: `${element.name}[${count}]`,
    byteSize: size === undefined ? undefined : size * count,
    language: element.language,
    ...none,
  };
}

function base(name: string, byteSize: number, encoding: Encoding, language: Language = 'c'): BaseType {
  return { kind: 'base', name, byteSize, encoding, bitSize: undefined, isBigEndian: false, language, ...none };
}

/** The C types that literals and arithmetic have when the program names none. */
export interface BaseTypes {
  readonly int: BaseType;
  readonly unsignedInt: BaseType;
  readonly long: BaseType;
  readonly unsignedLong: BaseType;
  readonly longLong: BaseType;
  readonly unsignedLongLong: BaseType;
  readonly char: BaseType;
  readonly bool: BaseType;
  readonly float: BaseType;
  readonly double: BaseType;
  readonly int128: BaseType;
  readonly unsignedInt128: BaseType;
  readonly signedByte: BaseType;
  readonly unsignedByte: BaseType;
  /** A number, whatever character it may be. */
  readonly byte: BaseType;
  readonly short: BaseType;
  readonly unsignedShort: BaseType;
  /** Integer of the address size. */
  readonly size: BaseType;
  readonly difference: BaseType;
}

/** @param addressSize 4 or 8: `long` follows it, as on every ABI this engine knows. @param isBigEndian byte order of the machine */
export function baseTypes(addressSize: number, isBigEndian: boolean, isCharSigned: boolean): BaseTypes {
  const make = (name: string, size: number, encoding: Encoding): BaseType => ({
    ...base(name, size, encoding),
    isBigEndian,
  });
  const unsignedInt = make('unsigned int', 4, 'unsigned');
  const int = make('int', 4, 'signed');
  const long = make('long', addressSize, 'signed');
  const unsignedLong = make('unsigned long', addressSize, 'unsigned');
  return {
    int,
    unsignedInt,
    long,
    unsignedLong,
    longLong: make('long long', 8, 'signed'),
    unsignedLongLong: make('unsigned long long', 8, 'unsigned'),
    char: make('char', 1, isCharSigned ? 'signedChar' : 'unsignedChar'),
    bool: make('bool', 1, 'boolean'),
    float: make('float', 4, 'float'),
    double: make('double', 8, 'float'),
    int128: make('__int128', 16, 'signed'),
    unsignedInt128: make('unsigned __int128', 16, 'unsigned'),
    signedByte: make('signed char', 1, 'signedChar'),
    unsignedByte: make('unsigned char', 1, 'unsignedChar'),
    byte: make('uint8_t', 1, 'unsigned'),
    short: make('short', 2, 'signed'),
    unsignedShort: make('unsigned short', 2, 'unsigned'),
    size: addressSize === 8 ? unsignedLong : unsignedInt,
    difference: addressSize === 8 ? long : int,
  };
}

/** Where a bit-field's bits are: bytes to read and the shift of its lowest bit, on either byte order. */
export function bitFieldPlace(bits: BitField, isBigEndian: boolean): { offset: number; length: number; shift: number } {
  const first = Math.floor(bits.bitOffset / 8);
  const end = Math.ceil((bits.bitOffset + bits.bitSize) / 8);
  const length = end - first;
  const skip = bits.bitOffset - first * 8;
  return { offset: first, length, shift: isBigEndian ? length * 8 - skip - bits.bitSize : skip };
}
