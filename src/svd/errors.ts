// The one error of this room, and the list of warnings a reader collects. Nothing here reads files or XML.

/** Where in an SVD file something was noticed. `path` is the dotted path of the element, without the device's name. */
export interface SvdWarning {
  readonly message: string;
  readonly line: number;
  readonly path: string;
}

/** The SVD file, or a value given for something it describes, cannot be used. The message names file, line and remedy. */
export class SvdError extends Error {
  override readonly name = 'SvdError';
  /** The message without its place. */
  readonly problem: string;
  readonly file: string | undefined;
  readonly line: number | undefined;

  constructor(problem: string, where: { file?: string | undefined; line?: number | undefined } = {}) {
    const place = [where.file, where.line === undefined ? undefined : `line ${where.line}`].filter(Boolean).join(', ');
    super(place === '' ? problem : `${place}: ${problem}`);
    this.problem = problem;
    this.file = where.file;
    this.line = where.line;
  }
}

/** Files with thousands of equal slips exist; a list longer than this helps nobody. */
const maxWarnings = 1000;

/** Collects what was tolerated, in the order of the file; past a limit only the count goes on. */
export class Warnings {
  readonly #list: SvdWarning[] = [];
  #unlisted = 0;

  add(message: string, line: number, path: string): void {
    if (this.#list.length < maxWarnings) this.#list.push({ message, line, path });
    else this.#unlisted++;
  }

  /** All warnings by line; when the limit was passed, the last entry says how many more there are. */
  list(): SvdWarning[] {
    const sorted = [...this.#list].sort((a, b) => a.line - b.line);
    if (this.#unlisted === 0) return sorted;
    return [...sorted, { message: `${this.#unlisted} more warnings are not listed.`, line: 0, path: '' }];
  }
}
