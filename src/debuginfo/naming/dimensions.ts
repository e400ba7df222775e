// The dimensions of an array type as numbers (DWARF 5 §5.13), and as they are written.
import type { ComputedCount, Dimension } from '../api';
import type { Die } from '../die/die';
import { withAttribute } from '../die/origin';
import * as dw from '../dwarf/constants';
import { locationAttribute, variableLocation } from '../scopes/locations';

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
  const lowerBound = Number(constantBound(subrange, dw.DW_AT_lower_bound, true) ?? 0n);
  const count = constantBound(subrange, dw.DW_AT_count) ?? boundCount(subrange, lowerBound);
  if (count !== undefined) return { lowerBound, count: count < 0n ? 0 : Number(count) };
  const computed =
    computedCount(subrange, dw.DW_AT_count, 0) ?? computedCount(subrange, dw.DW_AT_upper_bound, 1 - lowerBound);
  return { lowerBound, count: computed };
}

/** Before DWARF 4 a block in a bound is an expression, though elsewhere it may be a large constant. */
function constantBound(subrange: Die, attribute: number, isSigned = false): bigint | undefined {
  return subrange.raw(attribute)?.form === dw.DW_FORM_block1 ? undefined : subrange.constant(attribute, isSigned);
}

/** GCC writes `int a[0]` with an upper bound of -1, as an unsigned number of whatever size. */
function boundCount(subrange: Die, lowerBound: number): bigint | undefined {
  const upper = subrange.raw(dw.DW_AT_upper_bound);
  if (upper === undefined) return undefined;
  const value = constantBound(subrange, dw.DW_AT_upper_bound, upper.form === dw.DW_FORM_data8);
  if (value === undefined) return undefined;
  const count = value - BigInt(lowerBound) + 1n;
  return value === 0xffff_ffffn || value === 0xffff_ffff_ffff_ffffn ? 0n : count;
}

/** A bound that is an expression, or the value of a variable (which Clang makes of the size of an address or less). */
function computedCount(subrange: Die, attribute: number, more: number): ComputedCount | undefined {
  const source = locationAttribute(subrange, attribute);
  if (source.kind !== 'none') return { source, variableBytes: undefined, more };
  const variable = subrange.reference(attribute);
  const type = variable && withAttribute(variable, dw.DW_AT_type)?.reference(dw.DW_AT_type);
  const bytes = type && sizeOf(type);
  if (variable === undefined || bytes === undefined) return undefined;
  const place = variableLocation(variable);
  return place.kind === 'none' ? undefined : { source: place, variableBytes: bytes, more };
}

/** Bytes of an integer type behind typedefs and qualifiers. */
function sizeOf(type: Die): number | undefined {
  let current: Die | undefined = type;
  for (let left = 8; current !== undefined && left > 0; left--) {
    const size = current.number(dw.DW_AT_byte_size);
    if (size !== undefined) return size;
    current = current.reference(dw.DW_AT_type);
  }
  return undefined;
}

/** `[4][2]`, `[]`. */
export function dimensionsText(array: Die): string {
  return dimensionsOf(array)
    .map(({ count }) => `[${typeof count === 'number' ? count : ''}]`)
    .join('');
}
