// The dimensions of an array type as numbers (DWARF 5 §5.13), and as they are written.
import type { Dimension, LocationSource } from '../api';
import type { Die } from '../die/die';
import * as dw from '../dwarf/constants';
import { locationAttribute } from '../scopes/locations';

/** Outermost first. @throws DebugInfoError */
export function dimensionsOf(array: Die): Dimension[] {
  const dimensions: Dimension[] = [];
  for (const child of array.children()) {
    if (child.tag === dw.DW_TAG_subrange_type || child.tag === dw.DW_TAG_generic_subrange)
      dimensions.push(dimensionOf(child));
    else if (child.tag === dw.DW_TAG_enumeration_type) {
      let count = 0;
      for (const enumerator of child.children()) if (enumerator.tag === dw.DW_TAG_enumerator) count++;
      dimensions.push({ lowerBound: 0, count });
    }
  }
  return dimensions.length > 0 ? dimensions : [{ lowerBound: 0, count: undefined }];
}

function dimensionOf(subrange: Die): Dimension {
  const lowerBound = Number(subrange.constant(dw.DW_AT_lower_bound, true) ?? 0n);
  const count = subrange.constant(dw.DW_AT_count) ?? boundCount(subrange, lowerBound);
  if (count !== undefined) return { lowerBound, count: count < 0n ? 0 : Number(count) };
  const computed = computedBound(subrange, dw.DW_AT_count) ?? computedBound(subrange, dw.DW_AT_upper_bound);
  return { lowerBound, count: computed };
}

/** GCC writes `int a[0]` with an upper bound of -1, as an unsigned number of whatever size. */
function boundCount(subrange: Die, lowerBound: number): bigint | undefined {
  const upper = subrange.raw(dw.DW_AT_upper_bound);
  if (upper === undefined) return undefined;
  const value = subrange.constant(dw.DW_AT_upper_bound, upper.form === dw.DW_FORM_data8);
  if (value === undefined) return undefined;
  const count = value - BigInt(lowerBound) + 1n;
  return value === 0xffff_ffffn || value === 0xffff_ffff_ffff_ffffn ? 0n : count;
}

/** A bound that is an expression, or the value of a variable. */
function computedBound(subrange: Die, attribute: number): LocationSource | undefined {
  const source = locationAttribute(subrange, attribute);
  if (source.kind !== 'none') return source;
  const variable = subrange.reference(attribute);
  if (variable === undefined) return undefined;
  const location = locationAttribute(variable, dw.DW_AT_location);
  return location.kind === 'none' ? undefined : location;
}

/** `[4][2]`, `[]`. */
export function dimensionsText(array: Die): string {
  return dimensionsOf(array)
    .map(({ count }) => `[${typeof count === 'number' ? count : ''}]`)
    .join('');
}
