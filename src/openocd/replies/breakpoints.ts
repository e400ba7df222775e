// Listings of `bp` and `wp` in every shape OpenOCD has printed them (`handle_bp_command_list` in `src/target/target.c`):
// 0.10 and 0.11 with a “set” number, 0.12 without, later versions with names before the values.

export interface Breakpoint {
  readonly address: bigint;
  /** Bytes. */
  readonly length: number;
  readonly kind: 'software' | 'hardware' | 'context' | 'hybrid';
}

export interface Watchpoint {
  readonly address: bigint;
  /** Bytes. */
  readonly length: number;
  /** `a`: reads and writes. */
  readonly access: 'r' | 'w' | 'a';
  readonly value: bigint;
  /** Bits of the value that do not matter. */
  readonly mask: bigint;
}

const KINDS: Readonly<Record<string, Breakpoint['kind']>> = {
  'IVA breakpoint': 'software',
  'Software breakpoint(IVA)': 'software',
  'Breakpoint(IVA)': 'hardware',
  'Hardware breakpoint(IVA)': 'hardware',
  'Context breakpoint': 'context',
  'Hybrid breakpoint(IVA)': 'hybrid',
};

/** Reads the listing of `bp`; lines that are not breakpoints (context links) are skipped. For context breakpoints the address is the context's number. */
export function readBreakpoints(text: string): Breakpoint[] {
  const pattern = /^(?:\[[^\]]*\] )?([\w() ]+): (?:(?:addr|asid)=)?(0x[0-9a-fA-F]+), (?:len=)?(0x[0-9a-fA-F]+)/gm;
  return [...text.matchAll(pattern)].flatMap(([, label = '', address = '0', length]) => {
    const kind = KINDS[label];
    return kind ? [{ address: BigInt(address), length: Number(length), kind }] : [];
  });
}

const ACCESSES: Readonly<Record<string, Watchpoint['access']>> = { 0: 'r', 1: 'w', 2: 'a', r: 'r', w: 'w', a: 'a' };

/** Reads the listing of `wp`. */
export function readWatchpoints(text: string): Watchpoint[] {
  const pattern =
    /^(?:\[[^\]]*\] )?address: (0x[0-9a-fA-F]+), len: (0x[0-9a-fA-F]+), r\/w\/a: (\w), value: (0x[0-9a-fA-F]+), mask: (0x[0-9a-fA-F]+)/gm;
  return [...text.matchAll(pattern)].map(([, address = '0', length, access = '', value = '0', mask = '0']) => ({
    address: BigInt(address),
    length: Number(length),
    access: ACCESSES[access] ?? 'a',
    value: BigInt(value),
    mask: BigInt(mask),
  }));
}
