// Source files: from the paths the compiler recorded to files on this computer, and references for those that are not here.
import fs from 'node:fs';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { SourceFile } from '../debuginfo/api';

export class Sources {
  readonly #map: readonly { readonly from: string; readonly to: string }[];
  readonly #folders: string[];
  readonly #known = new Map<string, DebugProtocol.Source>();
  /** Recorded paths of files that are not here, by reference − 1. */
  readonly #absent: string[] = [];

  /** @param folders where files are looked for whose recorded names are relative, best first */
  constructor(sourceMap: ReadonlyMap<string, string>, folders: readonly string[] = []) {
    this.#folders = [...folders];
    const entries = [...sourceMap].map(([from, to]) => ({ from: normalise(from), to }));
    // The longest prefix is the most specific one.
    this.#map = entries.sort((a, b) => b.from.length - a.from.length);
  }

  /** One more folder where files with relative names may be. */
  addFolder(folder: string): void {
    if (!this.#folders.includes(folder)) this.#folders.push(folder);
  }

  /** The DAP source of a file of the program. */
  describe(file: SourceFile): DebugProtocol.Source {
    const known = this.#known.get(file.path);
    if (known !== undefined) return known;
    const local = this.localPath(file.path);
    const source: DebugProtocol.Source = { name: file.name, path: local };
    if (file.md5 !== undefined) source.checksums = [{ algorithm: 'MD5', checksum: file.md5 }];
    if (!fs.existsSync(local)) {
      source.sourceReference = this.#absent.push(file.path);
      source.presentationHint = 'deemphasize';
      source.origin = 'not on this computer';
    }
    this.#known.set(file.path, source);
    return source;
  }

  /** Where a recorded path is on this computer by the mapping; the path itself without one. */
  localPath(recorded: string): string {
    const normal = normalise(recorded);
    for (const { from, to } of this.#map) {
      if (normal === from) return to;
      if (normal.startsWith(`${from.replace(/\/$/, '')}/`))
        return path.join(to, normal.slice(from.replace(/\/$/, '').length + 1));
    }
    if (isAbsolute(normal)) return recorded;
    // A program compiled with relative names, for builds that can be repeated anywhere.
    const base = this.#map.find(({ from }) => from === '.')?.to;
    const candidates = [...(base === undefined ? [] : [base]), ...this.#folders].map((folder) =>
      path.resolve(folder, recorded),
    );
    return candidates.find((candidate) => fs.existsSync(candidate)) ?? candidates[0] ?? recorded;
  }

  /** The path to look up in the program for a path of this computer: the mapping backwards. */
  recordedPath(local: string): string {
    const normal = normalise(local);
    for (const { from, to } of this.#map) {
      const base = normalise(to).replace(/\/$/, '');
      if (from === '.' && normal.startsWith(`${base}/`)) return normal.slice(base.length + 1);
      if (normal.startsWith(`${base}/`)) return `${from.replace(/\/$/, '')}/${normal.slice(base.length + 1)}`;
    }
    return local;
  }

  /** The recorded path behind a reference; undefined when there is none. */
  absent(reference: number): string | undefined {
    return this.#absent[reference - 1];
  }
}

const isAbsolute = (text: string) => text.startsWith('/') || /^[A-Za-z]:\//.test(text);
const normalise = (text: string) => text.replaceAll('\\', '/');
