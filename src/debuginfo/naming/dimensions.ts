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
  const computed = computedBound(subrange, dw.DW_AT_count);
  if (computed !== undefined) return { lowerBound, count: computed };
  const upper = computedBound(subrange, dw.DW_AT_upper_bound);
  return { lowerBound, count: upper === undefined ? undefined : behind(upper, 1 - lowerBound) };
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

const DW_OP_deref = 0x06;
const DW_OP_plus_uconst = 0x23;
const DW_OP_reg0 = 0x50;
const DW_OP_reg31 = 0x6f;
const DW_OP_breg0 = 0x70;
const DW_OP_stack_value = 0x9f;

/** A bound that is an expression, or the value of a variable (which Clang makes of the size of an address or less). */
function computedBound(subrange: Die, attribute: number): LocationSource | undefined {
  const source = locationAttribute(subrange, attribute);
  if (source.kind !== 'none') return source;
  const variable = subrange.reference(attribute);
  if (variable === undefined) return undefined;
  const location = locationAttribute(variable, dw.DW_AT_location);
  return location.kind === 'expression' ? { ...location, expression: contentOf(location.expression) } : undefined;
}

/** Turns “where the variable is” into “what it holds”. */
function contentOf(location: Uint8Array): Uint8Array {
  const [first = 0] = location;
  if (location.length === 1 && first >= DW_OP_reg0 && first <= DW_OP_reg31)
    return Uint8Array.of(first - DW_OP_reg0 + DW_OP_breg0, 0);
  if (location.at(-1) === DW_OP_stack_value) return location.subarray(0, -1);
  return Uint8Array.of(...location, DW_OP_deref);
}

/** The number of elements from the last index. */
function behind(upper: LocationSource, more: number): LocationSource | undefined {
  if (upper.kind !== 'expression' || more < 0 || more > 0x7f) return undefined;
  return { ...upper, expression: Uint8Array.of(...upper.expression, DW_OP_plus_uconst, more) };
}

/** `[4][2]`, `[]`. */
export function dimensionsText(array: Die): string {
  return dimensionsOf(array)
    .map(({ count }) => `[${typeof count === 'number' ? count : ''}]`)
    .join('');
}
