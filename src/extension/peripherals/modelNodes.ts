// The nodes of the peripheral tree and how they hang together: what is below a node, and what it is called. No values.
import type { Cluster, Device, Elements, Field, Member, Peripheral, Register } from '../../svd';

interface Common {
  /** Unique in the tree; the same in the next session. */
  readonly id: string;
  /** Dotted path of what is shown. A pinned node shares it with the one in its proper place. */
  readonly path: string;
  readonly parent: TreeNode | undefined;
  /** Stands at the top of the tree because the user pinned it. */
  readonly pinned: boolean;
}

export interface GroupNode extends Common {
  readonly kind: 'group';
  readonly name: string;
  readonly peripherals: readonly Peripheral[];
}

export interface PeripheralNode extends Common {
  readonly kind: 'peripheral';
  readonly peripheral: Peripheral;
}

export interface ClusterNode extends Common {
  readonly kind: 'cluster';
  readonly cluster: Cluster;
  readonly peripheral: Peripheral;
}

/** Part of a long array. */
export interface SliceNode extends Common {
  readonly kind: 'slice';
  readonly name: string;
  readonly members: Elements<Member>;
  readonly start: number;
  readonly length: number;
  readonly peripheral: Peripheral;
}

export interface RegisterNode extends Common {
  readonly kind: 'register';
  readonly register: Register;
  readonly peripheral: Peripheral;
}

export interface FieldNode extends Common {
  readonly kind: 'field';
  readonly field: Field;
  readonly peripheral: Peripheral;
}

export type TreeNode = GroupNode | PeripheralNode | ClusterNode | SliceNode | RegisterNode | FieldNode;
export type PinnableNode = PeripheralNode | ClusterNode | RegisterNode | FieldNode;

/** Arrays up to this length stand in the list like any other register; longer ones are cut into slices of it. */
const sliceLength = 100;

export function isPinnable(node: TreeNode): node is PinnableNode {
  return node.kind !== 'group' && node.kind !== 'slice';
}

/** Groups and ungrouped peripherals by name. A group with a single peripheral is not worth a level of its own. */
export function topNodes(device: Device, wanted: (peripheral: Peripheral) => boolean): TreeNode[] {
  const groups = new Map<string, Peripheral[]>();
  const nodes: { name: string; node: TreeNode }[] = [];
  for (const peripheral of device.peripherals) {
    if (!wanted(peripheral)) continue;
    const name = peripheral.groupName ?? '';
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [peripheral]);
    else group.push(peripheral);
  }
  for (const [name, peripherals] of groups) {
    if (name !== '' && peripherals.length > 1) {
      const node: GroupNode = {
        kind: 'group',
        id: `group ${name}`,
        path: `group ${name}`,
        parent: undefined,
        pinned: false,
        name,
        peripherals,
      };
      nodes.push({ name, node });
    } else for (const node of peripheralNodes(peripherals, undefined)) nodes.push({ name: node.peripheral.name, node });
  }
  return nodes.sort((a, b) => byName(a.name, b.name)).map(({ node }) => node);
}

const collator = new Intl.Collator('en', { numeric: true });
const byName = (a: string, b: string) => collator.compare(a, b);

function peripheralNodes(peripherals: readonly Peripheral[], parent: TreeNode | undefined): PeripheralNode[] {
  const paths = new UniquePaths();
  return [...peripherals]
    .sort((a, b) => byName(a.name, b.name))
    .map((peripheral) => {
      const path = paths.next(peripheral.path);
      return { kind: 'peripheral', id: path, path, parent, pinned: false, peripheral };
    });
}

/** The node for a pinned path, undefined when the device has no such thing. */
export function pinnedNode(device: Device, path: string): PinnableNode | undefined {
  const found = device.find(path);
  const peripheral = device.peripherals.find(path.split('.')[0] ?? '');
  if (found === undefined || peripheral === undefined) return undefined;
  const common = { id: `pinned ${path}`, path, parent: undefined, pinned: true };
  switch (found.kind) {
    case 'peripheral':
      return { kind: 'peripheral', ...common, peripheral: found };
    case 'cluster':
      return { kind: 'cluster', ...common, cluster: found, peripheral };
    case 'register':
      return { kind: 'register', ...common, register: found, peripheral };
    case 'field':
      return { kind: 'field', ...common, field: found, peripheral };
  }
}

/** What is directly below a node. `wanted` filters the members of a peripheral or cluster. */
export function childNodes(node: TreeNode, wanted: (member: Member) => boolean): TreeNode[] {
  switch (node.kind) {
    case 'group':
      return peripheralNodes(node.peripherals, node);
    case 'peripheral':
      return memberNodes(node, node.peripheral.members, node.peripheral, wanted);
    case 'cluster':
      return memberNodes(node, node.cluster.members, node.peripheral, wanted);
    case 'slice':
      return sliceMembers(node, wanted);
    case 'register':
      return fieldNodes(node);
    case 'field':
      return [];
  }
}

export function hasChildren(node: TreeNode): boolean {
  if (node.kind === 'register') return node.register.fields.length > 0;
  return node.kind !== 'field';
}

function memberNodes(
  parent: PeripheralNode | ClusterNode,
  members: Elements<Member>,
  peripheral: Peripheral,
  wanted: (member: Member) => boolean,
): TreeNode[] {
  const paths = new UniquePaths();
  const nodes: TreeNode[] = [];
  for (const { name, start, length } of members.runs()) {
    if (length <= sliceLength) {
      for (let index = start; index < start + length; index++) {
        const member = members.at(index);
        if (member !== undefined && wanted(member))
          nodes.push(memberNode(member, paths.next(member.path), parent, peripheral));
      }
      continue;
    }
    const first = members.at(start);
    if (first === undefined || !wanted(first)) continue;
    for (let from = 0; from < length; from += sliceLength) {
      const count = Math.min(sliceLength, length - from);
      const path = paths.next(`${parent.path}.${name} ${from}`);
      const title = `${name.replace(/\[%s\]|%s/, '')} [${from}…${from + count - 1}]`;
      const { pinned } = parent;
      const slice = { name: title, members, start: start + from, length: count, peripheral };
      nodes.push({ kind: 'slice', id: idOf(path, parent), path, parent, pinned, ...slice });
    }
  }
  return nodes;
}

function sliceMembers(slice: SliceNode, wanted: (member: Member) => boolean): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let index = slice.start; index < slice.start + slice.length; index++) {
    const member = slice.members.at(index);
    if (member !== undefined && wanted(member)) nodes.push(memberNode(member, member.path, slice, slice.peripheral));
  }
  return nodes;
}

function memberNode(member: Member, path: string, parent: TreeNode, peripheral: Peripheral): TreeNode {
  const common = { id: idOf(path, parent), path, parent, pinned: parent.pinned, peripheral };
  return member.kind === 'register'
    ? { kind: 'register', ...common, register: member }
    : { kind: 'cluster', ...common, cluster: member };
}

/** High bits first, as reference manuals draw registers. */
function fieldNodes(parent: RegisterNode): FieldNode[] {
  const { peripheral, pinned } = parent;
  const paths = new UniquePaths();
  return [...parent.register.fields]
    .sort((a, b) => b.lsb - a.lsb)
    .map((field) => {
      const path = paths.next(`${parent.path}.${field.name}`);
      return { kind: 'field', id: idOf(path, parent), path, parent, pinned, field, peripheral };
    });
}

function idOf(path: string, parent: TreeNode): string {
  return parent.pinned ? `pinned ${path}` : path;
}

/** Tells elements apart that a file gives the same name. */
class UniquePaths {
  readonly #times = new Map<string, number>();

  next(path: string): string {
    const times = (this.#times.get(path) ?? 0) + 1;
    this.#times.set(path, times);
    return times === 1 ? path : `${path}~${times}`;
  }
}
