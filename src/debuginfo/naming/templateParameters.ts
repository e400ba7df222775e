// The template parameter entries of a class or function.
import type { Die } from '../die/die';
import * as dw from '../dwarf/constants';

/** In order, packs laid open; undefined when it is no template. */
export function templateParameters(die: Die): Die[] | undefined {
  const found: Die[] = [];
  let isTemplate = false;
  for (const child of die.children()) {
    if (child.tag === dw.DW_TAG_GNU_template_parameter_pack) {
      isTemplate = true;
      found.push(...child.children());
    } else if (child.tag === dw.DW_TAG_template_type_parameter || child.tag === dw.DW_TAG_template_value_parameter) {
      isTemplate = true;
      found.push(child);
    }
  }
  return isTemplate ? found : undefined;
}
