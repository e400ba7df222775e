// Reports what the reader found against Tcl's rules.
import type { Examined, Finding, Fix } from './finding';

const names: Readonly<Record<string, string>> = { '}': 'closing brace', ']': 'closing bracket', '"': 'closing quote' };

export function checkSyntax({ source }: Examined): Finding[] {
  return source.items.flatMap((item) =>
    item.problems.map((problem) => {
      const fixes: Fix[] = [];
      if (problem.insert !== undefined && problem.insertAt !== undefined) {
        const place = item.start + problem.insertAt;
        const text = problem.insert === '}' ? closingBrace(source.text, item.start + problem.start) : problem.insert;
        const title = `Insert the ${names[problem.insert] ?? (problem.insert === ' ' ? 'space' : 'closing parenthesis')}`;
        fixes.push({ title, changes: [{ start: place, end: place, text }], preferred: true });
      }
      const isDoubt = problem.code === 'suspicious-quote';
      return {
        code: problem.code,
        severity: problem.code === 'too-deep' ? 'information' : isDoubt ? 'warning' : 'error',
        start: item.start + problem.start,
        end: item.start + problem.end,
        message: problem.message,
        fixes,
      } as const;
    }),
  );
}

/** The brace on a line of its own, indented like the line that opened it. */
function closingBrace(text: string, open: number): string {
  const line = text.lastIndexOf('\n', open - 1) + 1;
  return `\n${/^[ \t]*/.exec(text.slice(line, open))?.[0] ?? ''}}`;
}
