// std::variant of libstdc++: the index selects one of the type arguments, which lies at the start of the storage.
import { path } from '../../values/members';
import { shortTypeName } from '../../values/typeNames';
import { typeName } from '../../values/types';
import { type Formatter, typeArgument } from '../formatter';

export const variant: Formatter = {
  matches: /^std::variant</,
  show(object, type) {
    const index = path(object, '_M_index');
    const storage = path(object, '_M_u');
    const read = index?.readUnsigned();
    if (read === undefined || 'problem' in read || storage === undefined) return undefined;
    if (read.value === (1n << BigInt(read.bitSize)) - 1n) return { kind: 'empty', label: 'valueless by exception' };
    const chosen = typeArgument(type, Number(read.value));
    if (chosen === undefined) return undefined;
    return { kind: 'one', label: `${shortTypeName(typeName(chosen))} `, value: storage.part(chosen, 0) };
  },
};
