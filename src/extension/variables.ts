// VS Code's variables in texts that VS Code itself does not resolve: settings, and launch.json where no debug session is started.
import path from 'node:path';
import * as vscode from 'vscode';

/** Every text in a value, with the variables replaced that need no user; others stay as they are. */
export function substitute<T>(value: T, folder: vscode.WorkspaceFolder | undefined): T {
  const walk = (inner: unknown): unknown => {
    if (typeof inner === 'string') return replace(inner, folder);
    if (Array.isArray(inner)) return inner.map(walk);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, each]) => [key, walk(each)]));
  };
  return walk(value) as T;
}

/** The first variable in a value that only a debug session resolves: it asks the user, or runs a command. */
export function unresolved(value: unknown): string | undefined {
  return /\$\{(?:command|input):[^}]*\}/.exec(JSON.stringify(value) ?? '')?.[0];
}

function replace(text: string, folder: vscode.WorkspaceFolder | undefined): string {
  const values: Readonly<Record<string, string | undefined>> = {
    workspaceFolder: folder?.uri.fsPath,
    workspaceRoot: folder?.uri.fsPath,
    workspaceFolderBasename: folder?.name,
    userHome: process.env['HOME'] ?? process.env['USERPROFILE'],
    pathSeparator: path.sep,
    '/': path.sep,
  };
  const named = (name: string) => vscode.workspace.workspaceFolders?.find((each) => each.name === name)?.uri.fsPath;
  return text
    .replace(/\$\{env:([^}]+)\}/g, (_, name: string) => process.env[name] ?? '')
    .replace(/\$\{config:([\w.-]+)\}/g, (_, name: string) =>
      String(vscode.workspace.getConfiguration('', folder).get(name) ?? ''),
    )
    .replace(/\$\{workspaceFolder:([^}]+)\}/g, (whole, name: string) => named(name) ?? whole)
    .replace(/\$\{(\w+|\/)\}/g, (whole, name: string) => values[name] ?? whole);
}
