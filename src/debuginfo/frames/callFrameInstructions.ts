// The call frame instructions (DWARF 5 §6.4.2 and §7.24, with GNU's, Arm's and MIPS' own): from a CIE's and an FDE's programs to
// the rows of the unwind table. Finding the programs is the business of frameSection.ts.
import type { CfaRule, RegisterRule } from '../api';
import type { Reader } from '../bytes';
import type { CommonInformationEntry } from './commonInformationEntry';
import { type PointerBases, readEncodedPointer } from './pointerEncoding';

type Rules = ReadonlyMap<number, RegisterRule>;

/** A row as the instructions leave it. `cfa` undefined: nothing has defined one. */
export interface FrameRow {
  readonly low: number;
  /** Exclusive. */
  readonly high: number;
  readonly cfa: CfaRule | undefined;
  readonly rules: Rules;
}

const noRules: Rules = new Map();

/** Beyond what any compiler writes; keeps damaged programs from taking minutes. */
const maxInstructions = 100_000;
const maxRules = 512;

/** The rules in force, which the instructions change one by one. */
class FrameState {
  executed = 0;
  cfa: CfaRule | undefined;
  /** Never changed in place: rows and remembered states share it. */
  rules: Rules = noRules;
  private readonly remembered: { readonly cfa: CfaRule | undefined; readonly rules: Rules }[] = [];
  private ownRules: Map<number, RegisterRule> | undefined;

  constructor(
    readonly reader: Reader,
    readonly cie: CommonInformationEntry,
    readonly initialRules: Rules,
  ) {}

  set(register: number, rule: RegisterRule | undefined): void {
    if (this.ownRules !== this.rules || this.ownRules === undefined) {
      this.ownRules = new Map(this.rules);
      this.rules = this.ownRules;
    }
    if (rule) this.ownRules.set(register, rule);
    else this.ownRules.delete(register);
    if (this.ownRules.size > maxRules) this.reader.fail(`more than ${maxRules} registers have rules`);
  }

  /** From now on the present rules belong to somebody else too. */
  share(): Rules {
    this.ownRules = undefined;
    return this.rules;
  }

  remember(): void {
    this.remembered.push({ cfa: this.cfa, rules: this.share() });
  }

  recall(): void {
    const state = this.remembered.pop() ?? this.reader.fail('DW_CFA_restore_state without a remembered state');
    this.cfa = state.cfa;
    this.rules = state.rules;
    this.ownRules = undefined;
  }

  /** Offsets in instructions count in units of the data alignment factor. */
  scaled(offset: number): number {
    return offset * this.cie.dataAlignmentFactor;
  }

  expression(): Uint8Array {
    return this.reader.slice(this.reader.uleb());
  }

  /** GNU as begins RISC-V's CIEs with a register alone: the offset is 0 until an instruction gives one. */
  changeCfa(change: { readonly register?: number; readonly offset?: number }): void {
    if (this.cfa?.kind === 'expression') this.reader.fail('CFA rule changed that is not a register and an offset');
    this.cfa = { kind: 'registerOffset', register: 0, offset: 0, ...this.cfa, ...change };
  }
}

/**
 * Runs the programs of a CIE and one of its FDEs and gives the rows in address order, empty ones left out. `reader` reads the
 * whole section.
 * @throws DebugInfoError at the damaged instruction, after the rows before it were given.
 */
export function* frameRows(
  reader: Reader,
  cie: CommonInformationEntry,
  fde: {
    readonly low: number;
    readonly high: number;
    readonly instructionsStart: number;
    readonly instructionsEnd: number;
  },
  bases: PointerBases,
): Generator<FrameRow, void, void> {
  const initial = new FrameState(reader.at(cie.instructionsStart, cie.instructionsEnd), cie, noRules);
  while (!initial.reader.atEnd) execute(initial, fde.low, bases);
  const state = new FrameState(reader.at(fde.instructionsStart, fde.instructionsEnd), cie, initial.rules);
  state.cfa = initial.cfa;
  state.rules = initial.rules;
  let low = fde.low;
  while (!state.reader.atEnd && low < fde.high) {
    const next = execute(state, low, bases);
    if (next === undefined || next === low) continue;
    if (next < low) state.reader.fail('DW_CFA_set_loc goes backwards');
    yield { low, high: Math.min(next, fde.high), cfa: state.cfa, rules: state.share() };
    low = next;
  }
  if (low < fde.high) yield { low, high: fde.high, cfa: state.cfa, rules: state.rules };
}

/** Runs one instruction. An instruction that ends the row gives the address where the next row begins. */
function execute(state: FrameState, location: number, bases: PointerBases): number | undefined {
  const { reader, cie } = state;
  if (++state.executed > maxInstructions) reader.fail(`more than ${maxInstructions} call frame instructions`);
  const opcode = reader.u8();
  const operand = opcode & 0x3f;
  switch (opcode & 0xc0) {
    case 0x40:
      return advance(location, operand, cie);
    case 0x80:
      state.set(operand, { kind: 'offset', offset: state.scaled(reader.uleb()) });
      return undefined;
    case 0xc0:
      state.set(operand, state.initialRules.get(operand));
      return undefined;
    default:
      return executeExtended(state, opcode, location, bases);
  }
}

function advance(location: number, delta: number, cie: CommonInformationEntry): number {
  return location + delta * cie.codeAlignmentFactor;
}

function executeExtended(state: FrameState, opcode: number, location: number, bases: PointerBases): number | undefined {
  const { reader, cie } = state;
  switch (opcode) {
    case 0x00: // DW_CFA_nop
      return undefined;
    case 0x01: // DW_CFA_set_loc
      return cie.segmentSelectorSize > 0
        ? reader.fail('DW_CFA_set_loc with a segment selector')
        : readEncodedPointer(reader, cie.pointerEncoding, {
            ...bases,
            addressSize: cie.addressSize,
            function: location,
          });
    case 0x02: // DW_CFA_advance_loc1
      return advance(location, reader.u8(), cie);
    case 0x03: // DW_CFA_advance_loc2
      return advance(location, reader.u16(), cie);
    case 0x04: // DW_CFA_advance_loc4
      return advance(location, reader.u32(), cie);
    case 0x1d: // DW_CFA_MIPS_advance_loc8
      return advance(location, reader.unsigned(8), cie);
    case 0x0a: // DW_CFA_remember_state
      state.remember();
      return undefined;
    case 0x0b: // DW_CFA_restore_state
      state.recall();
      return undefined;
    case 0x2c: // DW_CFA_AARCH64_negate_ra_state_with_pc
    case 0x2d: // DW_CFA_AARCH64_negate_ra_state, SPARC's DW_CFA_GNU_window_save: how the return address is signed, not where it is
      return undefined;
    case 0x2e: // DW_CFA_GNU_args_size
      reader.skipLeb();
      return undefined;
    default:
      if (!defineCfa(state, opcode) && !defineRegister(state, opcode)) {
        reader.fail(`call frame instruction 0x${opcode.toString(16)} is not known`, reader.position - 1);
      }
      return undefined;
  }
}

/** The CFA definition instructions, DWARF 5 §6.4.2.2. False: the opcode is none of them. */
function defineCfa(state: FrameState, opcode: number): boolean {
  const { reader } = state;
  switch (opcode) {
    case 0x0c: // DW_CFA_def_cfa
      state.cfa = { kind: 'registerOffset', register: reader.uleb(), offset: reader.uleb() };
      return true;
    case 0x12: // DW_CFA_def_cfa_sf
      state.cfa = { kind: 'registerOffset', register: reader.uleb(), offset: state.scaled(reader.sleb()) };
      return true;
    case 0x0d: // DW_CFA_def_cfa_register
      state.changeCfa({ register: reader.uleb() });
      return true;
    case 0x0e: // DW_CFA_def_cfa_offset
      state.changeCfa({ offset: reader.uleb() });
      return true;
    case 0x13: // DW_CFA_def_cfa_offset_sf
      state.changeCfa({ offset: state.scaled(reader.sleb()) });
      return true;
    case 0x0f: // DW_CFA_def_cfa_expression
      state.cfa = { kind: 'expression', expression: state.expression() };
      return true;
    default:
      return false;
  }
}

/** The register rule instructions, DWARF 5 §6.4.2.3. False: the opcode is none of them. */
function defineRegister(state: FrameState, opcode: number): boolean {
  const { reader } = state;
  const rule = (make: () => RegisterRule | undefined) => {
    const register = reader.uleb();
    state.set(register, make());
    return true;
  };
  switch (opcode) {
    case 0x05: // DW_CFA_offset_extended
      return rule(() => ({ kind: 'offset', offset: state.scaled(reader.uleb()) }));
    case 0x11: // DW_CFA_offset_extended_sf
      return rule(() => ({ kind: 'offset', offset: state.scaled(reader.sleb()) }));
    case 0x2f: // DW_CFA_GNU_negative_offset_extended
      return rule(() => ({ kind: 'offset', offset: -state.scaled(reader.uleb()) }));
    case 0x14: // DW_CFA_val_offset
      return rule(() => ({ kind: 'valueOffset', offset: state.scaled(reader.uleb()) }));
    case 0x15: // DW_CFA_val_offset_sf
      return rule(() => ({ kind: 'valueOffset', offset: state.scaled(reader.sleb()) }));
    case 0x07: // DW_CFA_undefined
      return rule(() => ({ kind: 'undefined' }));
    case 0x08: // DW_CFA_same_value
      return rule(() => ({ kind: 'sameValue' }));
    case 0x09: // DW_CFA_register
      return rule(() => ({ kind: 'register', register: reader.uleb() }));
    case 0x10: // DW_CFA_expression
      return rule(() => ({ kind: 'expression', expression: state.expression() }));
    case 0x16: // DW_CFA_val_expression
      return rule(() => ({ kind: 'valueExpression', expression: state.expression() }));
    case 0x06: {
      // DW_CFA_restore_extended
      const register = reader.uleb();
      state.set(register, state.initialRules.get(register));
      return true;
    }
    default:
      return false;
  }
}
