// std::vector of libstdc++, std::vector<bool> with its packed bits included.
import { dereference, integerOf, path, pointerAddress, readInteger } from '../../values/members';
import { sizeOf, strip } from '../../values/types';
import { Value } from '../../values/value';
import { type Formatter, isPlausibleLength, type Shown } from '../formatter';

export const vector: Formatter = {
  matches: /^std::vector</,
  show(object) {
    const start = path(object, '_M_impl._M_start');
    const finish = path(object, '_M_impl._M_finish');
    if (start === undefined || finish === undefined) return undefined;
    if (strip(start.type)?.kind !== 'pointer') return bits(start, finish);
    const first = dereference(start);
    const low = pointerAddress(start);
    const high = pointerAddress(finish);
    const size = sizeOf(first?.type, object.space.addressSize);
    if (first === undefined || low === undefined || high === undefined || size === undefined || size === 0)
      return undefined;
    const length = (high - low) / size;
    if (!Number.isInteger(length) || !isPlausibleLength(length)) return undefined;
    return { kind: 'list', length, at: (index) => Value.at(object.space, first.type, low + index * size) };
  },
};

function bits(start: Value, finish: Value): Shown | undefined {
  const pointer = path(start, '_M_p');
  const end = path(finish, '_M_p');
  const low = pointer === undefined ? undefined : pointerAddress(pointer);
  const high = end === undefined ? undefined : pointerAddress(end);
  const rest = integerOf(path(finish, '_M_offset'));
  const wordBytes = start.space.addressSize;
  if (low === undefined || high === undefined || rest === undefined) return undefined;
  const length = (high - low) * 8 + Number(rest);
  if (!isPlausibleLength(length)) return undefined;
  const at = (index: number) => {
    const address = low + Math.floor(index / (wordBytes * 8)) * wordBytes;
    const word = readInteger(Value.at(start.space, undefined, address), wordBytes);
    return word === undefined ? undefined : ((word >> BigInt(index % (wordBytes * 8))) & 1n) === 1n;
  };
  return { kind: 'bits', length, at };
}
