// The call that returns to an address, for DW_OP_entry_value: what the caller passed.
import type { CallSiteValues } from '../expressions/surroundings';
import { ExpressionUnit } from '../unit/unitContext';
import type { Functions } from './functions';

/** Undefined when no call is described, or when it is known to call another function than the one at `calleePc`. */
export function callSiteAt(functions: Functions, returnAddress: number, calleePc: number): CallSiteValues | undefined {
  // The call may be the function's last instruction; its own address is certainly inside.
  const caller = functions.at(returnAddress - 1);
  const site = caller?.callSites.find((candidate) => candidate.returnAddress === returnAddress);
  if (caller === undefined || site === undefined) return undefined;
  const target = site.target;
  if (target !== undefined) {
    const callee = functions.at(calleePc);
    const isOther = callee !== undefined && target.qualifiedName !== callee.qualifiedName;
    if (isOther && target.linkageName !== callee.linkageName) return undefined;
    if (isOther && target.linkageName === undefined) return undefined;
  }
  return { unit: new ExpressionUnit(caller.die.unit), parameters: site.parameters };
}
