// The contents of one section: read on demand, decompressed when the file stores it compressed (SHF_COMPRESSED of the gABI, and
// GNU's older `.zdebug_*`).
import zlib from 'node:zlib';
import { Reader } from '../bytes';
import { DebugInfoError } from '../errors';
import type { SectionData } from '../sections';
import { ELFCOMPRESS_ZLIB, ELFCOMPRESS_ZSTD, SHF_COMPRESSED } from './constants';
import type { FileBytes } from './fileBytes';
import type { SectionHeader } from './header';
import { unpackZstd } from './zstd';

/** A section that claims to unpack to more than this is taken as damaged. */
const MAX_UNPACKED_BYTES = 400 * 1024 * 1024;

/** Zlib cannot pack tighter than 1 : 1032; Zstandard's repeat blocks reach about 1 : 32,000. */
const MAX_RATIO = { [ELFCOMPRESS_ZLIB]: 1100, [ELFCOMPRESS_ZSTD]: 33_000 };

interface Compression {
  readonly kind: typeof ELFCOMPRESS_ZLIB | typeof ELFCOMPRESS_ZSTD;
  readonly unpackedSize: number;
  readonly headerSize: number;
}

/** A section of an ELF file. */
export class FileSection implements SectionData {
  readonly address: number;
  readonly size: number;
  private readonly compression: Compression | undefined;
  private contents: Uint8Array | undefined;
  private cursor: Reader | undefined;
  /** Why the compressed contents cannot be had: found out once. */
  private damage: DebugInfoError | undefined;

  /** @throws DebugInfoError when the section lies outside the file or its compression header is wrong. */
  constructor(
    private readonly file: FileBytes,
    readonly name: string,
    private readonly header: SectionHeader,
    is64Bit: boolean,
    private readonly isBigEndian: boolean,
  ) {
    if (header.fileOffset + header.size > file.size)
      throw new DebugInfoError(name, Math.max(0, file.size - header.fileOffset), 'the file ends inside this section');
    this.address = header.address;
    this.compression = this.readCompression(is64Bit);
    this.size = this.compression?.unpackedSize ?? header.size;
  }

  bytes(): Uint8Array {
    if (this.damage !== undefined) throw this.damage;
    this.contents ??=
      this.compression === undefined
        ? this.file.read(this.header.fileOffset, this.header.size)
        : this.unpack(this.compression);
    return this.contents;
  }

  slice(offset: number, length: number): Uint8Array {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.size))
      throw new DebugInfoError(
        this.name,
        Math.max(0, offset),
        `${length} bytes expected, the section ends at 0x${this.size.toString(16)}`,
      );
    if (this.contents === undefined && this.compression === undefined)
      return this.file.read(this.header.fileOffset + offset, length);
    return this.bytes().subarray(offset, offset + length);
  }

  readInto(memory: Uint8Array, offset: number, length: number): Uint8Array {
    const isStored = this.contents === undefined && this.compression === undefined;
    if (!isStored || offset + length > this.size) return this.slice(offset, length);
    return this.file.read(this.header.fileOffset + offset, length, memory);
  }

  reader(offset = 0): Reader {
    this.cursor ??= new Reader(this.bytes(), this.name, this.isBigEndian);
    return this.cursor.at(offset);
  }

  private readCompression(is64Bit: boolean): Compression | undefined {
    const { header, file } = this;
    if ((header.flags & SHF_COMPRESSED) !== 0) {
      const headerSize = is64Bit ? 24 : 12;
      const reader = this.headerReader(headerSize);
      const kind = reader.u32();
      if (is64Bit) reader.skip(4);
      const unpackedSize = reader.unsigned(is64Bit ? 8 : 4);
      if (kind !== ELFCOMPRESS_ZLIB && kind !== ELFCOMPRESS_ZSTD)
        throw new DebugInfoError(this.name, 0, `compression type ${kind} is not known (zlib is 1, Zstandard is 2)`);
      return this.checked({ kind, unpackedSize, headerSize });
    }
    if (header.name.startsWith('.zdebug_') && header.size >= 12) {
      // “ZLIB” and the size as a big-endian 64-bit number, whatever the file's own byte order.
      const reader = new Reader(file.read(header.fileOffset, 12), this.name, true);
      if (reader.u32() !== 0x5a4c4942) return undefined;
      return this.checked({ kind: ELFCOMPRESS_ZLIB, unpackedSize: reader.unsigned(8), headerSize: 12 });
    }
    return undefined;
  }

  private headerReader(size: number): Reader {
    const length = Math.min(size, this.header.size);
    return new Reader(this.file.read(this.header.fileOffset, length), this.name, this.isBigEndian);
  }

  private checked(compression: Compression): Compression {
    const { unpackedSize, kind } = compression;
    if (unpackedSize > MAX_UNPACKED_BYTES || unpackedSize > this.header.size * MAX_RATIO[kind])
      throw new DebugInfoError(this.name, 0, `an unpacked size of ${unpackedSize} bytes cannot be right`);
    return compression;
  }

  private unpack({ kind, unpackedSize, headerSize }: Compression): Uint8Array {
    const packed = this.file.read(this.header.fileOffset + headerSize, this.header.size - headerSize);
    try {
      const unpacked =
        kind === ELFCOMPRESS_ZLIB
          ? zlib.inflateSync(packed, { maxOutputLength: Math.max(1, unpackedSize) })
          : unpackZstd(packed, unpackedSize);
      if (unpacked.length !== unpackedSize)
        throw new Error(`it unpacks to ${unpacked.length} of ${unpackedSize} bytes`);
      return new Uint8Array(unpacked.buffer, unpacked.byteOffset, unpacked.length);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.damage = new DebugInfoError(this.name, headerSize, `the compressed data is damaged: ${reason}`, {
        cause: error,
      });
      throw this.damage;
    }
  }
}
