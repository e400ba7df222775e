// Strings of attributes and line tables: inline, in .debug_str, .debug_line_str, or by index through .debug_str_offsets.
import type { Reader } from '../bytes';
import * as dw from '../dwarf/constants';
import { DebugInfoError } from '../errors';
import type { SectionSource } from '../sections';
import type { Unit } from '../unit/unit';

/** The zero-terminated string at an offset of a string section. @throws DebugInfoError */
export function stringAt(sections: SectionSource | undefined, name: string, offset: number): string {
  const section = sections?.section(name);
  if (section === undefined) throw new DebugInfoError(name, offset, 'the section is missing');
  return section.reader(offset).cstring();
}

/** The string that an attribute's value stands for; undefined when the form is not one of strings. @throws DebugInfoError */
export function stringOfForm(unit: Unit, form: number, reader: Reader): string | undefined {
  const { sections } = unit.file;
  const { offsetSize } = unit.header;
  switch (form) {
    case dw.DW_FORM_string:
      return reader.cstring();
    case dw.DW_FORM_strp:
      return stringAt(sections, '.debug_str', reader.dwarfOffset(offsetSize));
    case dw.DW_FORM_line_strp:
      return stringAt(sections, '.debug_line_str', reader.dwarfOffset(offsetSize));
    case dw.DW_FORM_strp_sup:
    case dw.DW_FORM_GNU_strp_alt:
      return stringAt(unit.file.alternate?.sections, '.debug_str', reader.dwarfOffset(offsetSize));
    case dw.DW_FORM_strx:
    case dw.DW_FORM_GNU_str_index:
      return stringAt(sections, '.debug_str', stringOffset(unit, reader.uleb()));
    case dw.DW_FORM_strx1:
    case dw.DW_FORM_strx2:
    case dw.DW_FORM_strx3:
    case dw.DW_FORM_strx4:
      return stringAt(sections, '.debug_str', stringOffset(unit, reader.unsigned(form - dw.DW_FORM_strx1 + 1)));
    default:
      return undefined;
  }
}

/** Entry `index` of the unit's part of .debug_str_offsets. */
function stringOffset(unit: Unit, index: number): number {
  const section = unit.file.sections.section('.debug_str_offsets');
  if (section === undefined) throw new DebugInfoError('.debug_str_offsets', 0, 'the section is missing');
  const { offsetSize } = unit.header;
  return section.reader(unit.stringOffsetsBase + index * offsetSize).dwarfOffset(offsetSize);
}
