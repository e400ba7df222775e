// The elements of an SVD file as they stand in the file, before derivedFrom and inheritance. Types and nothing else.
import type { PlainInteger, ValuePattern } from './numbers';

export type Access = 'read-only' | 'write-only' | 'read-write' | 'writeOnce' | 'read-writeOnce';
/** `s` secure, `n` non-secure, `p` privileged. */
export type Protection = 's' | 'n' | 'p';
/** What a read does besides returning the value. */
export type ReadAction = 'clear' | 'set' | 'modify' | 'modifyExternal';
/** What a write does, when it does not simply store the value. */
export type ModifiedWriteValues =
  | 'oneToClear'
  | 'oneToSet'
  | 'oneToToggle'
  | 'zeroToClear'
  | 'zeroToSet'
  | 'zeroToToggle'
  | 'clear'
  | 'set'
  | 'modify';
export type Usage = 'read' | 'write' | 'read-write';

/** `registerPropertiesGroup`: each is inherited from the enclosing element when absent. `size` is in bits. */
export interface RegisterProperties {
  readonly size?: PlainInteger;
  readonly access?: Access;
  readonly protection?: Protection;
  readonly resetValue?: PlainInteger;
  readonly resetMask?: PlainInteger;
}

/** `dimElementGroup`: one description for many elements. */
export interface DimGroup {
  readonly dim?: PlainInteger;
  readonly dimIncrement?: PlainInteger;
  readonly dimIndex?: string;
  readonly dimName?: string;
  readonly dimArrayIndex?: { readonly enumeratedValue?: readonly EnumeratedValueRecord[] };
}

interface Located {
  readonly line: number;
  readonly parent: ParentRecord | undefined;
  readonly name: string;
  readonly description?: string;
}

interface Derivable extends Located {
  readonly derivedFrom?: string;
}

export interface CpuRecord {
  readonly name?: string;
  readonly revision?: string;
  readonly endian?: string;
  readonly mpuPresent?: boolean;
  readonly fpuPresent?: boolean;
  readonly fpuDP?: boolean;
  readonly dspPresent?: boolean;
  readonly icachePresent?: boolean;
  readonly dcachePresent?: boolean;
  readonly itcmPresent?: boolean;
  readonly dtcmPresent?: boolean;
  readonly vtorPresent?: boolean;
  readonly pmuPresent?: boolean;
  readonly pmuNumEventCnt?: PlainInteger;
  readonly nvicPrioBits?: PlainInteger;
  readonly vendorSystickConfig?: boolean;
  readonly deviceNumInterrupts?: PlainInteger;
  readonly sauNumRegions?: PlainInteger;
  readonly sauRegionsConfig?: {
    readonly enabled?: boolean;
    readonly protectionWhenDisabled?: Protection;
    readonly region?: readonly {
      readonly name?: string;
      readonly enabled?: boolean;
      readonly base?: PlainInteger;
      readonly limit?: PlainInteger;
      /** `c` non-secure callable, `n` non-secure. */
      readonly access?: 'c' | 'n';
    }[];
  };
}

export interface DeviceRecord extends Located, RegisterProperties {
  readonly kind: 'device';
  readonly schemaVersion?: string;
  readonly vendor?: string;
  readonly vendorID?: string;
  readonly series?: string;
  readonly version?: string;
  readonly licenseText?: string;
  readonly headerSystemFilename?: string;
  readonly headerDefinitionsPrefix?: string;
  readonly addressUnitBits?: PlainInteger;
  readonly width?: PlainInteger;
  readonly cpu?: CpuRecord;
  readonly peripherals?: readonly PeripheralRecord[];
}

export interface AddressBlockRecord {
  readonly offset?: PlainInteger;
  readonly size?: PlainInteger;
  readonly usage?: 'registers' | 'buffer' | 'reserved';
  readonly protection?: Protection;
}

export interface InterruptRecord {
  readonly name?: string;
  readonly description?: string;
  readonly value?: number;
}

export interface PeripheralRecord extends Derivable, RegisterProperties, DimGroup {
  readonly kind: 'peripheral';
  readonly version?: string;
  readonly alternatePeripheral?: string;
  readonly groupName?: string;
  readonly prependToName?: string;
  readonly appendToName?: string;
  readonly headerStructName?: string;
  readonly disableCondition?: string;
  readonly baseAddress?: PlainInteger;
  readonly addressBlock?: readonly AddressBlockRecord[];
  readonly interrupt?: readonly InterruptRecord[];
  readonly members?: readonly MemberRecord[];
}

export type MemberRecord = RegisterRecord | ClusterRecord;

export interface ClusterRecord extends Derivable, RegisterProperties, DimGroup {
  readonly kind: 'cluster';
  readonly alternateCluster?: string;
  readonly headerStructName?: string;
  readonly addressOffset?: PlainInteger;
  readonly members?: readonly MemberRecord[];
}

/** Exactly one of the three is meant to be there; vendors sometimes write two. */
export interface WriteConstraintRecord {
  readonly writeAsRead?: boolean;
  readonly useEnumeratedValues?: boolean;
  readonly range?: { readonly minimum?: PlainInteger; readonly maximum?: PlainInteger };
}

export interface RegisterRecord extends Derivable, RegisterProperties, DimGroup {
  readonly kind: 'register';
  readonly displayName?: string;
  readonly alternateGroup?: string;
  readonly alternateRegister?: string;
  readonly addressOffset?: PlainInteger;
  readonly dataType?: string;
  readonly modifiedWriteValues?: ModifiedWriteValues;
  readonly writeConstraint?: WriteConstraintRecord;
  readonly readAction?: ReadAction;
  readonly fields?: readonly FieldRecord[];
}

export interface FieldRecord extends Derivable, DimGroup {
  readonly kind: 'field';
  readonly bitRange?: { readonly msb: number; readonly lsb: number };
  readonly lsb?: PlainInteger;
  readonly msb?: PlainInteger;
  readonly bitOffset?: PlainInteger;
  readonly bitWidth?: PlainInteger;
  readonly access?: Access;
  readonly modifiedWriteValues?: ModifiedWriteValues;
  readonly writeConstraint?: WriteConstraintRecord;
  readonly readAction?: ReadAction;
  readonly enumeratedValues?: readonly EnumeratedValuesRecord[];
}

export interface EnumeratedValuesRecord extends Derivable {
  readonly kind: 'enumeratedValues';
  readonly headerEnumName?: string;
  readonly usage?: Usage;
  readonly enumeratedValue?: readonly EnumeratedValueRecord[];
}

export interface EnumeratedValueRecord {
  readonly name?: string;
  readonly description?: string;
  readonly value?: ValuePattern;
  readonly isDefault?: boolean;
}

export type ParentRecord = DeviceRecord | PeripheralRecord | ClusterRecord | RegisterRecord | FieldRecord;
export type DerivableRecord = PeripheralRecord | ClusterRecord | RegisterRecord | FieldRecord | EnumeratedValuesRecord;
export type NamedRecord = DeviceRecord | DerivableRecord;

/** The dotted path of an element as the file names it, without the device: `GPIOA.MODER.MODE%s`. */
export function pathOf(record: NamedRecord): string {
  const names: string[] = [];
  for (let at: NamedRecord | undefined = record; at !== undefined && at.kind !== 'device'; at = at.parent) {
    names.unshift(at.name);
  }
  return names.join('.');
}

/** The elements directly inside, for looking names up. */
export function childrenOf(record: NamedRecord): readonly DerivableRecord[] {
  switch (record.kind) {
    case 'device':
      return record.peripherals ?? [];
    case 'peripheral':
    case 'cluster':
      return record.members ?? [];
    case 'register':
      return record.fields ?? [];
    case 'field':
      return record.enumeratedValues ?? [];
    case 'enumeratedValues':
      return [];
  }
}
