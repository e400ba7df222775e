// What differs between versions of OpenOCD, and the byte order of its target, asked once per connection. Scripts are written for a dialect, replies are read by
// the modules in replies/, which accept every version's shape.
import { local } from './tcl/envelope';

export interface Dialect {
  /** First line of `version`, such as `Open On-Chip Debugger 0.12.0`. */
  readonly version: string;
  /** `read_memory` and `write_memory` (0.12); before that the client uses `mdw`, `mww` and relatives. */
  readonly memoryCommands: boolean;
  /** `$target debug_reason` (after 0.12). */
  readonly debugReason: boolean;
  /** `adapter name`, `adapter speed` (0.11); before that `adapter_name`, `adapter_khz`. */
  readonly adapterGroup: boolean;
  /** `$target cget -endian` of the current target is `big`: words are read and written in another order than their bytes. */
  readonly isBigEndian: boolean;
}

/** Asks for everything a dialect holds; answers with one list of 0 and 1. */
export const DIALECT_SCRIPT = local(
  // Nothing is tried: 0.11 writes on its standard error what it does not know. It lists no commands within a group.
  'set t {}; catch {set t [target current]}; set known {}; foreach c [list read_memory adapter "$t debug_reason"] ' +
    '{lappend known [expr {[llength [info commands $c]] > 0}]}; ' +
    'set endian {}; catch {set endian [$t cget -endian]}; lappend known [expr {$endian eq "big"}]; set known',
);

export function readDialect(version: string, flags: string): Dialect {
  const [memory, adapter, reason, big] = flags
    .trim()
    .split(/\s+/)
    .map((flag) => flag === '1');
  return {
    version,
    memoryCommands: memory ?? true,
    adapterGroup: adapter ?? true,
    debugReason: reason ?? false,
    isBigEndian: big ?? false,
  };
}
