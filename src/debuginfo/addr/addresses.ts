// .debug_addr (DWARF 5 §7.27): addresses by index, for DW_FORM_addrx, lists and expressions.
import { DebugInfoError } from '../errors';
import type { Unit } from '../unit/unit';

/** Entry `index` of the unit's part of the table, which is the skeleton's for a split unit. @throws DebugInfoError */
export function addressAtIndex(unit: Unit, index: number): number {
  const section = unit.skeleton.file.sections.section('.debug_addr');
  if (section === undefined) throw new DebugInfoError('.debug_addr', 0, 'the section is missing');
  const { addressSize } = unit.header;
  return section.reader(unit.addressBase + index * addressSize).address(addressSize);
}
