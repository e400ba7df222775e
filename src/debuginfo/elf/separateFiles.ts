// Finds the separate files of a program: debug information stripped into another file (.gnu_debuglink, build id), and the file
// that dwz moved common parts to (.gnu_debugaltlink, .debug_sup).
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { ElfImage } from './image';

/** Opens the separate debug file that a program without DWARF of its own names; undefined when there is none. */
export function openDebugFile(program: ElfImage, debugDirectories: readonly string[]): ElfImage | undefined {
  const buildId = program.buildId();
  for (const candidate of [
    ...byBuildId(buildId, debugDirectories),
    ...linkCandidates(program, debugLink(program)?.name, debugDirectories),
  ]) {
    const image = open(candidate, program);
    if (image === undefined) continue;
    if (buildId !== undefined && image.buildId() === buildId) return image;
    const link = debugLink(program);
    if (link !== undefined && link.name === path.basename(candidate) && checksum(candidate) === link.checksum)
      return image;
    program.warnings.add(
      '.gnu_debuglink',
      0,
      `${candidate} does not belong to this program: build id and checksum differ`,
    );
    image.close();
  }
  return undefined;
}

/** Opens dwz's shared file; undefined when the program has none, with a warning when it is missing. */
export function openAlternateFile(owner: ElfImage, debugDirectories: readonly string[]): ElfImage | undefined {
  const link = owner.warnings.guard(() => alternateLink(owner), undefined);
  if (link === undefined) return undefined;
  const besides = path.resolve(path.dirname(owner.path), link.name);
  for (const candidate of [besides, ...byBuildId(link.id, debugDirectories)]) {
    const image = open(candidate, owner);
    if (image !== undefined && (image.buildId() === link.id || supplement(image, true)?.id === link.id)) return image;
    image?.close();
  }
  owner.warnings.add(link.section, 0, `the file ${link.name} with the shared debug information was not found`);
  return undefined;
}

function open(candidate: string, owner: ElfImage): ElfImage | undefined {
  if (candidate === owner.path || !fs.existsSync(candidate)) return undefined;
  return owner.warnings.guard(() => ElfImage.open(candidate, owner.warnings), undefined);
}

function* byBuildId(buildId: string | undefined, directories: readonly string[]): Iterable<string> {
  if (buildId === undefined || buildId.length < 4) return;
  for (const directory of directories)
    yield path.join(directory, '.build-id', buildId.slice(0, 2), `${buildId.slice(2)}.debug`);
}

/** Besides the program, in `.debug` there, and below the given folders (with the program's own folder repeated, as GDB does). */
function* linkCandidates(
  program: ElfImage,
  name: string | undefined,
  directories: readonly string[],
): Iterable<string> {
  if (name === undefined || name === '' || name !== path.basename(name)) return;
  const own = path.dirname(path.resolve(program.path));
  yield path.join(own, name);
  yield path.join(own, '.debug', name);
  for (const directory of directories) {
    yield path.join(directory, own, name);
    yield path.join(directory, name);
  }
}

function debugLink(program: ElfImage): { readonly name: string; readonly checksum: number } | undefined {
  return program.warnings.guard(() => {
    const reader = program.section('.gnu_debuglink')?.reader();
    if (reader === undefined) return undefined;
    const name = reader.cstring();
    reader.seek((reader.position + 3) & ~3);
    return { name, checksum: reader.u32() };
  }, undefined);
}

interface AlternateLink {
  readonly section: string;
  readonly name: string;
  /** Build id or checksum of the shared file. */
  readonly id: string;
}

function alternateLink(owner: ElfImage): AlternateLink | undefined {
  const gnu = owner.section('.gnu_debugaltlink')?.reader();
  if (gnu === undefined) return supplement(owner, false);
  const name = gnu.cstring();
  return { section: '.gnu_debugaltlink', name, id: hexadecimal(gnu.slice(gnu.remaining)) };
}

/** `.debug_sup` (DWARF 5 §7.3.6) of a shared file, or of one that uses it; undefined when it is of the other kind. */
function supplement(image: ElfImage, isShared: boolean): AlternateLink | undefined {
  return image.warnings.guard(() => {
    const reader = image.section('.debug_sup')?.reader();
    if (reader === undefined || reader.u16() < 2 || (reader.u8() !== 0) !== isShared) return undefined;
    return { section: '.debug_sup', name: reader.cstring(), id: hexadecimal(reader.slice(reader.uleb())) };
  }, undefined);
}

function hexadecimal(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

const CHUNK_BYTES = 4 * 1024 * 1024;

/** CRC-32 of a whole file. */
function checksum(file: string): number {
  const descriptor = fs.openSync(file, 'r');
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let value = 0;
    for (;;) {
      const count = fs.readSync(descriptor, chunk, 0, CHUNK_BYTES, null);
      if (count === 0) return value;
      value = zlib.crc32(chunk.subarray(0, count), value);
    }
  } finally {
    fs.closeSync(descriptor);
  }
}
