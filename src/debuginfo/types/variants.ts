// Variant parts (DWARF 5 §5.7.10): Rust's enums with payload.
import type { Variant, VariantPart } from '../api';
import { Reader } from '../bytes';
import type { DebugInfo } from '../debugInfo';
import type { Die } from '../die/die';
import * as dw from '../dwarf/constants';
import { readMember } from './members';

/** DW_DSC_range */
const DSC_RANGE = 1;

/** @throws DebugInfoError */
export function readVariantPart(info: DebugInfo, part: Die): VariantPart {
  const discriminant = part.reference(dw.DW_AT_discr);
  const variants: Variant[] = [];
  for (const child of part.children()) if (child.tag === dw.DW_TAG_variant) variants.push(readVariant(info, child));
  return { discriminant: discriminant === undefined ? undefined : readMember(info, discriminant, false), variants };
}

function readVariant(info: DebugInfo, variant: Die): Variant {
  const members = [];
  for (const child of variant.children())
    if (child.tag === dw.DW_TAG_member) members.push(readMember(info, child, false));
  return { values: discriminantValues(variant), members };
}

function discriminantValues(variant: Die): Variant['values'] {
  const single = variant.constant(dw.DW_AT_discr_value);
  if (single !== undefined) return [{ low: single, high: single }];
  const list = variant.block(dw.DW_AT_discr_list);
  if (list === undefined) return [];
  const values: { low: bigint; high: bigint }[] = [];
  const reader = new Reader(list, variant.unit.section.name, false);
  while (!reader.atEnd) {
    const kind = reader.u8();
    const low = reader.ulebBig();
    values.push({ low, high: kind === DSC_RANGE ? reader.ulebBig() : low });
  }
  return values;
}
