// Reads the unwind tables that readelf and llvm-dwarfdump print into one form.
import { output } from './programs';

export interface OracleRow {
  readonly address: number;
  /** `sp+8`, or `exp` for an expression. */
  readonly cfa: string;
  /** By register name, sorted: `c-8` saved at CFA-8, `v-8` is CFA-8, `s` same value, `exp`, `vexp`, or a register's name. */
  readonly rules: Readonly<Record<string, string>>;
}

export interface OracleFde {
  readonly low: number;
  /** Exclusive. */
  readonly high: number;
  /** Undefined where the tool prints none, since the FDE has no instructions. */
  readonly rows: readonly OracleRow[] | undefined;
  /** Whether DW_CFA_restore_state is among the instructions; not known from readelf. */
  readonly restoresState?: boolean;
}

function sortedRules(entries: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(entries.filter(([, rule]) => rule !== 'u').sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** FDEs by `SECTION+OFFSET`. */
export function readelfRows(file: string): Map<string, OracleFde> {
  const result = new Map<string, OracleFde>();
  let section = '';
  let columns: string[] = [];
  let rows: OracleRow[] | undefined;
  for (const line of output('readelf', ['--debug-dump=frames-interp', '--wide', file]).split('\n')) {
    const heading = /^Contents of the (\S+) section/.exec(line);
    const entry = /^([0-9a-f]{8,16}) [0-9a-f]+ [0-9a-f]+ (CIE|FDE)(?:.* pc=([0-9a-f]+)\.\.([0-9a-f]+))?/.exec(line);
    if (heading) section = (heading[1] as string).replace('.zdebug', '.debug');
    else if (entry) {
      rows = undefined;
      columns = [];
      const [, offset, kind, low, high] = entry;
      if (kind !== 'FDE') continue;
      const fde = { low: address(low), high: address(high), rows: undefined as OracleRow[] | undefined };
      result.set(`${section}+${Number.parseInt(offset as string, 16)}`, fde);
      rows = [];
      fde.rows = rows;
    } else if (/^ +LOC /.test(line)) columns = line.trim().split(/ +/);
    else if (rows && columns.length > 0 && /^[0-9a-f]{8,16} (?!ZERO)/.test(line)) {
      const cells = line.trim().split(/ +/);
      const rules = columns.slice(2).map((column, index) => [column, cells[index + 2] as string] as const);
      rows.push({ address: address(cells[0]), cfa: cells[1] as string, rules: sortedRules(rules) });
    }
  }
  // Without instructions there is no table: an empty list of rows would say something else.
  for (const [key, fde] of result) if (fde.rows?.length === 0) result.set(key, { ...fde, rows: undefined });
  return result;
}

/** FDEs by `SECTION+OFFSET`. */
export function llvmRows(file: string): Map<string, OracleFde> {
  const result = new Map<string, OracleFde>();
  let section = '';
  let rows: OracleRow[] = [];
  let key = '';
  for (const line of output('llvm-dwarfdump', ['--debug-frame', file]).split('\n')) {
    const heading = /^(\.\S+) contents:/.exec(line);
    const entry = /^([0-9a-f]{8,16}) [0-9a-f]+ [0-9a-f]+ (CIE|FDE)(?:.* pc=([0-9a-f]+)\.\.\.([0-9a-f]+))?/.exec(line);
    const row = /^ {2}0x([0-9a-f]+): CFA=(.*?)(?:: (.*))?$/.exec(line);
    if (heading) section = heading[1] as string;
    else if (entry) {
      rows = [];
      const [, offset, kind, low, high] = entry;
      if (kind !== 'FDE') continue;
      key = `${section}+${Number.parseInt(offset as string, 16)}`;
      result.set(key, { low: address(low), high: address(high), rows });
    } else if (line === '  DW_CFA_restore_state:') {
      const fde = result.get(key);
      if (fde) result.set(key, { ...fde, restoresState: true });
    } else if (row) {
      const rules = (row[3] ?? '').matchAll(/(\w+)=(.*?)(?=, \w+=|$)/g);
      rows.push({
        address: address(row[1]),
        cfa: llvmRule(row[2] as string, true),
        rules: sortedRules(
          [...rules].map(([, register, rule]) => [register as string, llvmRule(rule as string, false)]),
        ),
      });
    }
  }
  return result;
}

function llvmRule(text: string, isCfa: boolean): string {
  if (/^\[?DW_OP/.test(text)) return isCfa || text.startsWith('[') ? 'exp' : 'vexp';
  if (text === 'undefined') return 'u';
  if (text === 'same') return 's';
  const saved = /^\[CFA([+-]\d+)?\]$/.exec(text);
  if (saved) return `c${saved[1] ?? '+0'}`;
  const value = /^CFA([+-]\d+)?$/.exec(text);
  if (value) return `v${value[1] ?? '+0'}`;
  return isCfa && !/[+-]\d+$/.test(text) ? `${text}+0` : text;
}

/** As api.ts counts addresses. */
function address(text: string | undefined): number {
  return Number(BigInt.asIntN(64, BigInt(`0x${text}`)));
}
