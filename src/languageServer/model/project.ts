// All files in view: the open ones as they are in the editor, the others as they are on disk, and which sources which.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isFile } from './exists';
import type { CreatedObject, ProcedureDefinition, SourcedFile } from './facts';
import { laterNames } from './laterNames';
import { ScriptIndex } from './scriptIndex';
import { type Item, maxLength, Source } from './source';

/** A definition with the file and item it is in; its offsets count from the item's start. */
export interface Found<T> {
  readonly source: Source;
  readonly item: Item;
  readonly value: T;
}

/** Sourced files are followed this far; OpenOCD's own scripts stay below a dozen. */
const maxReachable = 300;
const statIntervalMs = 2_000;

interface DiskFile {
  readonly source: Source;
  readonly mtimeMs: number;
  checkedAt: number;
}

export class Project {
  /** Folders that are open in the editor: OpenOCD is usually started in one of them. */
  roots: readonly string[] = [];
  index: ScriptIndex = ScriptIndex.empty;
  readonly #open = new Map<string, Source>();
  readonly #disk = new Map<string, DiskFile>();

  /** Takes the text of an open file. */
  open(uri: string, text: string): Source {
    const key = keyOf(uri);
    const known = this.#open.get(key);
    if (known !== undefined) {
      known.update(text);
      return known;
    }
    const source = new Source(uri, text);
    this.#open.set(key, source);
    return source;
  }

  close(uri: string): void {
    this.#open.delete(keyOf(uri));
  }

  get openSources(): readonly Source[] {
    return [...this.#open.values()];
  }

  /** The file as open or as on disk; undefined when it cannot be read. */
  source(file: string): Source | undefined {
    const open = this.#open.get(file);
    if (open !== undefined) return open;
    const known = this.#disk.get(file);
    const now = Date.now();
    if (known !== undefined && now - known.checkedAt < statIntervalMs) return known.source;
    try {
      const { mtimeMs, size } = fs.statSync(file);
      if (known !== undefined && known.mtimeMs === mtimeMs) {
        known.checkedAt = now;
        return known.source;
      }
      if (size > maxLength) return undefined;
      const source = new Source(pathToFileURL(file).href, fs.readFileSync(file, 'utf8'));
      this.#disk.set(file, { source, mtimeMs, checkedAt: now });
      return source;
    } catch {
      this.#disk.delete(file);
      return undefined;
    }
  }

  /** The file that `source [find NAME]` in the file at `uri` would read; undefined when there is none. */
  resolve(name: string, uri: string): string | undefined {
    const own = pathOf(uri);
    const folders = [...(own === undefined ? [] : [path.dirname(own)]), ...this.roots, ...this.index.folders];
    const names = [name, ...(this.index.renaming === undefined ? [] : laterNames(name, this.index.renaming))];
    for (const tried of names) {
      const candidates = path.isAbsolute(tried) ? [tried] : folders.map((folder) => path.join(folder, tried));
      const file = candidates.find(isFile);
      if (file !== undefined) return file;
    }
    return undefined;
  }

  /** What the file at `uri` sources, directly or not; the file itself comes first. */
  reachable(source: Source): Source[] {
    const found = new Map<string, Source>([[keyOf(source.uri), source]]);
    for (const current of found.values()) {
      if (found.size >= maxReachable) break;
      for (const { value } of sourcedFiles(current)) {
        const file = value.path === undefined ? undefined : this.resolve(value.path, current.uri);
        const next = file === undefined || found.has(file) ? undefined : this.source(file);
        if (file !== undefined && next !== undefined) found.set(file, next);
      }
    }
    return [...found.values()];
  }

  /** Whether a file that this one needs cannot be known: a name made up at run time, or a file that is nowhere. */
  hasUnknownSources(sources: readonly Source[]): boolean {
    return sources.some((source) =>
      sourcedFiles(source).some(
        ({ value }) => value.path === undefined || this.resolve(value.path, source.uri) === undefined,
      ),
    );
  }
}

export function sourcedFiles(source: Source): Found<SourcedFile>[] {
  return source.items.flatMap((item) => item.facts.sources.map((value) => ({ source, item, value })));
}

export function procedures(sources: readonly Source[]): Found<ProcedureDefinition>[] {
  return sources.flatMap((source) =>
    source.items.flatMap((item) => item.facts.procedures.map((value) => ({ source, item, value }))),
  );
}

export function createdObjects(sources: readonly Source[]): Found<CreatedObject>[] {
  return sources.flatMap((source) =>
    source.items.flatMap((item) => item.facts.objects.map((value) => ({ source, item, value }))),
  );
}

/** The names of created objects that are written out, not put together at run time. */
export function objectNames(sources: readonly Source[]): ReadonlySet<string> {
  return new Set(createdObjects(sources).flatMap(({ value }) => (/^[\w.-]+$/.test(value.name) ? [value.name] : [])));
}

/** The file behind a URI; undefined for one that is not a file. */
export function pathOf(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

const keyOf = (uri: string): string => pathOf(uri) ?? uri;
