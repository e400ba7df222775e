// What a node of the peripheral tree says: label, value, tooltip, and the words that decide which commands it offers.
import type { Field, Register } from '../../svd';
import { extractField } from '../../svd';
import { t } from '../texts';
import { formatAddress, formatNumber, type NumberFormat } from './modelFormat';
import type { RegisterState } from './modelMemory';
import { hasChildren, isPinnable, type TreeNode } from './modelNodes';

export interface NodeText {
  readonly label: string;
  /** Shown in a lighter colour behind the label: value or address. */
  readonly description: string;
  /** Plain text in lines. */
  readonly tooltip: string;
}

/** What the texts need to know beside the node. */
export interface Shown {
  readonly state: RegisterState;
  readonly format: NumberFormat;
  /** Read only when the user asks. */
  readonly onRequest: boolean;
}

/** `shown` belongs to the node's register; groups, peripherals, clusters and slices have none. */
export function describeNode(node: TreeNode, shown: Shown | undefined): NodeText {
  switch (node.kind) {
    case 'group':
      return { label: node.name, description: peripheralCount(node.peripherals.length), tooltip: node.name };
    case 'slice':
      return { label: node.name, description: '', tooltip: t('{0} elements of an array', node.length) };
    case 'peripheral':
    case 'cluster': {
      const element = node.kind === 'peripheral' ? node.peripheral : node.cluster;
      const name = node.pinned ? element.path : element.name;
      const label = element.indexName === undefined ? name : `${name} ${element.indexName}`;
      const description = formatAddress(element.address);
      return {
        label,
        description,
        tooltip: lines(element.path, element.description, t('Address: {0}', description), ...extras(node)),
      };
    }
    case 'register':
      return {
        label: registerLabel(node.register, node.pinned && node.parent === undefined),
        description: shown === undefined ? '' : registerValue(node.register, shown),
        tooltip: registerTooltip(node.register, shown),
      };
    case 'field': {
      const { field } = node;
      const name = node.pinned && node.parent === undefined ? field.path : field.name;
      return {
        label: `${name} ${bitRange(field)}`,
        description: shown === undefined ? '' : fieldValue(field, shown),
        tooltip: fieldTooltip(field, shown),
      };
    }
  }
}

/** Space-separated words: pinnable or pinned, writable, onRequest, value, address. */
export function contextWords(node: TreeNode, shown: Shown | undefined): string {
  const words: string[] = [node.kind];
  if (isPinnable(node)) words.push(node.pinned && node.parent === undefined ? 'pinned' : 'pinnable', 'address');
  const element = node.kind === 'register' ? node.register : node.kind === 'field' ? node.field : undefined;
  if (element?.writable === true) words.push('writable');
  if (element?.readable === true) words.push('value');
  if (element?.readable === true && shown?.onRequest === true) words.push('onRequest');
  if (hasChildren(node)) words.push('parent');
  return words.join(' ');
}

function extras(node: TreeNode): (string | undefined)[] {
  if (node.kind !== 'peripheral') return [];
  const { peripheral } = node;
  return [
    ...peripheral.interrupts.map(({ name, value }) => t('Interrupt {0}: {1}', value, name)),
    said(t('Alternate of'), peripheral.alternatePeripheral),
    said(t('Not to be accessed when'), peripheral.disableCondition),
    protectionText(peripheral.protection),
  ];
}

const peripheralCount = (count: number) => (count === 1 ? t('1 peripheral') : t('{0} peripherals', count));

function registerLabel(register: Register, alone: boolean): string {
  const name = alone ? register.path : register.name;
  const more = register.indexName ?? register.alternateGroup;
  return more === undefined ? name : `${name} (${more})`;
}

function registerValue(register: Register, { state, format, onRequest }: Shown): string {
  if (!register.readable) return t('write-only');
  return stateText(state, onRequest, (value) => formatNumber(value, register.size, format, false));
}

function fieldValue(field: Field, { state, format, onRequest }: Shown): string {
  if (!field.readable) return t('write-only');
  return stateText(state, onRequest, (raw) => namedValue(field, extractField(field, raw), format));
}

function stateText(state: RegisterState, onRequest: boolean, write: (value: bigint) => string): string {
  switch (state.kind) {
    case 'value':
      return write(state.value);
    case 'failed':
      return brief(state.error);
    case 'unread': {
      const last = state.last === undefined ? '' : t('was {0}', write(state.last));
      if (!onRequest) return last;
      return last === '' ? t('read on request') : t('{0}, read on request', last);
    }
  }
}

/** Of a long reason the row says only that there is one; the tooltip has it all. */
function brief(reason: string): string {
  return reason.length > 40 || reason.includes('\n') ? t('cannot be read') : reason;
}

/** `Slow (3)`, or the number alone where the SVD file has no name for it. */
export function namedValue(field: Field, value: bigint, format: NumberFormat): string {
  const number = formatNumber(value, field.width, format, true);
  const name = field.enumerated(value)?.name;
  return name === undefined ? number : `${name} (${number})`;
}

function registerTooltip(register: Register, shown: Shown | undefined): string {
  return lines(
    register.displayName === register.name ? register.path : `${register.path} (${register.displayName})`,
    register.description,
    t('Address: {0}, {1} bits', formatAddress(register.address), register.size),
    t('Access: {0}', register.access),
    t('Reset value: {0}', formatNumber(register.resetValue, register.size, 'hex', false)),
    actionText(register.readAction),
    shown?.onRequest === true && register.readAction === undefined
      ? t('Shares its address with a register whose reading has an effect: read only on request.')
      : undefined,
    said(t('Writing'), register.modifiedWriteValues),
    said(t('Alternate of'), register.alternateRegister),
    protectionText(register.protection),
    valueLine(shown, (value) =>
      (['hex', 'decimal', 'binary'] as const)
        .map((format) => formatNumber(value, register.size, format, false))
        .join(' = '),
    ),
  );
}

function fieldTooltip(field: Field, shown: Shown | undefined): string {
  const state = shown?.state;
  const now =
    state?.kind === 'value' && field.readable ? field.enumerated(extractField(field, state.value)) : undefined;
  const names = field.valuesFor(field.readable ? 'read' : 'write').slice(0, 40);
  return lines(
    `${field.path} ${bitRange(field)}`,
    field.description,
    t('Access: {0}', field.access),
    t('Reset value: {0}', namedValue(field, extractField(field, field.register.resetValue), 'auto')),
    actionText(field.readAction),
    said(t('Writing'), field.modifiedWriteValues),
    said(t('Now'), now?.description),
    ...names.map(
      ({ name, value, description }) =>
        `  ${value ?? t('else')}: ${description === undefined || description === name ? name : `${name}, ${description}`}`,
    ),
    state?.kind === 'failed' ? t('Not read: {0}', state.error) : undefined,
  );
}

function valueLine(shown: Shown | undefined, write: (value: bigint) => string): string | undefined {
  if (shown?.state.kind === 'value') return t('Value: {0}', write(shown.state.value));
  return shown?.state.kind === 'failed' ? t('Not read: {0}', shown.state.error) : undefined;
}

function bitRange({ msb, lsb }: Field): string {
  return msb === lsb ? `[${lsb}]` : `[${msb}:${lsb}]`;
}

function actionText(action: string | undefined): string | undefined {
  switch (action) {
    case undefined:
      return undefined;
    case 'clear':
      return t('Reading clears it: read only on request.');
    case 'set':
      return t('Reading sets it: read only on request.');
    default:
      return t('Reading has a side effect: read only on request.');
  }
}

function protectionText(protection: 's' | 'n' | 'p' | undefined): string | undefined {
  const words = { s: t('secure'), n: t('non-secure'), p: t('privileged') };
  return protection === undefined ? undefined : t('Needs {0} access', words[protection]);
}

function said(what: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : `${what}: ${text}`;
}

function lines(...texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined && text !== '').join('\n');
}
