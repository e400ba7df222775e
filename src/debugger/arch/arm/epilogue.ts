// Unwinds Thumb code at the end of a function without unwind tables: follows what is left to do before it returns. The prologue
// alone does not know that the frame is half taken down. Encodings from Armv7-M DDI0403 A7.7.
import type { RegisterRule } from '../../../debuginfo/api';
import type { CodeContext, FallbackRow } from '../architecture';
import { armDwarf, isArmPreserved } from './registers';

/** Bytes of code that an epilogue has at most. */
const maximumBytes = 32;

/** The unwind row at `context.pc` when nothing but the rest of an epilogue follows; else undefined. */
export function analyseThumbEpilogue(context: CodeContext): FallbackRow | undefined {
  if (!context.isInnermost || !context.isThumb) return undefined;
  const code = context.code(context.pc, maximumBytes);
  if (code === undefined) return undefined;
  /** Where SP is by then, from SP now; and where each register's content by then is now: in the stack or a register. */
  let depth = 0;
  const places = new Map<number, Place>();
  for (let at = 0; at + 2 <= code.length; at += 2) {
    const half = (code[at] ?? 0) | ((code[at + 1] ?? 0) << 8);
    if (half === 0x4770) return rowOf(depth, places); // BX LR
    if ((half & 0xff80) === 0xb000) depth += (half & 0x7f) * 4;
    else if ((half & 0xff00) === 0x4600) {
      // MOV Rd, Rm: Armv6-M brings r8–r11 back through low registers.
      const [to, from] = [(half & 7) | ((half >> 4) & 8), (half >> 3) & 15];
      if (to >= armDwarf.sp || from >= armDwarf.sp) return undefined;
      places.set(to, places.get(from) ?? { register: from });
    } else if ((half & 0xfe00) === 0xbc00) {
      for (let register = 0; register < 8; register++) {
        if (((half >> register) & 1) === 0) continue;
        places.set(register, { fromSp: depth });
        depth += 4;
      }
      if ((half & 0x100) === 0) continue;
      places.set(armDwarf.lr, { fromSp: depth });
      return rowOf(depth + 4, places);
    } else return undefined;
  }
  return undefined;
}

type Place = { readonly fromSp: number } | { readonly register: number };

/** SP at entry, which is the CFA, is SP behind the return. */
function rowOf(depth: number, places: ReadonlyMap<number, Place>): FallbackRow {
  const rules = new Map<number, RegisterRule>();
  for (const [register, place] of places) {
    if (!isArmPreserved(register) && register !== armDwarf.lr) continue;
    const isInRegister = 'register' in place;
    rules.set(
      register,
      isInRegister ? { kind: 'register', register: place.register } : { kind: 'offset', offset: place.fromSp - depth },
    );
  }
  return {
    cfa: { kind: 'registerOffset', register: armDwarf.sp, offset: depth },
    rules,
    returnAddressRegister: armDwarf.lr,
  };
}
