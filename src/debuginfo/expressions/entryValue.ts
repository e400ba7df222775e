// DW_OP_entry_value and DW_OP_GNU_parameter_ref: what a register or parameter held when the function was entered, as the
// caller's call site says it (DWARF 5 §2.5.1.7 and §3.4.2).
import type { Machine } from './machine';
import { DW_OP } from './opcodes';
import { fromBytes, integer, type StackValue } from './stackValue';
import type { CallSiteParameter } from './surroundings';
import { unavailable } from './unavailable';

/** The value at entry of what `expression`, in practice the name of a register, describes. */
export function entryValue(machine: Machine, expression: Uint8Array): StackValue {
  const wanted = normalised(expression);
  return valueInCaller(machine, ({ location }) => Buffer.compare(normalised(location), wanted) === 0);
}

/** The argument for the callee's parameter at a unit-relative offset. */
export function parameterValue(machine: Machine, dieOffset: number): StackValue {
  return valueInCaller(machine, ({ parameterOffset }) => parameterOffset === dieOffset);
}

function valueInCaller(machine: Machine, isWanted: (parameter: CallSiteParameter) => boolean): StackValue {
  const { context, program } = machine;
  const caller =
    context.caller?.() ?? unavailable('its value is known from the caller only, and the caller is not known');
  const site = program.callSite(caller.returnAddress, context.pc);
  const parameter = site?.parameters.find(isWanted);
  if (!site || !parameter || parameter.value.length === 0) {
    return unavailable('its value is known from the caller only, and the caller does not say what it passed');
  }
  const inCaller = machine.fork(site.unit, caller.context);
  inCaller.run(parameter.value);
  const { place } = inCaller;
  if (place?.kind === 'register') return integer(machine.generic, inCaller.register(place.register));
  if (place?.kind === 'value' && place.bytes.length === machine.generic.byteSize) {
    return fromBytes(machine.generic, place.bytes, machine.unit.isBigEndian);
  }
  return inCaller.pop();
}

/** DW_OP_regx in the form that compilers give to the low registers. */
function normalised(location: Uint8Array): Uint8Array {
  const [opcode, register] = location;
  const isShort = opcode === DW_OP.regx && location.length === 2 && register !== undefined && register < 32;
  return isShort ? Uint8Array.of(DW_OP.reg0 + register) : location;
}
