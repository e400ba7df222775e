// std::function of libstdc++: what it calls, told by the name of the function that calls it.
import { path, pointerAddress } from '../../values/members';
import { templateArguments } from '../../values/typeNames';
import type { Formatter } from '../formatter';

export const callable: Formatter = {
  matches: /^std::function</,
  show(object) {
    const { program } = object.space;
    const [manager, invoker] = ['_M_manager', '_M_invoker'].map((name) => {
      const pointer = path(object, name);
      return pointer === undefined ? undefined : pointerAddress(pointer);
    });
    if (manager === 0) return { kind: 'empty', label: 'empty' };
    const symbol = invoker === undefined ? undefined : program.symbolAt(invoker)?.symbol;
    // _Function_handler<Signature, Functor>::_M_invoke
    const list = /_Function_handler<(.*)>::_M_invoke/.exec(symbol?.displayName ?? '')?.[1];
    const functor = list === undefined ? undefined : templateArguments(list)[1];
    if (functor === undefined) return undefined;
    const stored = path(object, '_M_functor._M_unused._M_function_pointer');
    if (/\(\*\)\(/.test(functor) && stored !== undefined) return { kind: 'one', label: '', value: stored };
    return { kind: 'empty', label: functor };
  },
};
