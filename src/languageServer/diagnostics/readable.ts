// Says of a file that is no script why nothing else is said about it.
import { maxLength } from '../model/source';
import type { Examined, Finding } from './finding';

export function checkReadable({ source }: Examined): Finding[] {
  const { unreadable, text } = source;
  if (unreadable === undefined) return [];
  const nul = Math.max(0, text.indexOf('\0'));
  const [code, start, message] =
    unreadable === 'binary'
      ? (['not-text', nul, 'This file is not text: there is a NUL character here. It is not examined.'] as const)
      : ([
          'too-long',
          0,
          `This file has more than ${maxLength / 1e6} million characters. It is not examined.`,
        ] as const);
  return [{ code, severity: 'warning', start, end: start + 1, message, fixes: [] }];
}
