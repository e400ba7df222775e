// SVD text to the records of records.ts. Unknown elements and unreadable values become warnings; nothing is resolved here.
import { SvdError, type Warnings } from './errors';
import { shorten } from './numbers';
import type { DeviceRecord } from './records';
import { device as deviceRule, type ElementRule, opaque } from './schema';
import { readXml, type XmlListener } from './xml';

type Building = Record<string, unknown>;

/** An element that is open. A wrapper (`registers`, `fields`) shares the record of the element around it. */
interface Frame {
  readonly tag: string;
  readonly rule: ElementRule;
  readonly record: Building;
}

/**
 * @throws SvdError when the text is no XML, is cut off or damaged, or its root is not `device`.
 */
export function readRecords(text: string, warnings: Warnings): DeviceRecord {
  const reader = new RecordReader(warnings);
  readXml(text, reader);
  return reader.device();
}

class RecordReader implements XmlListener {
  readonly #warnings: Warnings;
  readonly #frames: Frame[] = [];
  readonly #unknown = new Set<string>();
  #device: Building | undefined;
  /** The element whose text is being gathered, and how many elements are open inside it. */
  #leaf: string | undefined;
  #leafDepth = 0;
  #leafLine = 0;
  #text = '';
  /** How many elements are open inside something that is passed over. */
  #skipped = 0;

  constructor(warnings: Warnings) {
    this.#warnings = warnings;
  }

  device(): DeviceRecord {
    if (this.#device === undefined) throw new SvdError('The file has no elements. Choose the SVD file of the device.');
    return this.#device as unknown as DeviceRecord;
  }

  open(name: string, attributes: Readonly<Record<string, string>>, line: number): void {
    const frame = this.#frames.at(-1);
    if (this.#skipped > 0) this.#skipped++;
    else if (frame === undefined) this.#openRoot(name, attributes, line);
    else if (this.#leaf !== undefined) {
      this.#leafDepth++;
      this.#warn(`<${name}> does not belong inside <${this.#leaf}>; only its text is kept.`, line);
    } else if (Object.hasOwn(frame.rule.leaves, name)) {
      this.#leaf = name;
      this.#leafLine = line;
      this.#text = '';
    } else this.#openChild(frame, name, attributes, line);
  }

  text(text: string): void {
    if (this.#leaf !== undefined) this.#text += text;
  }

  close(line: number): void {
    if (this.#skipped > 0) this.#skipped--;
    else if (this.#leafDepth > 0) this.#leafDepth--;
    else if (this.#leaf !== undefined) this.#closeLeaf(this.#leaf);
    else {
      const frame = this.#frames.at(-1);
      if (frame?.record['kind'] !== undefined && this.#frames.at(-2)?.record !== frame.record)
        this.#finish(frame, line);
      this.#frames.pop();
    }
  }

  slip(message: string, line: number): void {
    this.#warn(`Not quite XML: ${message}.`, line);
  }

  #openRoot(name: string, attributes: Readonly<Record<string, string>>, line: number): void {
    if (name !== 'device') {
      throw new SvdError(`The root element is <${shorten(name)}>, not <device>: this is not an SVD file.`, { line });
    }
    this.#device = { kind: 'device', line, parent: undefined };
    this.#frames.push({ tag: name, rule: deviceRule, record: this.#device });
    this.#readAttributes(deviceRule, this.#device, attributes, line);
  }

  #openChild(frame: Frame, name: string, attributes: Readonly<Record<string, string>>, line: number): void {
    const child =
      frame.rule.children !== undefined && Object.hasOwn(frame.rule.children, name)
        ? frame.rule.children[name]
        : undefined;
    if (child === undefined) {
      this.#skipped = 1;
      this.#passOver(frame, name, line);
      return;
    }
    if (child.into === undefined) {
      this.#frames.push({ tag: name, rule: child.rule, record: frame.record });
      return;
    }
    const record: Building = child.kind === undefined ? {} : { kind: child.kind, line, parent: frame.record };
    if (child.many === true) {
      const list = frame.record[child.into] as Building[] | undefined;
      if (list === undefined) frame.record[child.into] = [record];
      else list.push(record);
    } else frame.record[child.into] = record;
    this.#frames.push({ tag: name, rule: child.rule, record });
    this.#readAttributes(child.rule, record, attributes, line);
  }

  /** Says so once for each kind of stranger: some vendors put the same private element into every register. */
  #passOver(frame: Frame, name: string, line: number): void {
    if (opaque.has(name)) return;
    const known = `${frame.tag}/${name}`;
    if (this.#unknown.has(known)) return;
    this.#unknown.add(known);
    this.#warn(
      `<${shorten(name)}> is not an element of <${frame.tag}>; it is ignored, here and wherever it comes again.`,
      line,
    );
  }

  #readAttributes(
    rule: ElementRule,
    record: Building,
    attributes: Readonly<Record<string, string>>,
    line: number,
  ): void {
    for (const [name, read] of Object.entries(rule.attributes ?? {})) {
      const text = attributes[name]?.trim();
      if (text === undefined || text === '') continue;
      const value = read(text, (message) => this.#warn(message, line));
      if (value !== undefined) record[name] = value;
      else this.#warn(`“${shorten(text)}” cannot be read as ${name}; it is ignored.`, line);
    }
  }

  #closeLeaf(leaf: string): void {
    this.#leaf = undefined;
    const frame = this.#frames.at(-1);
    const read = frame?.rule.leaves[leaf];
    if (frame === undefined || read === undefined) return;
    const text = this.#text.trim().replace(/\s+/g, ' ');
    if (text === '') {
      if (leaf !== 'description') this.#warn(`<${leaf}> is empty; it is ignored.`, this.#leafLine);
      return;
    }
    if (frame.record[leaf] !== undefined) {
      this.#warn(`<${leaf}> comes twice in <${frame.tag}>; the first counts.`, this.#leafLine);
      return;
    }
    const value = read(text, (message) => this.#warn(`<${leaf}>: ${message}`, this.#leafLine));
    if (value !== undefined) frame.record[leaf] = value;
    else this.#warn(`“${shorten(text)}” cannot be read as <${leaf}>; it is ignored.`, this.#leafLine);
  }

  #finish(frame: Frame, line: number): void {
    const { record } = frame;
    if (record['name'] !== undefined) return;
    record['name'] = record['kind'] === 'enumeratedValues' ? '' : `unnamed_line${String(record['line'])}`;
    if (record['name'] !== '') this.#warn(`<${frame.tag}> has no name; it is called ${record['name']}.`, line);
  }

  #warn(message: string, line: number): void {
    const names: unknown[] = [];
    for (const [depth, { record }] of this.#frames.entries()) {
      if (depth > 0 && record['kind'] !== undefined && record !== this.#frames[depth - 1]?.record)
        names.push(record['name'] ?? '?');
    }
    this.#warnings.add(message, line, names.join('.'));
  }
}
