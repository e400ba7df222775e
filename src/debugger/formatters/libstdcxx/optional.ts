// std::optional of libstdc++.
import { integerOf, path } from '../../values/members';
import type { Formatter } from '../formatter';
import { typeArgument } from '../formatter';

export const optional: Formatter = {
  matches: /^std::optional</,
  show(object, type) {
    const engaged = integerOf(path(object, '_M_payload._M_engaged'));
    if (engaged === undefined) return undefined;
    if (engaged === 0n) return { kind: 'empty', label: 'nullopt' };
    const payload = path(object, '_M_payload._M_payload._M_value') ?? path(object, '_M_payload._M_payload');
    return payload === undefined
      ? undefined
      : { kind: 'one', label: '', value: payload.as(typeArgument(type, 0) ?? payload.type), isPointed: true };
  },
};
