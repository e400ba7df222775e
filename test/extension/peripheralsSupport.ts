// A memory that counts what is asked of it and fails where it is told to, and short ways to nodes of the tree.

import type { PeripheralTree } from '../../src/extension/peripherals/model';
import type { MemoryAccess, MemoryRange, RangeResult } from '../../src/extension/peripherals/modelMemory';
import type { TreeNode } from '../../src/extension/peripherals/modelNodes';
import { type Device, parseDevice } from '../../src/svd';

export class FakeMemory implements MemoryAccess {
  /** Each call of readMany: its ranges as `address+length/width`. */
  readonly calls: string[][] = [];
  readonly writes: string[] = [];
  readonly #bytes = new Map<bigint, number>();
  /** Address → what reading there answers. */
  readonly failures = new Map<bigint, string>();
  down: string | undefined;

  set(address: bigint, value: bigint, length = 4): void {
    for (let i = 0; i < length; i++) this.#bytes.set(address + BigInt(i), Number((value >> BigInt(8 * i)) & 0xffn));
  }

  get(address: bigint, length = 4): bigint {
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#bytes.get(address + BigInt(i)) ?? 0);
    return value;
  }

  async readMany(ranges: readonly MemoryRange[]): Promise<readonly RangeResult[]> {
    this.calls.push(
      ranges.map(({ address, lengthBytes, accessWidth }) => `${address.toString(16)}+${lengthBytes}/${accessWidth}`),
    );
    if (this.down !== undefined) throw new Error(this.down);
    return ranges.map(({ address, lengthBytes }) => {
      for (const [at, error] of this.failures)
        if (at >= address && at < address + BigInt(lengthBytes)) return { error };
      return { bytes: Uint8Array.from({ length: lengthBytes }, (_, i) => this.#bytes.get(address + BigInt(i)) ?? 0) };
    });
  }

  async write(address: bigint, accessWidth: number, value: bigint): Promise<void> {
    if (this.down !== undefined) throw new Error(this.down);
    this.writes.push(`${address.toString(16)}/${accessWidth}=${value.toString(16)}`);
    this.set(address, value, accessWidth / 8);
  }
}

/** The node at the end of these labels (their first words), from the top. */
export function nodeAt(tree: PeripheralTree, ...names: string[]): TreeNode {
  let nodes = tree.roots();
  let found: TreeNode | undefined;
  for (const name of names) {
    found = nodes.find((node) => tree.view(node).label === name || tree.view(node).label.startsWith(`${name} [`));
    if (found === undefined)
      throw new Error(`no ${name} among ${nodes.map((node) => tree.view(node).label).join(', ')}`);
    nodes = tree.children(found);
  }
  if (found === undefined) throw new Error('no names');
  return found;
}

/** Opens each node on the way, as a user does. */
export async function expand(tree: PeripheralTree, ...names: string[]): Promise<TreeNode> {
  for (let depth = 1; depth <= names.length; depth++)
    await tree.setExpanded(nodeAt(tree, ...names.slice(0, depth)), true);
  return nodeAt(tree, ...names);
}

/** Labels and values of what is below a node. */
export const rows = (tree: PeripheralTree, node: TreeNode): string[] =>
  tree.children(node).map((child) => {
    const { label, description, changed } = tree.view(child);
    return `${label}: ${description}${changed ? ' *' : ''}`;
  });

const register = (name: string, offset: number, more = '') =>
  `<register><name>${name}</name><addressOffset>${offset}</addressOffset>${more}</register>`;

/** Two ports in one group, and a serial port with everything that makes reading delicate. */
export const board = (): Device =>
  parseDevice(`<device><name>BOARD</name><size>32</size><peripherals>
    <peripheral><name>PORTB</name><groupName>PORT</groupName><description>Pins</description><baseAddress>0x4000</baseAddress>
      <addressBlock><offset>0</offset><size>0x20</size><usage>registers</usage></addressBlock><registers>
      ${register('DIR', 0, '<description>Direction</description><resetValue>3</resetValue>')}
      ${register(
        'OUT',
        4,
        `<fields>
        <field><name>P0</name><bitRange>[0:0]</bitRange></field>
        <field><name>MODE</name><bitRange>[5:4]</bitRange><enumeratedValues>
          <enumeratedValue><name>Slow</name><value>1</value></enumeratedValue>
          <enumeratedValue><name>Fast</name><description>At full speed</description><value>2</value></enumeratedValue>
        </enumeratedValues></field></fields>`,
      )}
      ${register('IN', 12, '<access>read-only</access>')}
      ${register('KEY', 16, '<access>write-only</access>')}
      ${register('LOW', 20, '<size>16</size>')}${register('HIGH', 22, '<size>16</size>')}
      <cluster><dim>2</dim><dimIncrement>4</dimIncrement><name>CH[%s]</name><addressOffset>24</addressOffset>${register('CFG', 0)}</cluster>
    </registers></peripheral>
    <peripheral derivedFrom="PORTB"><name>PORTA</name><baseAddress>0x5000</baseAddress></peripheral>
    <peripheral><name>UART</name><baseAddress>0x6000</baseAddress>
      <addressBlock><offset>0</offset><size>0x20</size><usage>registers</usage></addressBlock><registers>
      ${register('STATUS', 0)}
      ${register('DATA', 4, '<readAction>modify</readAction><fields><field><name>BYTE</name><bitRange>[7:0]</bitRange></field></fields>')}
      ${register('RAW', 4, '<alternateRegister>DATA</alternateRegister>')}
      ${register('CTRL', 8)}
      ${register('WIDE', 16, '<size>64</size>')}
    </registers></peripheral>
    <peripheral><name>RAM</name><baseAddress>0x8000</baseAddress><registers>
      <register><dim>250</dim><dimIncrement>4</dimIncrement><name>WORD[%s]</name><addressOffset>0</addressOffset></register>
    </registers></peripheral>
  </peripherals></device>`);
