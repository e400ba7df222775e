// The peripheral tree without its user interface: nodes, values, formats, pins, filter and edits over one SVD device and one
// way to the target's memory. Reads only what is expanded, and what has side effects only on request.
import type { Device } from '../../svd';
import { extractField } from '../../svd';
import { t } from '../texts';
import { type EditOffer, type EditTarget, offerEdit, refuseEdit, writeEdit } from './modelEdit';
import { TreeFilter } from './modelFilter';
import { formatAddress, formatNumber, type NumberFormat, numberFormats } from './modelFormat';
import { type MemoryAccess, type Place, RegisterValues } from './modelMemory';
import {
  childNodes,
  hasChildren,
  isPinnable,
  pinnedNode,
  type RegisterNode,
  type TreeNode,
  topNodes,
} from './modelNodes';
import { contextWords, describeNode, type NodeText, namedValue, type Shown } from './modelText';

/** What outlives the window, as plain JSON. Of one device; unknown paths are harmless. */
export interface PeripheralTreeState {
  readonly expanded: readonly string[];
  readonly pinned: readonly string[];
  readonly formats: Readonly<Record<string, NumberFormat>>;
}

export interface PeripheralTreeOptions {
  readonly state?: PeripheralTreeState | undefined;
  /** See `RegisterValues`. */
  readonly gapBytes?: number;
}

export interface NodeView extends NodeText {
  readonly id: string;
  readonly collapsible: 'none' | 'collapsed' | 'expanded';
  /** The value, or some bit of it, differs from the last time. */
  readonly changed: boolean;
  readonly failed: boolean;
  /** Words for `viewItem`: see `contextWords`. */
  readonly context: string;
}

export class PeripheralTree {
  readonly device: Device;
  readonly #values: RegisterValues;
  readonly #expanded: Set<string>;
  readonly #pinned: Set<string>;
  readonly #formats: Map<string, NumberFormat>;
  readonly #listeners = new Set<(node: TreeNode | undefined) => void>();
  #memory: MemoryAccess | undefined;
  #filter: TreeFilter | undefined;
  /** Reads go one after the other. */
  #reading: Promise<void> = Promise.resolve();

  constructor(device: Device, { state, gapBytes = 0 }: PeripheralTreeOptions = {}) {
    this.device = device;
    this.#values = new RegisterValues(device, gapBytes);
    this.#expanded = new Set(state?.expanded);
    this.#pinned = new Set(state?.pinned);
    this.#formats = new Map(
      Object.entries(state?.formats ?? {}).filter(([, format]) => numberFormats.includes(format)),
    );
  }

  /** Called with the node that changed, or with nothing when all may have. Returns what takes the listener off again. */
  onDidChange(listener: (node: TreeNode | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  state(): PeripheralTreeState {
    return { expanded: [...this.#expanded], pinned: [...this.#pinned], formats: Object.fromEntries(this.#formats) };
  }

  /** Pinned nodes first, in the order they were pinned. */
  roots(): TreeNode[] {
    const filter = this.#filter;
    const top = topNodes(this.device, (peripheral) => filter?.peripheral(peripheral) ?? true);
    if (filter !== undefined) return top;
    const pinned = [...this.#pinned].map((path) => pinnedNode(this.device, path));
    return [...pinned.filter((node) => node !== undefined), ...top];
  }

  children(node: TreeNode): TreeNode[] {
    const filter = this.#filter;
    if (filter === undefined || node.kind === 'group') return childNodes(node, () => true);
    return childNodes(node, (member) => filter.member(node.peripheral, member));
  }

  view(node: TreeNode): NodeView {
    const place = placeOf(node);
    const state = place === undefined ? undefined : this.#values.state(place.register);
    const shown: Shown | undefined =
      place === undefined || state === undefined
        ? undefined
        : { state, format: this.format(node), onRequest: this.#values.isOnRequest(place) };
    const changedBits = state?.kind === 'value' ? state.changed : 0n;
    return {
      ...describeNode(node, shown),
      id: node.id,
      collapsible: !hasChildren(node) ? 'none' : this.#expanded.has(node.id) ? 'expanded' : 'collapsed',
      changed: (node.kind === 'field' ? changedBits & node.field.mask : changedBits) !== 0n,
      failed: state?.kind === 'failed',
      context: contextWords(node, shown),
    };
  }

  /** The way to the target, or none. What was read by another way is of the past. */
  setMemory(memory: MemoryAccess | undefined): void {
    this.#memory = memory;
    this.#values.expireOthers([]);
    this.#changed(undefined);
  }

  /** To be told of each expansion and collapse. Reads what becomes visible and is not known yet. */
  async setExpanded(node: TreeNode, expanded: boolean): Promise<void> {
    if (!expanded) this.#expanded.delete(node.id);
    else this.#expanded.add(node.id);
    if (!expanded || node.kind === 'register') return;
    const unread = this.#visibleBelow(node).filter(({ register }) => this.#values.state(register).kind === 'unread');
    if (unread.length === 0) return;
    await this.#readHarmless(unread);
    this.#changed(node);
  }

  /** Reads all that is expanded anew, after a stop or while the target runs; marks what differs from the last time. */
  async refresh(signal?: AbortSignal): Promise<void> {
    // What is shown stays until the new values are there: live refreshes must not flicker.
    const read = await this.#readHarmless(this.#visible(), signal);
    this.#values.expireOthers(read);
    this.#changed(undefined);
  }

  /** Reads one node because the user asked: the register with all its side effects, or what is visible below the node. */
  async refreshNode(node: TreeNode): Promise<void> {
    const place = placeOf(node);
    if (place === undefined) await this.#readHarmless(this.#visibleBelow(node));
    else await this.#read([place]);
    this.#changed(place === undefined ? node : undefined);
  }

  /** The format set for a node, or for the nearest one above it. */
  format(node: TreeNode): NumberFormat {
    for (let at: TreeNode | undefined = node; at !== undefined; at = at.parent) {
      const format = this.#formats.get(at.path);
      if (format !== undefined) return format;
    }
    return 'auto';
  }

  /** Holds for the node and all below that have none of their own; `undefined` takes it back. */
  setFormat(node: TreeNode, format: NumberFormat | undefined): void {
    if (format === undefined) this.#formats.delete(node.path);
    else this.#formats.set(node.path, format);
    this.#changed(undefined);
  }

  isPinned(node: TreeNode): boolean {
    return this.#pinned.has(node.path);
  }

  /** Shows a node at the top of the tree as well, or no longer. Groups and slices stay where they are. */
  setPinned(node: TreeNode, pinned: boolean): void {
    if (!isPinnable(node)) return;
    if (pinned) this.#pinned.add(node.path);
    else this.#pinned.delete(node.path);
    this.#changed(undefined);
  }

  get filter(): string {
    return this.#filter?.text ?? '';
  }

  /** Shows only what has the text in its name; an empty text shows all. */
  async setFilter(text: string, signal?: AbortSignal): Promise<void> {
    this.#filter = text.trim() === '' ? undefined : await TreeFilter.search(this.device, text, signal);
    this.#changed(undefined);
  }

  /** What the input box for an edit shows; undefined when the node cannot be edited. */
  editOffer(node: TreeNode): EditOffer | undefined {
    const target = editTarget(node);
    return target === undefined ? undefined : offerEdit(target, this.#values, this.format(node));
  }

  /** Why this text cannot be written; undefined when it can. */
  refuse(node: TreeNode, text: string): string | undefined {
    const target = editTarget(node);
    return target === undefined ? t('This cannot be edited.') : refuseEdit(target, this.#values, text);
  }

  /**
   * Writes a register or field.
   * @throws SvdError when the value does not fit or there is no target; what the target answers when it refuses
   */
  async write(node: TreeNode, text: string): Promise<void> {
    const target = editTarget(node);
    const memory = this.#memory;
    if (target === undefined) throw new Error(t('This cannot be edited.'));
    if (memory === undefined) throw new Error(t('There is no target to write to. Start the board or a debug session.'));
    await this.#inTurn(() => writeEdit(target, this.#values, memory, text));
    this.#changed(undefined);
  }

  /** The value as shown, for the clipboard; undefined while it is not known. */
  valueText(node: TreeNode): string | undefined {
    const place = placeOf(node);
    const state = place === undefined ? undefined : this.#values.state(place.register);
    if (place === undefined || state?.kind !== 'value') return undefined;
    if (node.kind === 'field') return namedValue(node.field, extractField(node.field, state.value), this.format(node));
    return formatNumber(state.value, place.register.size, this.format(node), false);
  }

  /** The address, for the clipboard and for memory views; undefined for groups. */
  address(node: TreeNode): string | undefined {
    if (node.kind === 'group' || node.kind === 'slice') return undefined;
    const element = placeOf(node)?.register ?? (node.kind === 'cluster' ? node.cluster : node.peripheral);
    return formatAddress(element.address);
  }

  /** Registers that can be seen now. */
  #visible(): Place[] {
    const places: Place[] = [];
    for (const node of this.roots()) {
      const place = placeOf(node);
      if (place !== undefined) places.push(place);
      else if (this.#expanded.has(node.id)) places.push(...this.#visibleBelow(node));
    }
    return places;
  }

  #visibleBelow(node: TreeNode): Place[] {
    return this.children(node).flatMap((child) => {
      if (child.kind === 'register') return [placeOfRegister(child)];
      return child.kind !== 'field' && this.#expanded.has(child.id) ? this.#visibleBelow(child) : [];
    });
  }

  /** Reads what may be read unasked. @returns what that was */
  async #readHarmless(places: readonly Place[], signal?: AbortSignal): Promise<readonly Place[]> {
    const harmless = places.filter((place) => !this.#values.isOnRequest(place));
    await this.#read(harmless, signal);
    return harmless;
  }

  async #read(places: readonly Place[], signal?: AbortSignal): Promise<void> {
    const memory = this.#memory;
    if (memory === undefined || places.length === 0) return;
    await this.#inTurn(() => this.#values.read(memory, places, signal));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#reading.then(work);
    this.#reading = done.catch(() => undefined);
    return done;
  }

  #changed(node: TreeNode | undefined): void {
    for (const listener of this.#listeners) listener(node);
  }
}

function placeOfRegister({ register, peripheral }: RegisterNode): Place {
  return { register, peripheral };
}

/** The register whose value a node shows. */
function placeOf(node: TreeNode): Place | undefined {
  if (node.kind === 'register') return placeOfRegister(node);
  return node.kind === 'field' ? { register: node.field.register, peripheral: node.peripheral } : undefined;
}

function editTarget(node: TreeNode): EditTarget | undefined {
  const place = placeOf(node);
  if (place === undefined) return undefined;
  return { place, field: node.kind === 'field' ? node.field : undefined };
}
