// Setting a value by a text: an expression, or a value as it is shown.
import { errors } from '../messages';
import { element, referent } from '../values/members';
import type { NumberFormat } from '../values/scalars';
import { isStruct, strip } from '../values/types';
import type { Value } from '../values/value';
import { convertValue } from './conversions';
import { evaluate } from './evaluator';
import { parse } from './parser';
import { type ExpressionScope, isTypeIn, type Store } from './scope';
import { givenFor } from './shownValues';
import { storesFor } from './stores';

/**
 * The changes that give `place`, or the object that it refers to, the value of a text. Throws an ExpressionError or EngineError that
 * says why it cannot be, or a Demand.
 * @param format how the value is shown
 */
export function storesToSet(place: Value, text: string, format: NumberFormat, scope: ExpressionScope): Store[] {
  const target = referent(place);
  if (target === undefined) throw errors.cannotAssign('The reference cannot be followed');
  if (isStruct(strip(target.type)) && /^[{[(]/.test(text.trim()))
    throw errors.cannotAssign('Set its members one by one');
  const given = givenFor(target, text, format, scope);
  switch (given.kind) {
    case 'problem':
      throw errors.cannotAssign(given.problem);
    case 'value':
      return storesOf(target, given.value, scope);
    case 'elements':
      return given.texts.flatMap((each, index) => {
        const part = element(target, index);
        if (part === undefined) throw errors.cannotAssign('The size of its elements is not known');
        return storesToSet(part, each, format, scope);
      });
    case 'expression': {
      const parsed = parse(given.text, isTypeIn(scope));
      const evaluated = evaluate(parsed.expression, parsed.suffix, given.text, scope);
      const value = referent(evaluated.value);
      if (value === undefined) throw errors.cannotAssign('The reference in its new value cannot be followed');
      return [...evaluated.stores, ...storesOf(target, value, scope)];
    }
  }
}

function storesOf(target: Value, value: Value, scope: ExpressionScope): Store[] {
  const converted = convertValue(value, target.type, scope);
  if (typeof converted === 'string') throw errors.cannotAssign(converted);
  const content = converted.readAll();
  if ('problem' in content) throw errors.cannotAssign(`The value is ${content.problem}`);
  const stores = storesFor(target, content.bytes);
  if (typeof stores === 'string') throw errors.cannotAssign(stores);
  return stores;
}
