// The user's command lists. They are OpenOCD commands (Tcl); the GDB spellings that people bring along are translated where that
// is plain, and named where it is not.
import { liveTexts } from './messages';

export type Step =
  | { readonly kind: 'tcl'; readonly command: string; readonly attribute: string }
  | { readonly kind: 'load' }
  | { readonly kind: 'note'; readonly text: string };

/** Settings of GDB that mean nothing here. */
const dropped = [
  /^set\s+(mem|remotetimeout|confirm|pagination|print|history|style|arm|architecture|breakpoint|backtrace|logging|remote|tcp|verbose|width|height|debug|python|non-stop|target-async|mi-async|auto-load|disassembly-flavor|language|can-use-hw-watchpoints|step-mode|schedule-multiple|output-radix|input-radix)\b/,
  /^-(enable-pretty-printing|gdb-set|environment-cd|interpreter-exec)\b/,
  /^(file|symbol-file|exec-file|target|handle|thbreak|hbreak|tbreak|break|b|tb|directory|dir|cd|info|print|p|x|shell|skip|define|end|document|python|flushregs|maint|maintenance)\b/,
];
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
  if (/^(continue|c)$/.test(text)) return tcl('resume');
  if (/^(interrupt|-exec-interrupt)$/.test(text)) return tcl('halt');
  if (/^(detach|disconnect|quit|q)$/.test(text)) return [];
  if (/^(compare-sections)$/.test(text)) return [];
  const memory = /^set\s+\{\s*([\w ]+?)\s*\}\s*(\S+?)\s*=\s*(\S+)$/.exec(text);
  if (memory !== null) {
    const [, type = '', address = '', value = ''] = memory;
    const width = intWidths[type];
    if (width !== undefined) return tcl(`${width} ${address} ${value}`);
    return [{ kind: 'note', text: liveTexts.gdbUnknown(text) }];
  }
  const pointer = /^set\s+(?:var\s+)?\*\s*\(\s*([\w ]+?)\s*\*\s*\)\s*(\S+?)\s*=\s*(\S+)$/.exec(text);
  if (pointer !== null) {
    const [, type = '', address = '', value = ''] = pointer;
    const width = intWidths[type];
    if (width !== undefined) return tcl(`${width} ${address} ${value}`);
    return [{ kind: 'note', text: liveTexts.gdbUnknown(text) }];
  }
  const register = /^set\s+(?:var\s+)?\$(\w+)\s*=\s*(\S+)$/.exec(text);
  if (register !== null) return tcl(`reg ${register[1]} ${register[2]}`);
  if (/^set\s+var\b/.test(text) || unknown.test(text)) return [{ kind: 'note', text: liveTexts.gdbUnknown(text) }];
  if (dropped.some((pattern) => pattern.test(text))) return [{ kind: 'note', text: liveTexts.gdbDropped(text) }];
  return tcl(text);
}

/** What stands behind `monitor`. */
function monitorCommand(command: string, tcl: (command: string) => Step[]): Step[] {
  const text = command.trim();
  // There is no GDB whose view of the target must be brought up to date.
  if (/^gdb_sync$/.test(text)) return [];
  return tcl(text);
}
