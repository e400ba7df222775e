// The instruction interpreter of Armv6-M (DDI0419 A6.7). Exceptions, sleep and stepping are decided elsewhere.
//
// One loop, longer than this project's files usually are: registers, flags and the views of memory must stay in local
// variables for the engine's compiler, or the board runs three times slower. Nothing in it calls out per instruction.
import { type Bus, BusFault, type Size } from '../bus';
import { type Exceptions, UndefinedInstruction } from './exceptions';
import type { Registers } from './registers';

/** The core as the interpreter sees it. */
export interface Processor {
  readonly registers: Registers;
  readonly exceptions: Exceptions;
  readonly bus: Bus;
  /** Cycles since the slice began; the slice ends when they reach `limit`. */
  sliceCycles: number;
  limit: number;
  instructions: number;
  readonly stepping: boolean;
  readonly debugEnabled: boolean;
  readonly maskInterrupts: boolean;
  /** One bit per `address >> 1 & 31` that an instruction comparator may match; 0 while debugging is off. */
  readonly fetchFilter: number;
  /** True while data accesses are compared with watchpoints or checked for privilege, and may not be short-cut. */
  readonly slowData: boolean;
  read(address: number, size: Size): number;
  write(address: number, value: number, size: Size): void;
  /** True when a breakpoint stops the core before the instruction at `address`. */
  stopsBefore(address: number): boolean;
  breakpointInstruction(): void;
  sleep(kind: 'wfi' | 'wfe'): void;
  sendEvent(): void;
  attention(): void;
}

/** An instruction fetch that found no memory to execute from. */
function fetchFault(pc: number): never {
  throw new BusFault(pc, false);
}

/**
 * Runs instructions until the slice's cycles are used up or something asks for attention.
 * @throws BusFault, UndefinedInstruction with the PC at the instruction that failed
 */
export function interpret(cpu: Processor): void {
  const { registers: regs, bus, exceptions } = cpu;
  const { r } = regs;
  const { base: ramBase, u8: ram8, u16: ram16, s32: ram32 } = bus.ram;
  const { base: flashBase, u8: flash8, s32: flash32 } = bus.flash;
  const ramSize = cpu.slowData ? 0 : bus.ram.size;
  const flashSize = cpu.slowData ? 0 : bus.flash.size;
  const filter = cpu.fetchFilter;
  let code = bus.flash.u16;
  let codeBase = flashBase;
  let codeSize = bus.flash.size;
  let { pc, zr, nr, c, v } = regs;
  let at = pc;
  let cycles = cpu.sliceCycles;
  let count = 0;
  let a = 0;
  let b = 0;
  let x = 0;
  let o = 0;
  try {
    do {
      at = pc;
      o = (pc - codeBase) >>> 0;
      if (o >= codeSize) {
        const found = bus.executable(pc) ?? fetchFault(pc);
        code = found.memory.u16;
        codeBase = found.base;
        codeSize = found.memory.size;
        o = (pc - codeBase) >>> 0;
      }
      if (((filter >>> ((pc >> 1) & 31)) & 1) !== 0 && cpu.stopsBefore(pc)) break;
      const op = code[o >> 1] as number;
      pc = (pc + 2) | 0;
      count++;
      cycles++;
      switch (op >> 11) {
        case 0: // LSLS (immediate), MOVS (register)
          x = r[(op >> 3) & 7] as number;
          o = (op >> 6) & 31;
          if (o) {
            c = (x >>> (32 - o)) & 1;
            x <<= o;
          }
          r[op & 7] = zr = nr = x;
          break;
        case 1: // LSRS (immediate); 0 means 32
          x = r[(op >> 3) & 7] as number;
          o = (op >> 6) & 31 || 32;
          c = (x >>> (o - 1)) & 1;
          r[op & 7] = zr = nr = o === 32 ? 0 : x >>> o;
          break;
        case 2: // ASRS (immediate); 0 means 32
          x = r[(op >> 3) & 7] as number;
          o = (op >> 6) & 31 || 32;
          c = (x >> (o - 1)) & 1;
          r[op & 7] = zr = nr = x >> (o === 32 ? 31 : o);
          break;
        case 3: // ADDS, SUBS (register or 3-bit immediate)
          a = r[(op >> 3) & 7] as number;
          b = op & 0x400 ? (op >> 6) & 7 : (r[(op >> 6) & 7] as number);
          if (op & 0x200) {
            x = (a - b) | 0;
            c = a >>> 0 >= b >>> 0 ? 1 : 0;
            v = ((a ^ b) & (a ^ x)) >>> 31;
          } else {
            x = (a + b) | 0;
            c = x >>> 0 < a >>> 0 ? 1 : 0;
            v = ((a ^ x) & (b ^ x)) >>> 31;
          }
          r[op & 7] = zr = nr = x;
          break;
        case 4: // MOVS (immediate)
          r[(op >> 8) & 7] = zr = nr = op & 255;
          break;
        case 5: // CMP (immediate)
          a = r[(op >> 8) & 7] as number;
          b = op & 255;
          zr = nr = x = (a - b) | 0;
          c = a >>> 0 >= b ? 1 : 0;
          v = (a & ~x) >>> 31;
          break;
        case 6: // ADDS (8-bit immediate)
          a = r[(op >> 8) & 7] as number;
          r[(op >> 8) & 7] = zr = nr = x = (a + (op & 255)) | 0;
          c = x >>> 0 < a >>> 0 ? 1 : 0;
          v = (~a & x) >>> 31;
          break;
        case 7: // SUBS (8-bit immediate)
          a = r[(op >> 8) & 7] as number;
          b = op & 255;
          r[(op >> 8) & 7] = zr = nr = x = (a - b) | 0;
          c = a >>> 0 >= b ? 1 : 0;
          v = (a & ~x) >>> 31;
          break;
        case 8:
          if (!(op & 0x400)) {
            a = r[op & 7] as number;
            b = r[(op >> 3) & 7] as number;
            switch ((op >> 6) & 15) {
              case 0: // ANDS
                r[op & 7] = zr = nr = a & b;
                break;
              case 1: // EORS
                r[op & 7] = zr = nr = a ^ b;
                break;
              case 2: // LSLS (register); the shift is the low byte, and 32 or more pushes everything out
                b &= 255;
                if (b) {
                  c = b <= 32 ? (a >>> (32 - b)) & 1 : 0;
                  a = b < 32 ? a << b : 0;
                }
                r[op & 7] = zr = nr = a;
                break;
              case 3: // LSRS (register)
                b &= 255;
                if (b) {
                  c = b <= 32 ? (a >>> (b - 1)) & 1 : 0;
                  a = b < 32 ? a >>> b : 0;
                }
                r[op & 7] = zr = nr = a | 0;
                break;
              case 4: // ASRS (register)
                b &= 255;
                if (b) {
                  c = (a >> Math.min(b - 1, 31)) & 1;
                  a >>= Math.min(b, 31);
                }
                r[op & 7] = zr = nr = a;
                break;
              case 5: // ADCS
                x = (a + b + c) | 0;
                c = (c ? x >>> 0 <= a >>> 0 : x >>> 0 < a >>> 0) ? 1 : 0;
                v = ((a ^ x) & (b ^ x)) >>> 31;
                r[op & 7] = zr = nr = x;
                break;
              case 6: // SBCS
                x = (a - b - (1 - c)) | 0;
                c = (c ? a >>> 0 >= b >>> 0 : a >>> 0 > b >>> 0) ? 1 : 0;
                v = ((a ^ b) & (a ^ x)) >>> 31;
                r[op & 7] = zr = nr = x;
                break;
              case 7: // RORS
                b &= 255;
                if (b) {
                  b &= 31;
                  if (b) a = (a >>> b) | (a << (32 - b));
                  c = a >>> 31;
                }
                r[op & 7] = zr = nr = a;
                break;
              case 8: // TST
                zr = nr = a & b;
                break;
              case 9: // RSBS (from 0)
                x = -b | 0;
                c = b === 0 ? 1 : 0;
                v = (b & x) >>> 31;
                r[op & 7] = zr = nr = x;
                break;
              case 10: // CMP (register)
                zr = nr = x = (a - b) | 0;
                c = a >>> 0 >= b >>> 0 ? 1 : 0;
                v = ((a ^ b) & (a ^ x)) >>> 31;
                break;
              case 11: // CMN
                zr = nr = x = (a + b) | 0;
                c = x >>> 0 < a >>> 0 ? 1 : 0;
                v = ((a ^ x) & (b ^ x)) >>> 31;
                break;
              case 12: // ORRS
                r[op & 7] = zr = nr = a | b;
                break;
              case 13: // MULS
                r[op & 7] = zr = nr = Math.imul(a, b);
                break;
              case 14: // BICS
                r[op & 7] = zr = nr = a & ~b;
                break;
              case 15: // MVNS
                r[op & 7] = zr = nr = ~b;
                break;
            }
          } else {
            o = (op >> 3) & 15;
            b = o === 15 ? (pc + 2) | 0 : (r[o] as number);
            o = (op & 7) | ((op >> 4) & 8);
            switch ((op >> 8) & 3) {
              case 0: // ADD (high registers)
                x = ((o === 15 ? pc + 2 : (r[o] as number)) + b) | 0;
                if (o === 15) {
                  pc = x & ~1;
                  cycles += 2;
                } else r[o] = o === 13 ? x & ~3 : x;
                break;
              case 1: // CMP (high registers)
                a = r[o] as number;
                zr = nr = x = (a - b) | 0;
                c = a >>> 0 >= b >>> 0 ? 1 : 0;
                v = ((a ^ b) & (a ^ x)) >>> 31;
                break;
              case 2: // MOV (high registers)
                if (o === 15) {
                  pc = b & ~1;
                  cycles += 2;
                } else r[o] = o === 13 ? b & ~3 : b;
                break;
              default: // BX, BLX
                if (op & 7) throw new UndefinedInstruction();
                cycles += 2;
                if (op & 0x80) r[14] = pc | 1;
                else if (regs.ipsr !== 0 && b >>> 28 === 15) {
                  regs.setFlags((nr < 0 ? 1 << 31 : 0) | (zr === 0 ? 1 << 30 : 0) | (c << 29) | (v << 28));
                  cpu.sliceCycles = cycles;
                  exceptions.leave(b, cpu.maskInterrupts);
                  ({ pc, zr, nr, c, v } = regs);
                  cycles = cpu.sliceCycles;
                  break;
                }
                pc = b & ~1;
                if (!(b & 1)) {
                  regs.thumb = false; // the next instruction faults (B1.5.13)
                  cpu.attention();
                }
                break;
            }
          }
          break;
        case 9: // LDR (literal)
          cycles++;
          a = ((pc + 2) & ~3) + ((op & 255) << 2);
          o = (a - flashBase) >>> 0;
          if (o < flashSize) r[(op >> 8) & 7] = flash32[o >> 2] as number;
          else {
            cpu.sliceCycles = cycles;
            r[(op >> 8) & 7] = cpu.read(a, 4);
          }
          break;
        case 10: // stores and LDRSB, register offset
        case 11: // loads, register offset
          cycles++;
          a = ((r[(op >> 3) & 7] as number) + (r[(op >> 6) & 7] as number)) | 0;
          o = (a - ramBase) >>> 0;
          x = r[op & 7] as number;
          cpu.sliceCycles = cycles;
          switch ((op >> 9) & 7) {
            case 0: // STR
              if (o < ramSize && !(a & 3)) ram32[o >> 2] = x;
              else cpu.write(a, x, 4);
              break;
            case 1: // STRH
              if (o < ramSize && !(a & 1)) ram16[o >> 1] = x;
              else cpu.write(a, x & 0xffff, 2);
              break;
            case 2: // STRB
              if (o < ramSize) ram8[o] = x;
              else cpu.write(a, x & 255, 1);
              break;
            case 3: // LDRSB
              r[op & 7] = ((o < ramSize ? (ram8[o] as number) : cpu.read(a, 1)) << 24) >> 24;
              break;
            case 4: // LDR
              r[op & 7] = o < ramSize && !(a & 3) ? (ram32[o >> 2] as number) : cpu.read(a, 4);
              break;
            case 5: // LDRH
              r[op & 7] = o < ramSize && !(a & 1) ? (ram16[o >> 1] as number) : cpu.read(a, 2);
              break;
            case 6: // LDRB
              r[op & 7] = o < ramSize ? (ram8[o] as number) : cpu.read(a, 1);
              break;
            default: // LDRSH
              r[op & 7] = ((o < ramSize && !(a & 1) ? (ram16[o >> 1] as number) : cpu.read(a, 2)) << 16) >> 16;
              break;
          }
          break;
        case 12: // STR (immediate)
          cycles++;
          a = ((r[(op >> 3) & 7] as number) + ((op >> 4) & 0x7c)) | 0;
          o = (a - ramBase) >>> 0;
          if (o < ramSize && !(a & 3)) ram32[o >> 2] = r[op & 7] as number;
          else {
            cpu.sliceCycles = cycles;
            cpu.write(a, r[op & 7] as number, 4);
          }
          break;
        case 13: // LDR (immediate)
          cycles++;
          a = ((r[(op >> 3) & 7] as number) + ((op >> 4) & 0x7c)) | 0;
          o = (a - ramBase) >>> 0;
          if (o < ramSize && !(a & 3)) r[op & 7] = ram32[o >> 2] as number;
          else {
            cpu.sliceCycles = cycles;
            r[op & 7] = cpu.read(a, 4);
          }
          break;
        case 14: // STRB (immediate)
          cycles++;
          a = ((r[(op >> 3) & 7] as number) + ((op >> 6) & 31)) | 0;
          o = (a - ramBase) >>> 0;
          if (o < ramSize) ram8[o] = r[op & 7] as number;
          else {
            cpu.sliceCycles = cycles;
            cpu.write(a, (r[op & 7] as number) & 255, 1);
          }
          break;
        case 15: // LDRB (immediate)
          cycles++;
          a = ((r[(op >> 3) & 7] as number) + ((op >> 6) & 31)) | 0;
          o = (a - ramBase) >>> 0;
          if (o < ramSize) r[op & 7] = ram8[o] as number;
          else {
            o = (a - flashBase) >>> 0;
            cpu.sliceCycles = cycles;
            r[op & 7] = o < flashSize ? (flash8[o] as number) : cpu.read(a, 1);
          }
          break;
        case 16: // STRH (immediate)
          cycles++;
          a = ((r[(op >> 3) & 7] as number) + ((op >> 5) & 0x3e)) | 0;
          o = (a - ramBase) >>> 0;
          if (o < ramSize && !(a & 1)) ram16[o >> 1] = r[op & 7] as number;
          else {
            cpu.sliceCycles = cycles;
            cpu.write(a, (r[op & 7] as number) & 0xffff, 2);
          }
          break;
        case 17: // LDRH (immediate)
          cycles++;
          a = ((r[(op >> 3) & 7] as number) + ((op >> 5) & 0x3e)) | 0;
          o = (a - ramBase) >>> 0;
          if (o < ramSize && !(a & 1)) r[op & 7] = ram16[o >> 1] as number;
          else {
            cpu.sliceCycles = cycles;
            r[op & 7] = cpu.read(a, 2);
          }
          break;
        case 18: // STR (SP-relative)
          cycles++;
          a = ((r[13] as number) + ((op & 255) << 2)) | 0;
          o = (a - ramBase) >>> 0;
          if (o < ramSize) ram32[o >> 2] = r[(op >> 8) & 7] as number;
          else {
            cpu.sliceCycles = cycles;
            cpu.write(a, r[(op >> 8) & 7] as number, 4);
          }
          break;
        case 19: // LDR (SP-relative)
          cycles++;
          a = ((r[13] as number) + ((op & 255) << 2)) | 0;
          o = (a - ramBase) >>> 0;
          if (o < ramSize) r[(op >> 8) & 7] = ram32[o >> 2] as number;
          else {
            cpu.sliceCycles = cycles;
            r[(op >> 8) & 7] = cpu.read(a, 4);
          }
          break;
        case 20: // ADR
          r[(op >> 8) & 7] = ((pc + 2) & ~3) + ((op & 255) << 2);
          break;
        case 21: // ADD (SP plus immediate)
          r[(op >> 8) & 7] = (r[13] as number) + ((op & 255) << 2);
          break;
        case 22:
        case 23:
          switch ((op >> 8) & 15) {
            case 0: // ADD, SUB (SP)
              x = (op & 127) << 2;
              r[13] = (r[13] as number) + (op & 0x80 ? -x : x);
              break;
            case 2: // SXTH, SXTB, UXTH, UXTB
              x = r[(op >> 3) & 7] as number;
              o = op & 0x40 ? 24 : 16;
              r[op & 7] = op & 0x80 ? (x << o) >>> o : (x << o) >> o;
              break;
            case 4: // PUSH
            case 5: {
              let list = (op & 255) | ((op & 0x100) << 6);
              a = r[13] as number;
              for (x = list; x; x &= x - 1) a -= 4;
              cpu.sliceCycles = cycles;
              const top = a | 0;
              for (x = 0; list; x++, list >>= 1) {
                if (!(list & 1)) continue;
                o = (a - ramBase) >>> 0;
                if (o < ramSize) ram32[o >> 2] = r[x] as number;
                else cpu.write(a, r[x] as number, 4);
                a = (a + 4) | 0;
                cycles++;
              }
              r[13] = top;
              break;
            }
            case 6: // CPSIE i, CPSID i: no operation where unprivileged
              if (op !== 0xb662 && op !== 0xb672) throw new UndefinedInstruction();
              if (!regs.privileged) break;
              regs.primask = (op >> 4) & 1;
              cpu.attention();
              break;
            case 10: // REV, REV16, REVSH
              x = r[(op >> 3) & 7] as number;
              if ((op & 0xc0) === 0x00) x = (x << 24) | ((x & 0xff00) << 8) | ((x >> 8) & 0xff00) | (x >>> 24);
              else if ((op & 0xc0) === 0x40) x = ((x & 0xff00ff) << 8) | ((x >>> 8) & 0xff00ff);
              else if ((op & 0xc0) === 0xc0) x = ((x << 24) >> 16) | ((x >> 8) & 255);
              else throw new UndefinedInstruction();
              r[op & 7] = x;
              break;
            case 12: // POP
            case 13: {
              let list = op & 255;
              a = r[13] as number;
              cpu.sliceCycles = cycles;
              for (x = 0; list; x++, list >>= 1) {
                if (!(list & 1)) continue;
                o = (a - ramBase) >>> 0;
                r[x] = o < ramSize ? (ram32[o >> 2] as number) : cpu.read(a, 4);
                a = (a + 4) | 0;
                cycles++;
              }
              if (!(op & 0x100)) {
                r[13] = a;
                break;
              }
              o = (a - ramBase) >>> 0;
              b = o < ramSize ? (ram32[o >> 2] as number) : cpu.read(a, 4);
              r[13] = a + 4;
              cycles += 3;
              if (regs.ipsr !== 0 && b >>> 28 === 15) {
                regs.setFlags((nr < 0 ? 1 << 31 : 0) | (zr === 0 ? 1 << 30 : 0) | (c << 29) | (v << 28));
                cpu.sliceCycles = cycles;
                exceptions.leave(b, cpu.maskInterrupts);
                ({ pc, zr, nr, c, v } = regs);
                cycles = cpu.sliceCycles;
                break;
              }
              pc = b & ~1;
              if (!(b & 1)) {
                regs.thumb = false;
                cpu.attention();
              }
              break;
            }
            case 14: // BKPT: a HardFault where no debugger has switched halting on (C1.3.1)
              if (!cpu.debugEnabled) throw new UndefinedInstruction();
              pc = at;
              count--;
              cpu.breakpointInstruction();
              break;
            case 15: // hints; those without a meaning here are NOPs
              if (op === 0xbf30) cpu.sleep('wfi');
              else if (op === 0xbf20) cpu.sleep('wfe');
              else if (op === 0xbf40) cpu.sendEvent();
              else if (op & 15) throw new UndefinedInstruction();
              break;
            default:
              throw new UndefinedInstruction();
          }
          break;
        case 24: {
          // STM
          let list = op & 255;
          a = r[(op >> 8) & 7] as number;
          cpu.sliceCycles = cycles;
          for (x = 0; list; x++, list >>= 1) {
            if (!(list & 1)) continue;
            o = (a - ramBase) >>> 0;
            if (o < ramSize && !(a & 3)) ram32[o >> 2] = r[x] as number;
            else cpu.write(a, r[x] as number, 4);
            a = (a + 4) | 0;
            cycles++;
          }
          r[(op >> 8) & 7] = a;
          break;
        }
        case 25: {
          // LDM; the base is written back unless it is loaded. A fault leaves it as it was.
          let list = op & 255;
          const n = (op >> 8) & 7;
          a = r[n] as number;
          b = a;
          cpu.sliceCycles = cycles;
          for (x = 0; list; x++, list >>= 1) {
            if (!(list & 1)) continue;
            o = (a - ramBase) >>> 0;
            o = o < ramSize && !(a & 3) ? (ram32[o >> 2] as number) : cpu.read(a, 4);
            if (x === n) b = o;
            else r[x] = o;
            a = (a + 4) | 0;
            cycles++;
          }
          r[n] = op & (1 << n) ? b : a;
          break;
        }
        case 26: // B<cond>, UDF, SVC
        case 27: {
          let taken = false;
          switch ((op >> 8) & 15) {
            case 0: // EQ
              taken = zr === 0;
              break;
            case 1: // NE
              taken = zr !== 0;
              break;
            case 2: // CS
              taken = c !== 0;
              break;
            case 3: // CC
              taken = c === 0;
              break;
            case 4: // MI
              taken = nr < 0;
              break;
            case 5: // PL
              taken = nr >= 0;
              break;
            case 6: // VS
              taken = v !== 0;
              break;
            case 7: // VC
              taken = v === 0;
              break;
            case 8: // HI
              taken = c !== 0 && zr !== 0;
              break;
            case 9: // LS
              taken = c === 0 || zr === 0;
              break;
            case 10: // GE
              taken = nr < 0 === (v !== 0);
              break;
            case 11: // LT
              taken = nr < 0 !== (v !== 0);
              break;
            case 12: // GT
              taken = zr !== 0 && nr < 0 === (v !== 0);
              break;
            case 13: // LE
              taken = zr === 0 || nr < 0 !== (v !== 0);
              break;
            case 14: // UDF
              throw new UndefinedInstruction();
            case 15: // SVC
              exceptions.supervisorCall();
              break;
          }
          if (taken) {
            pc = (pc + 2 + ((op << 24) >> 23)) | 0;
            cycles += 2;
          }
          break;
        }
        case 28: // B
          pc = (pc + 2 + ((op << 21) >> 20)) | 0;
          cycles += 2;
          break;
        case 30: {
          o = (pc - codeBase) >>> 0;
          const low = o < codeSize ? (code[o >> 1] as number) : fetchFault(pc);
          pc = (pc + 2) | 0;
          cycles += 3;
          if ((low & 0xd000) === 0xd000) {
            // BL
            const sign = (op >> 10) & 1;
            x = (~((low >> 13) ^ sign) & 1) << 23;
            x |= (~((low >> 11) ^ sign) & 1) << 22;
            x |= (sign ? 0xff000000 : 0) | ((op & 0x3ff) << 12) | ((low & 0x7ff) << 1);
            r[14] = pc | 1;
            pc = (pc + x) | 0;
          } else if (op === 0xf3ef && low >> 12 === 8) {
            // MRS
            regs.setFlags((nr < 0 ? 1 << 31 : 0) | (zr === 0 ? 1 << 30 : 0) | (c << 29) | (v << 28));
            r[(low >> 8) & 15] = regs.mrs(low & 255);
          } else if (op >> 4 === 0xf38 && low >> 8 === 0x88) {
            // MSR
            regs.setFlags((nr < 0 ? 1 << 31 : 0) | (zr === 0 ? 1 << 30 : 0) | (c << 29) | (v << 28));
            regs.msr(low & 255, r[op & 15] as number);
            ({ zr, nr, c, v } = regs);
            cpu.attention(); // PRIMASK, privilege and the stack may have changed
          } else if (op !== 0xf3bf || low < 0x8f40 || low > 0x8f6f) throw new UndefinedInstruction(); // DSB, DMB, ISB
          break;
        }
        default:
          throw new UndefinedInstruction();
      }
    } while (cycles < cpu.limit);
  } catch (error) {
    pc = at;
    throw error;
  } finally {
    regs.pc = pc;
    regs.zr = zr;
    regs.nr = nr;
    regs.c = c;
    regs.v = v;
    cpu.sliceCycles = cycles;
    cpu.instructions += count;
  }
}
