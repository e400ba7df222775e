// How large an object of a type is. Worked out on entries rather than type objects, so that the circles of damaged files end.
import type { DebugInfo } from '../debugInfo';
import type { Die } from '../die/die';
import { nameOf } from '../die/origin';
import * as dw from '../dwarf/constants';
import { dimensionsOf } from '../naming/dimensions';

/** Longer chains of typedefs and qualifiers are circles. */
const MAX_CHAIN = 100;

/** Bytes; undefined for incomplete types and arrays of unknown length. @throws DebugInfoError */
export function byteSizeOf(info: DebugInfo, die: Die | undefined, depth = 0): number | undefined {
  if (die === undefined || depth > MAX_CHAIN) return undefined;
  switch (die.tag) {
    case dw.DW_TAG_typedef:
    case dw.DW_TAG_const_type:
    case dw.DW_TAG_volatile_type:
    case dw.DW_TAG_restrict_type:
    case dw.DW_TAG_atomic_type:
    case dw.DW_TAG_immutable_type:
      return byteSizeOf(info, die.reference(dw.DW_AT_type), depth + 1);
    case dw.DW_TAG_pointer_type:
    case dw.DW_TAG_reference_type:
    case dw.DW_TAG_rvalue_reference_type:
      return ownSize(die) ?? die.unit.header.addressSize;
    case dw.DW_TAG_ptr_to_member_type: {
      // Itanium C++ ABI §2.3: a pointer to data is one word, a pointer to a function two.
      const isFunction = die.reference(dw.DW_AT_type)?.tag === dw.DW_TAG_subroutine_type;
      return ownSize(die) ?? die.unit.header.addressSize * (isFunction ? 2 : 1);
    }
    case dw.DW_TAG_array_type:
      return ownSize(die) ?? arraySize(info, die, depth);
    case dw.DW_TAG_enumeration_type:
    case dw.DW_TAG_subrange_type: {
      const definition = definitionOf(info, die);
      return ownSize(definition) ?? byteSizeOf(info, definition.reference(dw.DW_AT_type), depth + 1);
    }
    case dw.DW_TAG_unspecified_type:
      // The type of nullptr is as large as a pointer ([basic.fundamental] of the C++ standard).
      return ownSize(die) ?? (/nullptr/.test(nameOf(die) ?? '') ? die.unit.header.addressSize : undefined);
    default:
      return ownSize(definitionOf(info, die));
  }
}

/** Bytes between the elements of an array. @throws DebugInfoError */
export function strideOf(info: DebugInfo, array: Die, depth = 0): number | undefined {
  const bits = array.number(dw.DW_AT_bit_stride);
  const given = array.number(dw.DW_AT_byte_stride) ?? (bits === undefined ? undefined : bits / 8);
  return given ?? byteSizeOf(info, array.reference(dw.DW_AT_type), depth + 1);
}

function arraySize(info: DebugInfo, array: Die, depth: number): number | undefined {
  let size = strideOf(info, array, depth);
  for (const { count } of dimensionsOf(array)) {
    if (size === undefined || typeof count !== 'number') return undefined;
    size *= count;
  }
  return size;
}

function ownSize(die: Die): number | undefined {
  const bytes = die.number(dw.DW_AT_byte_size);
  if (bytes !== undefined) return bytes;
  const bits = die.number(dw.DW_AT_bit_size);
  return bits === undefined ? undefined : Math.ceil(bits / 8);
}

/** The entry with the contents: of a declaration, the definition elsewhere in the program if there is one. @throws DebugInfoError */
export function definitionOf(info: DebugInfo, die: Die): Die {
  const signed = die.reference(dw.DW_AT_signature);
  if (signed !== undefined) return signed;
  return die.flag(dw.DW_AT_declaration) ? (info.definitionOf(die) ?? die) : die;
}
