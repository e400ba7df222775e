// The many spellings of the languages' own types: `unsigned long` is `long unsigned int` in GCC's debug information.
import type { Type } from '../../debuginfo/api';
import type { BaseTypes } from '../values/types';

/** How compilers may have spelled a C type; the name itself first. */
export function spellingsOf(name: string): readonly string[] {
  const words = name.split(' ');
  if (!words.every((word) => /^(short|int|long|signed|unsigned|char|double)$/.test(word))) return [name];
  const has = (word: string) => words.includes(word);
  const longs = words.filter((word) => word === 'long').length;
  if (has('char')) return [name, has('signed') ? 'signed char' : has('unsigned') ? 'unsigned char' : 'char'];
  if (has('double')) return [name, longs > 0 ? 'long double' : 'double'];
  const size = has('short') ? 'short' : 'long '.repeat(longs).trim();
  if (has('unsigned')) {
    const gcc = [size, 'unsigned', 'int'].filter((word) => word !== '').join(' ');
    const clang = ['unsigned', size === '' ? 'int' : size].join(' ');
    return [name, gcc, clang];
  }
  return [name, size === '' ? 'int' : `${size} int`, size === '' ? 'int' : size];
}

/** The type a name has in C, C++ or Rust when the program does not define it. */
export function languageType(name: string, types: BaseTypes): Type | undefined {
  const known: Readonly<Record<string, Type>> = {
    char: types.char,
    'signed char': types.signedByte,
    'unsigned char': types.unsignedByte,
    short: types.short,
    'short int': types.short,
    'unsigned short': types.unsignedShort,
    'short unsigned int': types.unsignedShort,
    int: types.int,
    'unsigned int': types.unsignedInt,
    unsigned: types.unsignedInt,
    signed: types.int,
    long: types.long,
    'long int': types.long,
    'unsigned long': types.unsignedLong,
    'long unsigned int': types.unsignedLong,
    'long long': types.longLong,
    'long long int': types.longLong,
    'unsigned long long': types.unsignedLongLong,
    'long long unsigned int': types.unsignedLongLong,
    float: types.float,
    double: types.double,
    bool: types.bool,
    _Bool: types.bool,
    __int128: types.int128,
    int8_t: types.signedByte,
    uint8_t: types.unsignedByte,
    int16_t: types.short,
    uint16_t: types.unsignedShort,
    int32_t: types.int,
    uint32_t: types.unsignedInt,
    int64_t: types.longLong,
    uint64_t: types.unsignedLongLong,
    size_t: types.size,
    uintptr_t: types.size,
    intptr_t: types.difference,
    ptrdiff_t: types.difference,
    i8: types.signedByte,
    u8: types.unsignedByte,
    i16: types.short,
    u16: types.unsignedShort,
    i32: types.int,
    u32: types.unsignedInt,
    i64: types.longLong,
    u64: types.unsignedLongLong,
    i128: types.int128,
    u128: types.unsignedInt128,
    isize: types.difference,
    usize: types.size,
    f32: types.float,
    f64: types.double,
  };
  for (const spelling of spellingsOf(name)) {
    const type = known[spelling];
    if (type !== undefined) return type;
  }
  return undefined;
}
