// Bytes of an XML file to text: byte order marks, declared encodings and files that declare the wrong one.
import { SvdError, type Warnings } from './errors';

/** V8 cannot hold longer strings, and no SVD file comes near. */
const maxBytes = 256 << 20;

/** @throws SvdError when the bytes are plainly no XML text. */
export function decodeText(bytes: Uint8Array, warnings: Warnings): string {
  if (bytes.length === 0) throw new SvdError('The file is empty. Choose the SVD file of the device.');
  if (bytes.length > maxBytes) {
    throw new SvdError(`The file has ${bytes.length} bytes; an SVD file of more than ${maxBytes} cannot be read.`);
  }
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    throw new SvdError('This is a zip archive, perhaps a CMSIS pack. Unpack it and choose the .svd file inside.');
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    throw new SvdError('This is a gzip archive. Unpack it and choose the .svd file inside.');
  }
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes[0] === 0x3c && bytes[1] === 0) return new TextDecoder('utf-16le').decode(bytes);
  const declared = declaredEncoding(bytes);
  const text = tryDecode(bytes, declared);
  if (text !== undefined) return text;
  warnings.add(`The file is not valid ${declared}, as it should be; it is read as windows-1252.`, 1, '');
  return new TextDecoder('windows-1252').decode(bytes);
}

function declaredEncoding(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 256)).toString('latin1');
  const declared = /<\?xml[^>]*\bencoding\s*=\s*["']([^"']+)["']/.exec(start)?.[1] ?? 'utf-8';
  // The bytes before were readable as single bytes, so a declaration of UTF-16 is wrong.
  return /^utf-?16/i.test(declared) ? 'utf-8' : declared;
}

function tryDecode(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    // RangeError: an encoding nobody knows; TypeError: bytes that do not fit it.
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}
