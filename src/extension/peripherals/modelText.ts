// What a node of the peripheral tree says: label, value, tooltip, and the words that decide which commands it offers.
import type { Field, Register } from '../../svd';
import { extractField } from '../../svd';
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
      return { label: node.name, description: `${node.peripherals.length} peripherals`, tooltip: node.name };
    case 'slice':
      return { label: node.name, description: '', tooltip: `${node.length} elements of an array` };
    case 'peripheral':
    case 'cluster': {
      const element = node.kind === 'peripheral' ? node.peripheral : node.cluster;
      const name = node.pinned ? element.path : element.name;
      const label = element.indexName === undefined ? name : `${name} ${element.indexName}`;
      const description = formatAddress(element.address);
      return {
        label,
        description,
        tooltip: lines(element.path, element.description, `Address: ${description}`, ...extras(node)),
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
    ...peripheral.interrupts.map(({ name, value }) => `Interrupt ${value}: ${name}`),
    said('Alternate of', peripheral.alternatePeripheral),
    said('Not to be accessed when', peripheral.disableCondition),
    protectionText(peripheral.protection),
  ];
}

function registerLabel(register: Register, alone: boolean): string {
  const name = alone ? register.path : register.name;
  const more = register.indexName ?? register.alternateGroup;
  return more === undefined ? name : `${name} (${more})`;
}

function registerValue(register: Register, { state, format, onRequest }: Shown): string {
  if (!register.readable) return 'write-only';
  return stateText(state, onRequest, (value) => formatNumber(value, register.size, format, false));
}

function fieldValue(field: Field, { state, format, onRequest }: Shown): string {
  if (!field.readable) return 'write-only';
  return stateText(state, onRequest, (raw) => namedValue(field, extractField(field, raw), format));
}

function stateText(state: RegisterState, onRequest: boolean, write: (value: bigint) => string): string {
  switch (state.kind) {
    case 'value':
      return write(state.value);
    case 'failed':
      return state.error;
    case 'unread': {
      const last = state.last === undefined ? '' : `was ${write(state.last)}`;
      if (!onRequest) return last;
      return last === '' ? 'read on request' : `${last}, read on request`;
    }
  }
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
    `Address: ${formatAddress(register.address)}, ${register.size} bits`,
    `Access: ${register.access}`,
    `Reset value: ${formatNumber(register.resetValue, register.size, 'hex', false)}`,
    actionText(register.readAction),
    shown?.onRequest === true && register.readAction === undefined
      ? 'Shares its address with a register whose reading has an effect: read only on request.'
      : undefined,
    said('Writing', register.modifiedWriteValues),
    said('Alternate of', register.alternateRegister),
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
    `Access: ${field.access}`,
    `Reset value: ${namedValue(field, extractField(field, field.register.resetValue), 'auto')}`,
    actionText(field.readAction),
    said('Writing', field.modifiedWriteValues),
    said('Now', now?.description),
    ...names.map(
      ({ name, value, description }) =>
        `  ${value ?? 'else'}: ${description === undefined || description === name ? name : `${name}, ${description}`}`,
    ),
    state?.kind === 'failed' ? `Not read: ${state.error}` : undefined,
  );
}

function valueLine(shown: Shown | undefined, write: (value: bigint) => string): string | undefined {
  if (shown?.state.kind === 'value') return `Value: ${write(shown.state.value)}`;
  return shown?.state.kind === 'failed' ? `Not read: ${shown.state.error}` : undefined;
}

function bitRange({ msb, lsb }: Field): string {
  return msb === lsb ? `[${lsb}]` : `[${msb}:${lsb}]`;
}

function actionText(action: string | undefined): string | undefined {
  switch (action) {
    case undefined:
      return undefined;
    case 'clear':
      return 'Reading clears it: read only on request.';
    case 'set':
      return 'Reading sets it: read only on request.';
    default:
      return 'Reading has a side effect: read only on request.';
  }
}

function protectionText(protection: 's' | 'n' | 'p' | undefined): string | undefined {
  const words = { s: 'secure', n: 'non-secure', p: 'privileged' };
  return protection === undefined ? undefined : `Needs ${words[protection]} access`;
}

function said(what: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : `${what}: ${text}`;
}

function lines(...texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined && text !== '').join('\n');
}
