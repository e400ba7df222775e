// The Peripherals view: shows the peripheral tree. Single bits can be ticked; changed values carry a decoration.
import path from 'node:path';
import * as vscode from 'vscode';
import type { TreeNode } from '../peripherals/modelNodes';
import type { Peripherals } from '../peripherals/peripherals';

/** Marks the tree items whose value changed; nothing is opened by it. */
const CHANGED_SCHEME = 'openocd-changed';

const icons: Readonly<Record<TreeNode['kind'], string>> = {
  group: 'library',
  peripheral: 'circuit-board',
  cluster: 'folder',
  slice: 'array',
  register: 'symbol-variable',
  field: 'symbol-field',
};

export class PeripheralsView
  implements vscode.TreeDataProvider<TreeNode>, vscode.FileDecorationProvider, vscode.Disposable
{
  readonly #changed = new vscode.EventEmitter<TreeNode | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #subscriptions: vscode.Disposable[];

  constructor(private readonly model: Peripherals) {
    this.#view = vscode.window.createTreeView('openocd.peripherals', {
      treeDataProvider: this,
      showCollapseAll: true,
      manageCheckboxStateManually: true,
    });
    this.#subscriptions = [
      this.#view,
      this.#view.onDidChangeVisibility(({ visible }) => model.setVisible(visible)),
      this.#view.onDidExpandElement(({ element }) => this.#expanded(element, true)),
      this.#view.onDidCollapseElement(({ element }) => this.#expanded(element, false)),
      this.#view.onDidChangeCheckboxState(({ items }) => this.#ticked(items)),
      vscode.window.registerFileDecorationProvider(this),
      model.onDidChange((node) => {
        this.#describe();
        this.#changed.fire(node);
      }),
    ];
    model.setVisible(this.#view.visible);
  }

  /** What stands above the tree: what is being read, what went wrong, the filter. */
  #describe(): void {
    const { content } = this.model;
    this.#view.description = content.kind === 'none' ? '' : path.basename(content.file);
    this.#view.message = this.#message();
  }

  #message(): string {
    const { t } = vscode.l10n;
    const { content } = this.model;
    if (content.kind === 'loading') return t('Reading {0} …', path.basename(content.file));
    if (content.kind === 'failed') return content.reason;
    if (content.kind !== 'tree' || content.tree.filter === '') return '';
    return t('Only names with “{0}” are shown.', content.tree.filter);
  }

  #expanded(node: TreeNode, expanded: boolean): void {
    void this.model.tree?.setExpanded(node, expanded);
  }

  async #ticked(items: readonly [TreeNode, vscode.TreeItemCheckboxState][]): Promise<void> {
    for (const [node, state] of items) {
      const bit = state === vscode.TreeItemCheckboxState.Checked ? '1' : '0';
      try {
        await this.model.tree?.write(node, bit);
      } catch (error) {
        vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
        this.#changed.fire(undefined);
      }
    }
  }

  getChildren(node?: TreeNode): TreeNode[] {
    const { tree } = this.model;
    if (tree === undefined) return [];
    if (node === undefined) return tree.roots();
    // VS Code keeps open what was open in the tree before this one, and does not tell.
    if (tree.view(node).collapsible === 'collapsed') this.#expanded(node, true);
    return tree.children(node);
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.parent;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const { tree } = this.model;
    if (tree === undefined) return new vscode.TreeItem('');
    const view = tree.view(node);
    const states = {
      none: vscode.TreeItemCollapsibleState.None,
      collapsed: vscode.TreeItemCollapsibleState.Collapsed,
      expanded: vscode.TreeItemCollapsibleState.Expanded,
    };
    const item = new vscode.TreeItem(view.label, states[view.collapsible]);
    item.id = view.id;
    item.description = view.description;
    item.tooltip = view.tooltip;
    item.contextValue = view.context;
    item.iconPath = new vscode.ThemeIcon(view.failed ? 'warning' : icons[node.kind]);
    if (view.changed) item.resourceUri = vscode.Uri.from({ scheme: CHANGED_SCHEME, path: `/${view.id}` });
    const tick = this.#tick(node);
    if (tick !== undefined) item.checkboxState = tick;
    return item;
  }

  /** A single bit that can be read and written is a box to tick. */
  #tick(node: TreeNode): vscode.TreeItemCheckboxState | undefined {
    const { tree } = this.model;
    if (node.kind !== 'field' || node.field.width !== 1 || !node.field.readable || !node.field.writable)
      return undefined;
    if (tree?.valueText(node) === undefined) return undefined;
    const text = tree.editOffer(node)?.text ?? '';
    if (text === '') return undefined;
    return BigInt(text) === 1n ? vscode.TreeItemCheckboxState.Checked : vscode.TreeItemCheckboxState.Unchecked;
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    if (uri.scheme !== CHANGED_SCHEME) return undefined;
    const tooltip = vscode.l10n.t('Changed since it was read before');
    return new vscode.FileDecoration('●', tooltip, new vscode.ThemeColor('textLink.foreground'));
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}
