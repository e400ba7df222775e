// The extension's settings, typed, with the fallbacks of older extensions. Read where they are used, so a change counts at once.
import * as vscode from 'vscode';
import { substitute } from './variables';

type Folder = vscode.WorkspaceFolder;

const section = (folder?: Folder) => vscode.workspace.getConfiguration('openocd', folder);

/** With VS Code's variables replaced, which it leaves in settings as they are. */
const resolved = <T>(value: T, folder: Folder | undefined): T =>
  substitute(value, folder ?? vscode.workspace.workspaceFolders?.[0]);

/** OpenOCD's executable: ours, else what Cortex-Debug was told (its setting may be per platform), else undefined = PATH. */
export function openocdPath(folder?: Folder): string | undefined {
  const own = section(folder).get<string>('path', '').trim();
  if (own !== '') return resolved(own, folder);
  const cortexDebug = vscode.workspace.getConfiguration('cortex-debug', folder);
  const platform = ({ linux: 'linux', darwin: 'osx', win32: 'windows' } as Record<string, string>)[process.platform];
  for (const key of [`openocdPath.${platform}`, 'openocdPath']) {
    const value = cortexDebug.get<unknown>(key);
    if (typeof value === 'string' && value.trim() !== '') return resolved(value.trim(), folder);
  }
  return undefined;
}

export const searchDirs = (folder?: Folder) => resolved(section(folder).get<string[]>('searchDirs', []), folder);
export const extraArgs = (folder?: Folder) => resolved(section(folder).get<string[]>('extraArgs', []), folder);
export const svdFile = (folder?: Folder) => resolved(section(folder).get<string>('svdFile', '').trim(), folder);
export const startTimeoutMs = () => section().get<number>('startTimeoutSeconds', 10) * 1000;
export const refreshWhileRunningMs = () => section().get<number>('peripherals.refreshWhileRunningMs', 0);
export const mergeGapBytes = () => section().get<number>('peripherals.mergeGapBytes', 0);
export const trace = () => section().get<boolean>('trace', false);

export const rtt = {
  enabled: () => section().get<boolean>('rtt.enabled', true),
  pollingIntervalMs: () => section().get<number>('rtt.pollingIntervalMs', 10),
  timestamps: () => section().get<boolean>('rtt.timestamps', false),
  clearOnRestart: () => section().get<boolean>('rtt.clearOnRestart', true),
  input: () => section().get<'line' | 'raw'>('rtt.input', 'line'),
  channels: () => section().get<readonly object[]>('rtt.channels', []),
};

/** Live Watch: Cortex-Debug's refresh rate (milliseconds) counts where ours was not set. */
export function samplesPerSecond(): number {
  const inspected = section().inspect<number>('liveWatch.samplesPerSecond');
  const own = inspected?.workspaceFolderValue ?? inspected?.workspaceValue ?? inspected?.globalValue;
  const old = vscode.workspace.getConfiguration('cortex-debug').get<unknown>('liveWatchRefreshRate');
  if (own === undefined && typeof old === 'number' && old > 0) return 1000 / old;
  return own ?? inspected?.defaultValue ?? 10;
}
