// DW_AT_language codes (DWARF 5 table 7.17 and later registrations) as the few languages that make a difference here.
import type { Language } from '../api';

const LANGUAGES: ReadonlyMap<number, Language> = new Map<number, Language>([
  ...[0x01, 0x02, 0x0c, 0x1d, 0x2c, 0x3e].map((code): [number, Language] => [code, 'c']),
  ...[0x04, 0x19, 0x1a, 0x21, 0x2a, 0x2b, 0x3a].map((code): [number, Language] => [code, 'c++']),
  ...[0x03, 0x0d, 0x2e, 0x2f].map((code): [number, Language] => [code, 'ada']),
  [0x13, 'd'],
  [0x1c, 'rust'],
  [0x27, 'zig'],
  [0x31, 'assembler'],
  [0x8001, 'assembler'],
]);

export function languageOf(code: number | undefined): Language {
  return LANGUAGES.get(code ?? 0) ?? 'other';
}
