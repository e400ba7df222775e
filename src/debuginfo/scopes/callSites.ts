// Calls that a function makes: DW_TAG_call_site (DWARF 5 §3.4) and GNU's earlier form of it.
import type { CallSite, FunctionInfo } from '../api';
import type { Die } from '../die/die';
import * as dw from '../dwarf/constants';

/** All call sites in a function, also those in its blocks and inlined calls. */
export function callSitesOf(subprogram: Die, functionOf: (die: Die) => FunctionInfo): CallSite[] {
  const { unit } = subprogram;
  const { table } = unit;
  const sites: CallSite[] = [];
  const end = table.ends[subprogram.index] as number;
  for (let index = subprogram.index + 1; index < end; index++) {
    const tag = table.tag(index);
    // A nested function's calls are its own.
    if (tag === dw.DW_TAG_subprogram) index = (table.ends[index] as number) - 1;
    else if (tag === dw.DW_TAG_call_site || tag === dw.DW_TAG_GNU_call_site) {
      const site = readCallSite(unit.die(index), functionOf);
      if (site !== undefined) sites.push(site);
    }
  }
  return sites;
}

function readCallSite(die: Die, functionOf: (die: Die) => FunctionInfo): CallSite | undefined {
  // GNU's form keeps the return address in DW_AT_low_pc.
  const returnAddress = die.address(dw.DW_AT_call_return_pc) ?? die.address(dw.DW_AT_low_pc);
  if (returnAddress === undefined) return undefined;
  const origin = die.reference(dw.DW_AT_call_origin) ?? die.reference(dw.DW_AT_abstract_origin);
  const parameters: { location: Uint8Array; value: Uint8Array; parameterOffset?: number }[] = [];
  for (const child of die.children()) {
    if (child.tag !== dw.DW_TAG_call_site_parameter && child.tag !== dw.DW_TAG_GNU_call_site_parameter) continue;
    const location = child.block(dw.DW_AT_location);
    const value = child.block(dw.DW_AT_call_value) ?? child.block(dw.DW_AT_GNU_call_site_value);
    const parameter = child.reference(dw.DW_AT_call_parameter) ?? child.reference(dw.DW_AT_abstract_origin);
    if (value === undefined || (location === undefined && parameter === undefined)) continue;
    const place = location ?? new Uint8Array(0);
    parameters.push(
      parameter === undefined
        ? { location: place, value }
        : { location: place, value, parameterOffset: parameter.offset },
    );
  }
  return {
    returnAddress,
    isTail: die.flag(dw.DW_AT_call_tail_call) || die.flag(dw.DW_AT_GNU_tail_call),
    target: origin?.tag === dw.DW_TAG_subprogram ? functionOf(origin) : undefined,
    parameters,
  };
}
