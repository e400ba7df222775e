// Tasks of the type `openocd`: flash, verify, erase and reset from tasks.json, for example as the last step of a build.
import path from 'node:path';
import * as vscode from 'vscode';
import type { Boards } from '../board/boards';
import type { Selection } from '../board/selection';
import { type Action, actions, type Definition, TaskTerminal } from './taskTerminal';

const SOURCE = 'OpenOCD';
/** Contributed in package.json: finds the place in a configuration file that OpenOCD complains about. */
const MATCHER = '$openocd';

export class TaskProvider implements vscode.TaskProvider {
  constructor(
    private readonly boards: Boards,
    private readonly selection: Selection,
  ) {}

  provideTasks(): vscode.Task[] {
    return vscode.workspace.isTrusted ? actions.map((action) => this.#task({ type: 'openocd', action })) : [];
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    const definition = task.definition as vscode.TaskDefinition & Definition;
    if (!actions.includes(definition.action)) return undefined;
    return this.#task(definition, task.name, task.scope);
  }

  #task(
    definition: vscode.TaskDefinition & Definition,
    name = defaultName(definition.action),
    scope: vscode.Task['scope'] = vscode.TaskScope.Workspace,
  ): vscode.Task {
    const folder = typeof scope === 'object' ? scope : vscode.workspace.workspaceFolders?.[0];
    const execution = new vscode.CustomExecution(async (resolved) => {
      const { program } = resolved as typeof definition;
      const file = program === undefined ? undefined : path.resolve(folder?.uri.fsPath ?? '.', program);
      const wanted = { ...(resolved as typeof definition), ...(file === undefined ? {} : { program: file }) };
      return new TaskTerminal(wanted, this.boards, this.selection);
    });
    const task = new vscode.Task(definition, scope ?? vscode.TaskScope.Workspace, name, SOURCE, execution, MATCHER);
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true };
    return task;
  }
}

function defaultName(action: Action): string {
  const { t } = vscode.l10n;
  return { flash: t('Flash'), erase: t('Erase'), verify: t('Verify'), reset: t('Reset') }[action];
}
