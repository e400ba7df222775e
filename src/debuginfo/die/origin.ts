// Entries that are spread over several: a concrete function or variable leaves its name and type to the entry that
// DW_AT_abstract_origin, DW_AT_specification or DW_AT_signature refers to (DWARF 5 §3.3.8, §2.13.2).
import * as dw from '../dwarf/constants';
import type { Die } from './die';

/** Chains are at most three long (instance → abstract → declaration); longer ones are cycles. */
const MAX_CHAIN = 8;

/** The entry itself, then the ones it leaves attributes to. */
export function* originsOf(die: Die): Iterable<Die> {
  let current: Die | undefined = die;
  for (let left = MAX_CHAIN; current !== undefined && left > 0; left--) {
    yield current;
    current =
      current.reference(dw.DW_AT_abstract_origin) ??
      current.reference(dw.DW_AT_specification) ??
      // A type that has a unit of its own leaves but a signature where it is used.
      current.reference(dw.DW_AT_signature);
  }
}

/** The first of the entries that has the attribute. */
export function withAttribute(die: Die, attribute: number): Die | undefined {
  for (const origin of originsOf(die)) if (origin.has(attribute)) return origin;
  return undefined;
}

/** Where the entry was declared in its class or namespace: the end of the chain. */
export function declarationOf(die: Die): Die {
  let last = die;
  for (const origin of originsOf(die)) last = origin;
  return last;
}

export function nameOf(die: Die): string | undefined {
  return withAttribute(die, dw.DW_AT_name)?.string(dw.DW_AT_name);
}

export function linkageNameOf(die: Die): string | undefined {
  for (const origin of originsOf(die)) {
    const name = origin.string(dw.DW_AT_linkage_name) ?? origin.string(dw.DW_AT_MIPS_linkage_name);
    if (name !== undefined) return name;
  }
  return undefined;
}
