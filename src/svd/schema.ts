// The elements of CMSIS-SVD 1.3.12: which may stand in which, and how the text of each is read. A table, no parsing.
import { type Complain, parseBitRange, parseInteger, parseValuePattern, shorten } from './numbers';

/** Reads the text of an element or attribute; undefined when it cannot be understood. */
export type ReadText = (text: string, complain: Complain) => unknown;

export interface ElementRule {
  /** Elements that hold text. */
  readonly leaves: Readonly<Record<string, ReadText>>;
  readonly attributes?: Readonly<Record<string, ReadText>>;
  readonly children?: Readonly<Record<string, ChildRule>>;
}

export interface ChildRule {
  readonly rule: ElementRule;
  /** The property of the enclosing record that takes it; absent for a wrapper whose content belongs to the encloser. */
  readonly into?: string;
  readonly many?: boolean;
  /** The record's `kind`, for the elements that have a name and a place in dotted paths. */
  readonly kind?: string;
}

/** Elements whose content is the vendor's own affair. */
export const opaque = new Set(['vendorExtensions']);

const text: ReadText = (value) => value;
/** The schema's xs:integer: an interrupt number may be negative (a system exception). */
const signed: ReadText = (value, complain) => {
  const magnitude = parseInteger(value.replace(/^-/, ''), complain);
  return typeof magnitude === 'number' ? (value.startsWith('-') ? -magnitude : magnitude) : undefined;
};
const boolean: ReadText = (value, complain) => {
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  const meaning = /^(?:true|yes|1(?:\.0)?)$/i.test(value)
    ? true
    : /^(?:false|no|0(?:\.0)?)$/i.test(value)
      ? false
      : undefined;
  if (meaning !== undefined) complain(`“${value}” should be ${meaning}.`);
  return meaning;
};

/** One of the words given, or a word that is plainly meant to be one of them. */
function oneOf(words: readonly string[], aliases: Readonly<Record<string, string>> = {}): ReadText {
  const exact = new Set(words);
  const plain = (word: string) => word.toLowerCase().replace(/[^a-z]/g, '');
  const known = new Map([...words.map((word) => [plain(word), word] as const), ...Object.entries(aliases)]);
  return (value, complain) => {
    if (exact.has(value)) return value;
    const meant = known.get(plain(value));
    if (meant !== undefined) complain(`“${shorten(value)}” should be “${meant}”.`);
    return meant;
  };
}

const access = oneOf(['read-only', 'write-only', 'read-write', 'writeOnce', 'read-writeOnce'], {
  r: 'read-only',
  ro: 'read-only',
  read: 'read-only',
  w: 'write-only',
  wo: 'write-only',
  write: 'write-only',
  rw: 'read-write',
});
const protection = oneOf(['s', 'n', 'p']);
const readAction = oneOf(['clear', 'set', 'modify', 'modifyExternal']);
const modifiedWriteValues = oneOf([
  ...['oneToClear', 'oneToSet', 'oneToToggle', 'zeroToClear', 'zeroToSet', 'zeroToToggle', 'clear', 'set', 'modify'],
]);
const derivedFrom = { derivedFrom: text };
const naming = { name: text, description: text };
const registerProperties = {
  size: parseInteger,
  access,
  protection,
  resetValue: parseInteger,
  resetMask: parseInteger,
};
const dimensions = { dim: parseInteger, dimIncrement: parseInteger, dimIndex: text, dimName: text };

const enumeratedValue: ElementRule = {
  leaves: { ...naming, value: parseValuePattern, isDefault: boolean },
};
const dimArrayIndex: ChildRule = {
  into: 'dimArrayIndex',
  rule: {
    leaves: { headerEnumName: text },
    children: { enumeratedValue: { rule: enumeratedValue, into: 'enumeratedValue', many: true } },
  },
};
const enumeratedValues: ElementRule = {
  attributes: derivedFrom,
  leaves: {
    ...naming,
    headerEnumName: text,
    usage: oneOf(['read', 'write', 'read-write'], { readwrite: 'read-write' }),
  },
  children: { enumeratedValue: { rule: enumeratedValue, into: 'enumeratedValue', many: true } },
};
const writeConstraint: ChildRule = {
  into: 'writeConstraint',
  rule: {
    leaves: { writeAsRead: boolean, useEnumeratedValues: boolean },
    children: { range: { into: 'range', rule: { leaves: { minimum: parseInteger, maximum: parseInteger } } } },
  },
};
const field: ElementRule = {
  attributes: derivedFrom,
  leaves: {
    ...naming,
    ...dimensions,
    bitRange: parseBitRange,
    lsb: parseInteger,
    msb: parseInteger,
    bitOffset: parseInteger,
    bitWidth: parseInteger,
    access,
    modifiedWriteValues,
    readAction,
  },
  children: {
    dimArrayIndex,
    writeConstraint,
    enumeratedValues: { rule: enumeratedValues, into: 'enumeratedValues', many: true, kind: 'enumeratedValues' },
  },
};
const register: ElementRule = {
  attributes: derivedFrom,
  leaves: {
    ...naming,
    ...dimensions,
    ...registerProperties,
    displayName: text,
    alternateGroup: text,
    alternateRegister: text,
    addressOffset: parseInteger,
    dataType: text,
    modifiedWriteValues,
    readAction,
  },
  children: {
    dimArrayIndex,
    writeConstraint,
    fields: {
      rule: { leaves: {}, children: { field: { rule: field, into: 'fields', many: true, kind: 'field' } } },
    },
  },
};
const clusterChildren: Record<string, ChildRule> = {
  dimArrayIndex,
  register: { rule: register, into: 'members', many: true, kind: 'register' },
};
const cluster: ElementRule = {
  attributes: derivedFrom,
  leaves: {
    ...naming,
    ...dimensions,
    ...registerProperties,
    alternateCluster: text,
    headerStructName: text,
    addressOffset: parseInteger,
  },
  children: clusterChildren,
};
/** Clusters nest. */
const nestedCluster: ChildRule = { rule: cluster, into: 'members', many: true, kind: 'cluster' };
clusterChildren['cluster'] = nestedCluster;

const registers: ChildRule = {
  rule: {
    leaves: {},
    children: {
      cluster: nestedCluster,
      register: { rule: register, into: 'members', many: true, kind: 'register' },
    },
  },
};
const peripheral: ElementRule = {
  attributes: derivedFrom,
  leaves: {
    ...naming,
    ...dimensions,
    ...registerProperties,
    version: text,
    alternatePeripheral: text,
    groupName: text,
    prependToName: text,
    appendToName: text,
    headerStructName: text,
    disableCondition: text,
    baseAddress: parseInteger,
  },
  children: {
    dimArrayIndex,
    addressBlock: {
      into: 'addressBlock',
      many: true,
      rule: {
        leaves: {
          offset: parseInteger,
          size: parseInteger,
          usage: oneOf(['registers', 'buffer', 'reserved'], { register: 'registers' }),
          protection,
        },
      },
    },
    interrupt: { into: 'interrupt', many: true, rule: { leaves: { ...naming, value: signed } } },
    registers,
  },
};
const flags = ['mpuPresent', 'fpuPresent', 'fpuDP', 'dspPresent', 'icachePresent', 'dcachePresent', 'itcmPresent'];
const moreFlags = ['dtcmPresent', 'vtorPresent', 'pmuPresent', 'vendorSystickConfig'];
const counts = ['nvicPrioBits', 'deviceNumInterrupts', 'pmuNumEventCnt', 'sauNumRegions'];
const cpu: ElementRule = {
  leaves: {
    name: text,
    revision: text,
    endian: text,
    ...Object.fromEntries([...flags, ...moreFlags].map((name) => [name, boolean])),
    ...Object.fromEntries(counts.map((name) => [name, parseInteger])),
  },
  children: {
    sauRegionsConfig: {
      into: 'sauRegionsConfig',
      rule: {
        attributes: { enabled: boolean, protectionWhenDisabled: protection },
        leaves: {},
        children: {
          region: {
            into: 'region',
            many: true,
            rule: {
              attributes: { enabled: boolean, name: text },
              leaves: { base: parseInteger, limit: parseInteger, access: oneOf(['c', 'n']) },
            },
          },
        },
      },
    },
  },
};

/** The root element. */
export const device: ElementRule = {
  attributes: { schemaVersion: text },
  leaves: {
    ...naming,
    ...registerProperties,
    vendor: text,
    vendorID: text,
    series: text,
    version: text,
    licenseText: text,
    headerSystemFilename: text,
    headerDefinitionsPrefix: text,
    addressUnitBits: parseInteger,
    width: parseInteger,
  },
  children: {
    cpu: { rule: cpu, into: 'cpu' },
    peripherals: {
      rule: {
        leaves: {},
        children: { peripheral: { rule: peripheral, into: 'peripherals', many: true, kind: 'peripheral' } },
      },
    },
  },
};
