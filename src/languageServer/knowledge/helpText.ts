// Takes apart what OpenOCD's `help` prints: names, usage and help of each command. Knows its lay-out
// (OpenOCD src/helper/command.c, command_help_show), nothing of how the text was obtained.

export interface HelpEntry {
  readonly usage: string;
  readonly help: string;
}

const usageContinuation = 10;
const stageNote = /\s*\((?:command valid any time|configuration command|execution command|[^()]*mode[^()]*)\)\s*$/;

/**
 * @param text what `capture {help}` returned
 * @param names every known command; an entry begins where a line, indented by two columns a level, starts with one of them
 */
export function parseHelp(text: string, names: ReadonlySet<string>): Map<string, HelpEntry> {
  const entries = new Map<string, { usage: string[]; help: string[] }>();
  let current: { usage: string[]; help: string[] } | undefined;
  let indent = 0;
  let helpBegun = false;
  for (const line of text.split('\n')) {
    const column = line.length - line.trimStart().length;
    const words = line.trim().split(/\s+/);
    const name = words.slice(0, column / 2 + 1).join(' ');
    if (line.trim() !== '' && column % 2 === 0 && words.length > column / 2 && names.has(name) && !entries.has(name)) {
      current = { usage: [words.slice(column / 2 + 1).join(' ')], help: [] };
      entries.set(name, current);
      indent = column;
      helpBegun = false;
    } else if (current !== undefined && line.trim() !== '') {
      helpBegun ||= column < indent + usageContinuation;
      (helpBegun ? current.help : current.usage).push(line.trim());
    }
  }
  return new Map(
    [...entries].map(([name, entry]) => [
      name,
      { usage: collapse(entry.usage), help: collapse(entry.help).replace(stageNote, '') },
    ]),
  );
}

const collapse = (lines: readonly string[]): string => lines.join(' ').replace(/\s+/g, ' ').trim();
