// Finds and picks files for launch configurations: ELF programs (newest first), SVD files, OpenOCD configurations.
import fs from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';

const EXCLUDED = '**/{node_modules,.git,.cache,CMakeFiles}/**';

/** True when the file begins like an ELF executable for a machine (not an object file or a shared library of the host's tools). */
async function isProgram(file: string): Promise<boolean> {
  const handle = await fs.open(file).catch(() => undefined);
  if (handle === undefined) return false;
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(20), 0, 20, 0);
    if (bytesRead < 20 || buffer.readUInt32BE(0) !== 0x7f454c46) return false;
    const type = buffer[5] === 2 ? buffer.readUInt16BE(16) : buffer.readUInt16LE(16);
    return type === 2;
  } finally {
    await handle.close();
  }
}

/** ELF programs of a folder, newest first. Rust programs have no ending, so files of `target/` are looked into as well. */
export async function findPrograms(folder: vscode.WorkspaceFolder): Promise<readonly string[]> {
  const named = vscode.workspace.findFiles(new vscode.RelativePattern(folder, '**/*.{elf,axf,out}'), EXCLUDED, 200);
  const rust = vscode.workspace.findFiles(
    new vscode.RelativePattern(folder, 'target/*/{debug,release}/*'),
    undefined,
    200,
  );
  const files = [...(await named), ...(await rust)].map((uri) => uri.fsPath);
  const looked = await Promise.all(
    [...new Set(files)].map(async (file) => ({
      file,
      program: await isProgram(file),
      time: await fs.stat(file).then(
        (stat) => stat.mtimeMs,
        () => 0,
      ),
    })),
  );
  return looked
    .filter((entry) => entry.program)
    .sort((a, b) => b.time - a.time)
    .map((entry) => entry.file);
}

export async function findSvdFiles(folder: vscode.WorkspaceFolder): Promise<readonly string[]> {
  const files = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, '**/*.svd'), EXCLUDED, 50);
  return files.map((uri) => uri.fsPath).sort();
}

/** The path as launch.json should hold it: relative to the folder where that is possible. */
export function portable(file: string, folder: vscode.WorkspaceFolder): string {
  const relative = path.relative(folder.uri.fsPath, file);
  const inside = relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
  return inside ? `\${workspaceFolder}/${relative.replaceAll('\\', '/')}` : file;
}

interface Choice extends vscode.QuickPickItem {
  readonly file?: string;
  readonly browse?: boolean;
}

export interface PickOptions {
  readonly title: string;
  readonly placeholder: string;
  readonly files: readonly string[];
  readonly filters: Record<string, string[]>;
  /** Text of an entry that means “none”; its answer is the empty string. */
  readonly none?: string;
  readonly step?: { readonly step: number; readonly totalSteps: number };
}

/** Lets the user choose one of the files, or another by dialogue. Undefined: cancelled. */
export async function pickFile(options: PickOptions): Promise<string | undefined> {
  const items: Choice[] = options.files.map((file) => ({
    label: path.basename(file),
    description: vscode.workspace.asRelativePath(path.dirname(file)),
    file,
  }));
  if (options.none !== undefined) items.push({ label: `$(circle-slash) ${options.none}`, file: '' });
  items.push({ label: `$(folder-opened) ${vscode.l10n.t('Browse…')}`, browse: true });
  const chosen = await pick(items, options.title, options.placeholder, options.step);
  if (chosen?.browse !== true) return chosen?.file;
  const uris = await vscode.window.showOpenDialog({ filters: options.filters, title: options.title });
  return uris?.[0]?.fsPath;
}

/** A quick pick with a title and step numbers. Undefined: cancelled. */
export function pick<T extends vscode.QuickPickItem>(
  items: readonly T[],
  title: string,
  placeholder: string,
  step?: { readonly step: number; readonly totalSteps: number },
  active?: T,
): Promise<T | undefined> {
  const box = vscode.window.createQuickPick<T>();
  box.items = items;
  box.title = title;
  box.placeholder = placeholder;
  box.matchOnDescription = true;
  box.ignoreFocusOut = step !== undefined;
  if (step !== undefined) {
    box.step = step.step;
    box.totalSteps = step.totalSteps;
  }
  if (active !== undefined) box.activeItems = [active];
  return new Promise((resolve) => {
    box.onDidAccept(() => {
      resolve(box.selectedItems[0]);
      box.hide();
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

const ELF = { Program: ['elf', 'axf', 'out', '*'] };
const SVD = { 'CMSIS-SVD': ['svd', 'xml'] };

export async function pickProgram(
  folder: vscode.WorkspaceFolder,
  step?: PickOptions['step'],
): Promise<string | undefined> {
  return pickFile({
    title: vscode.l10n.t('Program'),
    placeholder: vscode.l10n.t('ELF file with symbols, newest first'),
    files: await findPrograms(folder),
    filters: ELF,
    ...(step === undefined ? {} : { step }),
  });
}

export async function pickSvd(folder: vscode.WorkspaceFolder, step?: PickOptions['step']): Promise<string | undefined> {
  return pickFile({
    title: vscode.l10n.t('Peripherals'),
    placeholder: vscode.l10n.t('CMSIS-SVD file of the microcontroller'),
    files: await findSvdFiles(folder),
    filters: SVD,
    none: vscode.l10n.t('No SVD file'),
    ...(step === undefined ? {} : { step }),
  });
}
