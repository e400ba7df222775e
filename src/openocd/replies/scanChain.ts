// The table of `scan_chain` (all versions alike).

export interface Tap {
  readonly position: number;
  readonly name: string;
  readonly enabled: boolean;
  readonly idcode: number;
  /** Expected IDCODEs; `*` stands for an ignored version digit. */
  readonly expected: readonly string[];
  /** Bits of the instruction register. */
  readonly irLength: number;
}

export function readScanChain(text: string): Tap[] {
  const taps: (Omit<Tap, 'expected'> & { expected: string[] })[] = [];
  for (const line of text.split('\n')) {
    const tap = /^\s*(\d+) (\S+)\s+([Yn])\s+(0x[0-9a-f]+)\s+(0x\S+)\s+(\d+)/.exec(line);
    if (tap) {
      const [, position, name = '', enabled, idcode, expected = '', irLength] = tap;
      taps.push({
        position: Number(position),
        name,
        enabled: enabled === 'Y',
        idcode: Number(idcode),
        expected: [expected],
        irLength: Number(irLength),
      });
      continue;
    }
    const more = /^\s{20,}(0x\S+)\s*$/.exec(line)?.[1];
    if (more) taps.at(-1)?.expected.push(more);
  }
  return taps;
}
