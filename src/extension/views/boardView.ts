// The Board view: adapter, targets with state, flash banks, comparators. Shows the overview; asks nothing itself.
import * as vscode from 'vscode';
import type { Budget } from '../../adapter/protocol';
import type { FlashBank } from '../../openocd';
import type { BoardState } from '../board/board';
import type { Boards } from '../board/boards';
import type { BoardOverview, TargetOverview } from '../board/overview';

type Node =
  | { readonly kind: 'board' }
  | { readonly kind: 'adapter' }
  | { readonly kind: 'target'; readonly target: TargetOverview }
  | { readonly kind: 'bank'; readonly bank: FlashBank }
  | { readonly kind: 'budget'; readonly label: string; readonly used: number; readonly total: number | null };

const stateIcon: Readonly<Record<string, string>> = { halted: 'debug-pause', running: 'play', reset: 'debug-restart' };
const hex = (value: bigint) => `0x${value.toString(16).padStart(8, '0')}`;

export class BoardView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];
  #budget: Budget | undefined;

  constructor(
    private readonly boards: Boards,
    private readonly overview: BoardOverview,
  ) {
    const tell = () => this.#changed.fire();
    this.#subscriptions = [boards.onDidChange(tell), overview.onDidChange(tell)];
  }

  /** Comparators in use, as the debug session counts them; undefined when there is no session. */
  showBudget(budget: Budget | undefined): void {
    this.#budget = budget;
    this.#changed.fire();
  }

  getChildren(node?: Node): Node[] {
    if (node !== undefined) return [];
    const state = this.boards.current?.state.kind ?? 'stopped';
    if (state === 'stopped') return [];
    const nodes: Node[] = [{ kind: 'board' }];
    const overview = this.overview.current;
    if (overview === undefined) return nodes;
    nodes.push({ kind: 'adapter' });
    nodes.push(...overview.targets.map((target): Node => ({ kind: 'target', target })));
    nodes.push(...overview.banks.map((bank): Node => ({ kind: 'bank', bank })));
    const { t } = vscode.l10n;
    if (this.#budget !== undefined) {
      const { breakpoints, breakpointsUsed, watchpoints, watchpointsUsed } = this.#budget;
      nodes.push({ kind: 'budget', label: t('Hardware breakpoints'), used: breakpointsUsed, total: breakpoints });
      nodes.push({ kind: 'budget', label: t('Watchpoints'), used: watchpointsUsed, total: watchpoints });
    }
    return nodes;
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const { t } = vscode.l10n;
    switch (node.kind) {
      case 'board': {
        const board = this.boards.current;
        const item = new vscode.TreeItem(board?.configuration.name ?? '');
        item.description = stateName(board?.state);
        item.iconPath = new vscode.ThemeIcon('circuit-board');
        item.contextValue = 'board';
        if (board?.state.kind === 'lost') item.tooltip = board.state.reason;
        if (board?.state.kind === 'ready')
          item.tooltip = t('OpenOCD at {0}, TCL port {1}', board.state.host, board.state.tclPort);
        return item;
      }
      case 'adapter': {
        const overview = this.overview.current;
        const item = new vscode.TreeItem(overview?.adapter ?? '');
        const speed = overview?.speedKhz === undefined ? '' : `, ${overview.speedKhz} kHz`;
        item.description = `${overview?.transport ?? ''}${speed}`;
        item.iconPath = new vscode.ThemeIcon('plug');
        item.tooltip = t('Debug adapter, transport and speed');
        return item;
      }
      case 'target': {
        const item = new vscode.TreeItem(node.target.name);
        item.description = `${node.target.state} · ${node.target.type}`;
        item.iconPath = new vscode.ThemeIcon(stateIcon[node.target.state] ?? 'question');
        item.contextValue = 'target';
        return item;
      }
      case 'bank': {
        const item = new vscode.TreeItem(node.bank.name);
        item.description = `${bankPlace(node.bank)} · ${node.bank.driver}`;
        item.iconPath = new vscode.ThemeIcon('database');
        item.tooltip = t('Flash bank {0}', node.bank.number);
        item.contextValue = 'bank';
        return item;
      }
      case 'budget': {
        const item = new vscode.TreeItem(node.label);
        item.description = node.total === null ? t('{0} used', node.used) : t('{0} of {1} used', node.used, node.total);
        item.iconPath = new vscode.ThemeIcon(
          node.total !== null && node.used >= node.total ? 'warning' : 'debug-breakpoint',
        );
        return item;
      }
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}

/** Size and address of a flash bank; OpenOCD knows the size once it has probed the chip. */
export function bankPlace(bank: FlashBank): string {
  return bank.size === 0 ? hex(bank.base) : vscode.l10n.t('{0} KiB at {1}', bank.size / 1024, hex(bank.base));
}

/** The board's state in words. */
export function stateName(state: BoardState | undefined): string {
  const { t } = vscode.l10n;
  switch (state?.kind) {
    case 'starting':
      return t('starting …');
    case 'ready':
      return t('ready');
    case 'lost':
      return state.reconnecting ? t('reconnecting …') : t('lost');
    case 'stopping':
      return t('stopping …');
    default:
      return t('stopped');
  }
}
