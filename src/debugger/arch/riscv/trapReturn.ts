// Finds what a trap handler returns to: follows its instructions on paper from where it stands to the MRET or SRET. A handler has to
// bring back everything it changed, wherever it put it: that holds for any assembly, with unwind tables or without.
import { readUnsigned, toAddress } from '../../numbers';
import type { CodeContext, HandlerFrame, MachineState } from '../architecture';
import { decodeRiscV } from './flow';
import { type Operation, operationOf } from './operations';
import { isRiscvPreserved, riscvDwarf } from './registers';

/** Instructions that are followed at most, on all paths together. */
const maximumInstructions = 1000;

export const csr = {
  sscratch: 0x140,
  sepc: 0x141,
  mscratch: 0x340,
  mepc: 0x341,
  mcause: 0x342,
  scause: 0x142,
} as const;
const scratchNames: ReadonlyMap<number, string> = new Map([
  [csr.mscratch, 'mscratch'],
  [csr.sscratch, 'sscratch'],
]);
const returns: ReadonlyMap<number, 'm' | 's'> = new Map([
  [0x30200073, 'm'],
  [0x10200073, 's'],
]);

/** Which level a trap return instruction leaves; undefined for all other instructions. */
export const trapReturnLevel = (op: number): 'm' | 's' | undefined => returns.get(op);

export interface TrapReturn {
  readonly level: 'm' | 's';
  /** By DWARF number, as far as they are known. */
  readonly registers: ReadonlyMap<number, bigint>;
  /** What the handler writes to mepc or sepc before it returns; undefined when it leaves it alone. */
  readonly epc: bigint | undefined;
}

/** True when code leads from `context.pc` to a trap return. */
export const reachesTrapReturn = (context: CodeContext, addressSize: number): boolean =>
  search(new Machine(addressSize, new Map(), new Map(), undefined), context) !== undefined;

/** The end of the handler as it is going to be; undefined when it is not found. */
export function followToTrapReturn(
  { code, registers }: HandlerFrame,
  state: MachineState,
  addressSize: number,
): TrapReturn | undefined {
  // Floating-point registers are only of interest where the handler brings them back.
  const general = Array.from({ length: 31 }, (_, index) => index + 1);
  const known = general.map((dwarf): [number, Lazy] => [dwarf, () => registers.get(dwarf)]);
  return search(new Machine(addressSize, new Map(known), new Map(), state), code);
}

function search(start: Machine, context: CodeContext): TrapReturn | undefined {
  const { addressSize } = start;
  const flowAt = decodeRiscV(addressSize === 8);
  const seen = new Set<number>();
  const open = [{ pc: context.pc, machine: start }];
  let budget = maximumInstructions;
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    let { pc } = path;
    const { machine } = path;
    while (!seen.has(pc) && budget-- > 0) {
      seen.add(pc);
      const bytes = context.code(pc, 4) ?? context.code(pc, 2);
      const decoded = bytes === undefined ? undefined : flowAt(bytes, pc);
      if (bytes === undefined || decoded === undefined) break;
      const op = Number(readUnsigned(bytes.subarray(0, decoded.length), false));
      const level = trapReturnLevel(op);
      if (level !== undefined)
        return { level, registers: machine.known(), epc: machine.csrs.get(level === 'm' ? csr.mepc : csr.sepc)?.() };
      const next = pc + decoded.length;
      const { flow } = decoded;
      if (flow.kind === 'indirect') break;
      if (flow.kind === 'call') machine.call();
      else machine.apply(operationOf(op, addressSize), pc);
      // Every way out brings the same back, so conditions do not matter.
      if (flow.kind === 'branch') open.push({ pc: flow.target, machine: machine.copy() });
      pc = flow.kind === 'jump' ? flow.target : next;
    }
  }
  return undefined;
}

/**
 * A value that is worked out when it is asked for: what a handler reads on its way may be a peripheral register whose reading does
 * something, and it is no part of what it brings back. Undefined when it is not known.
 */
type Lazy = () => bigint | undefined;

const unknown: Lazy = () => undefined;

function lazy(compute: Lazy): Lazy {
  let done: { readonly value: bigint | undefined } | undefined;
  return () => {
    done ??= { value: compute() };
    return done.value;
  };
}

const plus = (value: Lazy, by: number): Lazy => lazy(() => add(value(), BigInt(by)));
const add = (a: bigint | undefined, b: bigint | undefined) => (a === undefined || b === undefined ? undefined : a + b);

interface Store {
  readonly address: Lazy;
  readonly value: Lazy;
  readonly before: Store | undefined;
}

/** Registers, CSRs and memory as the handler will have them. */
class Machine {
  #stores: Store | undefined;

  constructor(
    readonly addressSize: number,
    readonly registers: Map<number, Lazy>,
    readonly csrs: Map<number, Lazy>,
    /** Undefined when only the way is of interest. */
    readonly state: MachineState | undefined,
  ) {}

  copy(): Machine {
    const copy = new Machine(this.addressSize, new Map(this.registers), new Map(this.csrs), this.state);
    copy.#stores = this.#stores;
    return copy;
  }

  /** The registers that are known, each as wide as it is. */
  known(): Map<number, bigint> {
    const result = new Map<number, bigint>();
    for (const [dwarf, value] of this.registers) {
      const known = value();
      if (known !== undefined) result.set(dwarf, BigInt.asUintN(dwarf < 32 ? this.addressSize * 8 : 64, known));
    }
    return result;
  }

  /** A called function comes back with the registers that it must preserve. */
  call(): void {
    for (const dwarf of [...this.registers.keys()]) if (!isRiscvPreserved(dwarf)) this.registers.delete(dwarf);
  }

  apply(operation: Operation, pc: number): void {
    switch (operation.kind) {
      case 'addImmediate':
        this.#set(operation.rd, plus(this.#get(operation.rs1), operation.immediate));
        break;
      case 'add': {
        const [a, b] = [this.#get(operation.rs1), this.#get(operation.rs2)];
        const right = () => (operation.sign < 0 ? add(0n, negative(b())) : b());
        this.#set(
          operation.rd,
          lazy(() => add(a(), right())),
        );
        break;
      }
      case 'constant':
        this.#set(operation.rd, () => BigInt(operation.value));
        break;
      case 'relative':
        this.#set(operation.rd, () => BigInt(pc + operation.offset));
        break;
      case 'load':
        this.#set(operation.rd, this.#load(plus(this.#get(operation.rs1), operation.offset), operation.bytes));
        break;
      case 'store':
        this.#store(plus(this.#get(operation.rs1), operation.offset), this.#get(operation.register));
        break;
      case 'csr': {
        const old = this.#csr(operation.csr);
        const { write } = operation;
        if (write?.isWhole === true && write.from !== undefined) this.csrs.set(operation.csr, this.#get(write.from));
        this.#set(operation.rd, old);
        break;
      }
      case 'push':
      case 'pop':
        this.#pushOrPop(operation);
        break;
      case 'write':
        this.#set(operation.rd, unknown);
        break;
      case 'none':
    }
  }

  #pushOrPop({ kind, registers, bytes, adjustment }: Operation & { kind: 'push' | 'pop' }): void {
    const before = this.#get(riscvDwarf.sp);
    const top = kind === 'pop' ? plus(before, adjustment) : before;
    for (const [index, register] of registers.entries()) {
      const address = plus(top, -(index + 1) * bytes);
      if (kind === 'pop') this.#set(register, this.#load(address, bytes));
      else this.#store(address, this.#get(register));
    }
    this.#set(riscvDwarf.sp, kind === 'pop' ? top : plus(before, -adjustment));
  }

  #get(register: number): Lazy {
    return register === 0 ? () => 0n : (this.registers.get(register) ?? unknown);
  }

  #set(register: number, value: Lazy): void {
    if (register !== 0) this.registers.set(register, value);
  }

  #csr(number: number): Lazy {
    const name = scratchNames.get(number);
    return this.csrs.get(number) ?? (name === undefined ? unknown : () => this.state?.register(name));
  }

  #store(address: Lazy, value: Lazy): void {
    this.#stores = { address, value, before: this.#stores };
  }

  #load(address: Lazy, length: 4 | 8): Lazy {
    const stores = this.#stores;
    return lazy(() => {
      const at = this.#wrap(address());
      if (at === undefined) return undefined;
      for (let store = stores; store !== undefined; store = store.before)
        if (this.#wrap(store.address()) === at) return store.value();
      const bytes = this.state?.memory(toAddress(at, this.addressSize), length);
      return bytes === undefined ? undefined : BigInt.asIntN(length * 8, readUnsigned(bytes, false));
    });
  }

  #wrap(address: bigint | undefined): bigint | undefined {
    return address === undefined ? undefined : BigInt.asUintN(this.addressSize * 8, address);
  }
}

const negative = (value: bigint | undefined) => (value === undefined ? undefined : -value);
