// XML text to a sequence of tags and texts, forgiving what does no harm. Knows nothing of SVD.
import { SaxesParser } from 'saxes';
import { SvdError } from './errors';

export interface XmlListener {
  /** `attributes` is valid during the call only. */
  open(name: string, attributes: Readonly<Record<string, string>>, line: number): void;
  text(text: string): void;
  close(line: number): void;
  /** Something was not quite XML, and could be read all the same. */
  slip(message: string, line: number): void;
}

/** Elements of SVD nest eleven deep, and one more for each cluster in a cluster. */
const maxDepth = 100;

/** Faults after which the meaning of the rest is uncertain. Others (stray characters, odd comments) are slips. */
const fatal =
  /unclosed tag|unexpected end|close tag|closing tag|must contain a root|only one root|in tag name|in attribute name|attribute without value|malformed name|forward-slash/;

/** Entities that vendors take from HTML. XML itself has five. */
const htmlEntities: Readonly<Record<string, string>> = {
  ...{ nbsp: ' ', shy: '', copy: '©', reg: '®', trade: '™', deg: '°', micro: 'µ', mu: 'μ', Omega: 'Ω', plusmn: '±' },
  ...{ times: '×', divide: '÷', middot: '·', bull: '•', hellip: '…', ndash: '–', mdash: '—', minus: '−', ne: '≠' },
  ...{ le: '≤', ge: '≥', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', sup2: '²', sup3: '³', frac12: '½' },
  ...{ larr: '←', rarr: '→', uarr: '↑', darr: '↓', euro: '€', sect: '§', para: '¶', infin: '∞', asymp: '≈' },
};

/**
 * Reads a whole document. Entity declarations in a DOCTYPE are never expanded, so no text can grow by them.
 * @throws SvdError with the line, when the text is no XML or its tags do not match.
 */
export function readXml(text: string, listener: XmlListener): void {
  const parser = new SaxesParser({ xmlns: false });
  Object.assign(parser.ENTITIES, htmlEntities);
  let depth = 0;
  let root: string | undefined;
  parser.on('error', (error) => {
    const message = error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '');
    if (root === undefined && message.startsWith('text data outside')) {
      throw new SvdError('This is not an XML file. Choose the SVD file of the device.', { line: parser.line });
    }
    if (fatal.test(message)) throw damaged(message, parser.line, root !== undefined);
    listener.slip(message, parser.line);
  });
  parser.on('opentag', (tag) => {
    root ??= tag.name;
    if (++depth > maxDepth) {
      throw new SvdError(`Elements are nested more than ${maxDepth} deep. No SVD file needs that; check its origin.`, {
        line: parser.line,
      });
    }
    listener.open(tag.name, tag.attributes, parser.line);
  });
  parser.on('text', (data) => listener.text(data));
  parser.on('cdata', (data) => listener.text(data));
  parser.on('closetag', () => {
    depth--;
    listener.close(parser.line);
  });
  parser.write(escapeBareAmpersands(text, listener)).close();
}

function damaged(message: string, line: number, sawRoot: boolean): SvdError {
  if (!sawRoot)
    return new SvdError(`This is not an XML file (${message}). Choose the SVD file of the device.`, { line });
  const end = /unclosed tag|unexpected end/.test(message);
  return new SvdError(
    end
      ? `The file ends too early (${message}). It is cut off: fetch it again.`
      : `The XML is damaged here (${message}). Correct this line or fetch the file again.`,
    { line },
  );
}

/** An ampersand that begins no reference to a character or entity. */
const bareAmpersand = /&(?!(?:#\d{1,8}|#x[\da-f]{1,8}|[a-z]\w{0,30});)/gi;

/** `R & D` is common in descriptions, and the parser would take all up to the next semicolon for an entity's name. */
function escapeBareAmpersands(text: string, listener: XmlListener): string {
  if (text.search(bareAmpersand) < 0) return text;
  const parts: string[] = [];
  let first: number | undefined;
  for (let at = 0; at < text.length; ) {
    const start = text.indexOf('<![CDATA[', at);
    const end = start < 0 ? text.length : text.indexOf(']]>', start);
    const plain = text.slice(at, start < 0 ? undefined : start);
    if (first === undefined && plain.search(bareAmpersand) >= 0) first = at + plain.search(bareAmpersand);
    parts.push(plain.replace(bareAmpersand, '&amp;'));
    const resume = end < 0 ? text.length : end;
    if (start >= 0) parts.push(text.slice(start, resume));
    at = resume;
  }
  if (first !== undefined) listener.slip('“&” stands alone where “&amp;” is meant', lineOf(text, first));
  return parts.join('');
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
