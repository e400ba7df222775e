// The user's command lists. They are OpenOCD commands (Tcl); the GDB spellings that people bring along are translated where that
// is plain, and named where it is not. What the steps do is in carryOut.ts.
import type { Where } from '../../debugger/live/breakpoints/userBreakpoint';
import type { NumberFormat } from '../../debugger/values/scalars';
import { liveTexts } from './messages';

export type Step =
  | { readonly kind: 'tcl'; readonly command: string; readonly attribute: string }
  | { readonly kind: 'load' }
  /** The program is to be seen here first. */
  | { readonly kind: 'entry'; readonly place: Where }
  /** Runs: to the entry that was named before, or freely. */
  | { readonly kind: 'continue'; readonly attribute: string }
  /** An assignment in words of the program. */
  | { readonly kind: 'assign'; readonly expression: string; readonly text: string }
  | { readonly kind: 'numberFormat'; readonly format: NumberFormat }
  | { readonly kind: 'note'; readonly text: string };

/** Settings of GDB that mean nothing here. */
const dropped = [
  /^set\s+(mem|remotetimeout|confirm|pagination|print|history|style|arm|architecture|breakpoint|backtrace|logging|remote|tcp|verbose|width|height|debug|python|non-stop|target-async|mi-async|auto-load|disassembly-flavor|language|can-use-hw-watchpoints|step-mode|schedule-multiple|input-radix)\b/,
  /^-(enable-pretty-printing|gdb-set|environment-cd|interpreter-exec)\b/,
  /^(file|symbol-file|exec-file|target|handle|directory|dir|cd|info|print|p|x|shell|skip|define|end|document|python|flushregs|maint|maintenance)\b/,
];
const breakpoint = /^(?:t?break|th?break|hbreak|tb|thb|hb|br?)\s+(.*)$/;
const unknown = /^(source|add-symbol-file|restore|call|commands|if|while|printf|echo\s+-)\b/;

const intWidths: Readonly<Record<string, string>> = {
  int: 'mww',
  'unsigned int': 'mww',
  unsigned: 'mww',
  long: 'mww',
  'unsigned long': 'mww',
  uint32_t: 'mww',
  int32_t: 'mww',
  short: 'mwh',
  'unsigned short': 'mwh',
  uint16_t: 'mwh',
  int16_t: 'mwh',
  char: 'mwb',
  'unsigned char': 'mwb',
  uint8_t: 'mwb',
  int8_t: 'mwb',
};

/** @param attribute where the commands come from, for messages */
export function translate(commands: readonly string[], attribute: string): Step[] {
  return commands.flatMap((command) => translateOne(command.trim(), attribute));
}

function translateOne(text: string, attribute: string): Step[] {
  if (text === '' || text.startsWith('#')) return [];
  const tcl = (command: string): Step[] => [{ kind: 'tcl', command, attribute }];
  const monitor = /^(?:interpreter-exec console\s+")?mon(?:i(?:t(?:o(?:r)?)?)?)?\s+(.*?)"?$/.exec(text);
  if (monitor?.[1] !== undefined) return monitorCommand(monitor[1], tcl);
  if (/^(load|-target-download)\b/.test(text)) return [{ kind: 'load' }];
  if (/^(continue|c)$/.test(text)) return [{ kind: 'continue', attribute }];
  if (/^(interrupt|-exec-interrupt)$/.test(text)) return tcl('halt');
  if (/^(detach|disconnect|quit|q)$/.test(text)) return [];
  if (/^(compare-sections)$/.test(text)) return [];
  const place = breakpoint.exec(text)?.[1];
  if (place !== undefined) return [entryAt(place.trim()) ?? { kind: 'note', text: liveTexts.gdbUnknown(text) }];
  const radix = /^set\s+output-radix\s+(10|16|0x10)$/i.exec(text)?.[1];
  if (radix !== undefined) return [{ kind: 'numberFormat', format: radix === '10' ? 'natural' : 'hexadecimal' }];
  const stored = assignment(text, tcl);
  if (stored !== undefined) return stored;
  if (unknown.test(text)) return [{ kind: 'note', text: liveTexts.gdbUnknown(text) }];
  if (dropped.some((pattern) => pattern.test(text))) return [{ kind: 'note', text: liveTexts.gdbDropped(text) }];
  // Tcl's own `set` has no equals sign as a word by itself.
  if (/^set\s+[^\s=]+\s+=\s+\S/.test(text)) return [inWordsOfTheProgram(text)];
  return tcl(text);
}

/** Where GDB would set the breakpoint: `main`, `main.c:12`, `*0x8000100`. */
function entryAt(text: string): Step | undefined {
  const address = /^\*\s*(0x[\da-f]+|\d+)$/i.exec(text)?.[1];
  if (address !== undefined) return { kind: 'entry', place: { kind: 'instruction', address: Number(address) } };
  const [, path, line] = /^([^\s:]+):(\d+)$/.exec(text) ?? [];
  if (path !== undefined) return { kind: 'entry', place: { kind: 'line', path, line: Number(line) } };
  return /^[A-Za-z_$][\w$:~]*$/.test(text) ? { kind: 'entry', place: { kind: 'function', name: text } } : undefined;
}

/** GDB's `set` of memory, a register or a variable; undefined for its other settings. */
function assignment(text: string, tcl: (command: string) => Step[]): Step[] | undefined {
  const memory =
    /^set\s+(?:var(?:iable)?\s+)?\{\s*([\w ]+?)\s*\}\s*(.+?)\s*=\s*(.+)$/.exec(text) ??
    /^set\s+(?:var(?:iable)?\s+)?\*\s*\(\s*([\w ]+?)\s*\*\s*\)\s*(.+?)\s*=\s*(.+)$/.exec(text);
  if (memory !== null) {
    const [, type = '', address = '', value = ''] = memory;
    const width = intWidths[type];
    if (width === undefined) return [{ kind: 'note', text: liveTexts.gdbUnknown(text) }];
    return isNumber(address) && isNumber(value) ? tcl(`${width} ${address} ${value}`) : [inWordsOfTheProgram(text)];
  }
  const register = /^set\s+(?:var(?:iable)?\s+)?\$(\w+)\s*=\s*(.+)$/.exec(text);
  if (register !== null) {
    const [, name = '', value = ''] = register;
    return isNumber(value) ? tcl(`reg ${name} ${value}`) : [inWordsOfTheProgram(text)];
  }
  return /^set\s+var(iable)?\s.*=/.test(text) ? [inWordsOfTheProgram(text)] : undefined;
}

const isNumber = (text: string) => /^(?:0x[\da-f]+|\d+)$/i.test(text);

const inWordsOfTheProgram = (text: string): Step => ({
  kind: 'assign',
  expression: text.replace(/^set\s+(?:var(?:iable)?\s+)?/, ''),
  text,
});

/** What stands behind `monitor`. */
function monitorCommand(command: string, tcl: (command: string) => Step[]): Step[] {
  const text = command.trim();
  // There is no GDB whose view of the target must be brought up to date.
  if (/^gdb_sync$/.test(text)) return [];
  return tcl(text);
}
