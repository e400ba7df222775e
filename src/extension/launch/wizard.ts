// “Create Launch Configuration” and “Convert … Configuration”: ask what is needed, write launch.json, open it at the new entry.
import * as vscode from 'vscode';
import { programOnPath, scriptFolders } from '../../openocd/process/scriptFolders';
import * as settings from '../settings';
import { type Conversion, convert, convertibleTypes, type LaunchConfiguration } from './convert';
import { pick, pickProgram, pickSvd, portable } from './files';
import { connectedProbes, type Script, scripts } from './scripts';

interface ScriptItem extends vscode.QuickPickItem {
  readonly script?: string;
  /** A configuration of another debugger, to be converted. */
  readonly old?: LaunchConfiguration;
}

async function folderToUse(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.length > 1 ? vscode.window.showWorkspaceFolderPick() : folders[0];
}

/** Puts a configuration into the folder's launch.json and shows it. */
async function write(folder: vscode.WorkspaceFolder, configuration: Record<string, unknown>): Promise<void> {
  const launch = vscode.workspace.getConfiguration('launch', folder);
  const inspected = launch.inspect<LaunchConfiguration[]>('configurations');
  const present = inspected?.workspaceFolderValue ?? inspected?.workspaceValue ?? [];
  const taken = new Set(present.map((entry) => entry.name));
  const wished = String(configuration['name']);
  let name = wished;
  for (let i = 2; taken.has(name); i++) name = `${wished} ${i}`;
  if (launch.get('version') === undefined) {
    await launch.update('version', '0.2.0', vscode.ConfigurationTarget.WorkspaceFolder);
  }
  const entries = [...present, { ...configuration, name }];
  await launch.update('configurations', entries, vscode.ConfigurationTarget.WorkspaceFolder);
  const file = vscode.Uri.joinPath(folder.uri, '.vscode/launch.json');
  const document = await vscode.workspace.openTextDocument(file);
  const at = document.positionAt(Math.max(0, document.getText().indexOf(JSON.stringify(name))));
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at) });
}

export async function createLaunchConfiguration(): Promise<void> {
  const folder = await folderToUse();
  if (folder === undefined) return;
  const { t } = vscode.l10n;
  const title = t('Create Launch Configuration');
  const executable = programOnPath(settings.openocdPath(folder) ?? 'openocd');
  const folders = scriptFolders(settings.searchDirs(folder), executable, []);
  const [boards, interfaces, targets, probes] = await Promise.all([
    scripts(folders, 'board'),
    scripts(folders, 'interface'),
    scripts(folders, 'target'),
    connectedProbes(),
  ]);
  const totalSteps = 4;
  const item = (script: Script): ScriptItem => ({
    label: script.name,
    description: script.description,
    script: script.name,
  });
  const separator = (label: string): ScriptItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const found = probes.map(
    (probe): ScriptItem => ({
      label: `$(plug) ${probe.interfaceFile}`,
      description: t('connected: {0}', probe.name),
      script: probe.interfaceFile,
    }),
  );
  const simulated: ScriptItem = { label: `$(beaker) ${t('Simulated board')}`, description: t('no hardware needed') };
  const old = convertible(folder).map(
    (entry): ScriptItem => ({
      label: `$(arrow-swap) ${t('Convert “{0}”', entry.name)}`,
      description: convertibleTypes[entry.type] ?? '',
      old: entry,
    }),
  );
  const links = [
    simulated,
    ...(old.length > 0 ? [separator('launch.json'), ...old] : []),
    ...(found.length > 0 ? [separator(t('Connected')), ...found] : []),
    separator(t('Boards')),
    ...boards.map(item),
    separator(t('Interfaces')),
    ...interfaces.map(item),
  ];
  const link = await pick(links, title, t('Board or debug probe'), { step: 1, totalSteps }, found[0]);
  if (link === undefined) return;
  if (link.old !== undefined) {
    await convertAndTell(folder, link.old);
    return;
  }
  const configFiles: string[] = [];
  if (link.script !== undefined) {
    configFiles.push(link.script);
    if (!link.script.startsWith('board/')) {
      const target = await pick(targets.map(item), title, t('Target'), { step: 2, totalSteps });
      if (target?.script === undefined) return;
      configFiles.push(target.script);
    }
  }
  const program = await pickProgram(folder, { step: 3, totalSteps });
  if (program === undefined) return;
  const isSimulated = link === simulated;
  const svd = isSimulated ? '' : await pickSvd(folder, { step: 4, totalSteps });
  if (svd === undefined) return;
  await write(folder, {
    name: isSimulated ? t('Simulated board') : t('Debug with OpenOCD'),
    type: 'openocd',
    request: 'launch',
    program: portable(program, folder),
    ...(isSimulated ? { simulator: true } : { configFiles }),
    ...(svd === '' ? {} : { svdFile: portable(svd, folder) }),
  });
}

/** Configurations of the workspace that other extensions' debuggers own and that we understand. */
export function convertible(folder: vscode.WorkspaceFolder): readonly LaunchConfiguration[] {
  const all = vscode.workspace.getConfiguration('launch', folder).get<LaunchConfiguration[]>('configurations', []);
  return all.filter((entry) => entry.type in convertibleTypes);
}

export async function convertConfiguration(): Promise<void> {
  const folder = await folderToUse();
  if (folder === undefined) return;
  const { t } = vscode.l10n;
  const candidates = convertible(folder);
  if (candidates.length === 0) {
    const kinds = Object.values(convertibleTypes).join(', ');
    vscode.window.showInformationMessage(t('launch.json holds no configuration of {0}.', kinds));
    return;
  }
  const items = candidates.map((entry) => ({
    label: entry.name,
    description: convertibleTypes[entry.type] ?? '',
    entry,
  }));
  const chosen =
    items.length === 1 ? items[0] : await pick(items, t('Convert Configuration'), t('Configuration to convert'));
  if (chosen === undefined) return;
  await convertAndTell(folder, chosen.entry);
}

async function convertAndTell(folder: vscode.WorkspaceFolder, entry: LaunchConfiguration): Promise<void> {
  const { configuration, notes }: Conversion = convert(entry);
  await write(folder, configuration);
  const done = vscode.l10n.t('“{0}” was converted; the old entry is still there.', entry.name);
  vscode.window.showInformationMessage([done, ...notes].join(' '));
}
