// Entry of the extension: makes the parts and wires them. Nothing is started here; each part loads what it needs when it is used.
import path from 'node:path';
import * as vscode from 'vscode';
import { Boards } from './board/boards';
import { watchLosses } from './board/messages';
import { BoardOverview } from './board/overview';
import { Selection } from './board/selection';
import { openTclConsole, runTclCommand } from './board/tclConsole';
import { boardCommands } from './commands/boardCommands';
import { debugCommands } from './commands/debugCommands';
import { flashCommands } from './commands/flashCommands';
import { liveWatchCommands } from './commands/liveWatchCommands';
import { memoryCommands } from './commands/memoryCommands';
import { peripheralCommands } from './commands/peripheralCommands';
import { rttCommands } from './commands/rttCommands';
import { register } from './commands/run';
import { activateLanguage } from './language/client';
import { AdapterFactory } from './launch/adapterFactory';
import { ConfigurationProvider } from './launch/configurationProvider';
import { pickProgram, pickSvd } from './launch/files';
import { Sessions } from './launch/sessions';
import { convertConfiguration, createLaunchConfiguration } from './launch/wizard';
import { LiveWatch } from './liveWatch/liveWatch';
import { Peripherals } from './peripherals/peripherals';
import { SvdChoice } from './peripherals/svdChoice';
import { Plots } from './plot/plots';
import { RttLogs } from './rtt/rttLogs';
import { RttModel } from './rtt/rttModel';
import { RttPlans } from './rtt/rttPlans';
import { RttPlots } from './rtt/rttPlots';
import { RttTerminals } from './rtt/rttTerminals';
import { TaskProvider } from './tasks/taskProvider';
import { useTranslation } from './texts';
import { BoardView } from './views/boardView';
import { LiveWatchView } from './views/liveWatchView';
import { PeripheralsView } from './views/peripheralsView';
import { RttView } from './views/rttView';
import { StatusBar } from './views/statusBar';

let boards: Boards | undefined;

/** What other extensions, and the tests, can see of this one. */
export interface ExtensionApi {
  readonly boards: Boards;
  readonly overview: BoardOverview;
  readonly rtt: RttModel;
  readonly terminals: RttTerminals;
  readonly logs: RttLogs;
  readonly plots: Plots;
  readonly liveWatch: LiveWatch;
  readonly peripherals: Peripherals;
}

export function activate(context: vscode.ExtensionContext): ExtensionApi {
  const own = <T extends vscode.Disposable>(part: T): T => {
    context.subscriptions.push(part);
    return part;
  };
  const { extensionPath } = context;
  useTranslation((message, ...values) => vscode.l10n.t(message, ...values));
  const openocdLog = own(vscode.window.createOutputChannel('OpenOCD', { log: true }));
  const log = own(vscode.window.createOutputChannel('OpenOCD Debug', { log: true }));

  boards = own(new Boards(extensionPath, openocdLog));
  const overview = own(new BoardOverview(boards, log));
  const selection = own(new Selection(boards, context.workspaceState, extensionPath));
  own(watchLosses(boards, selection));

  const provider = new ConfigurationProvider(boards, extensionPath);
  const sessions = own(new Sessions(provider, boards, log));
  own(vscode.debug.registerDebugConfigurationProvider('openocd', provider));
  const dynamic = vscode.DebugConfigurationProviderTriggerKind.Dynamic;
  own(vscode.debug.registerDebugConfigurationProvider('openocd', provider, dynamic));
  own(vscode.debug.registerDebugAdapterDescriptorFactory('openocd', new AdapterFactory(extensionPath)));
  own(vscode.debug.registerDebugAdapterTrackerFactory('openocd', sessions));

  const boardView = own(new BoardView(boards, overview));
  own(vscode.window.registerTreeDataProvider('openocd.board', boardView));
  const statusBar = own(new StatusBar(boards, overview));

  const plots = own(new Plots(context.extensionUri));
  const plans = own(new RttPlans(boards, selection, sessions, log));
  const rtt = own(new RttModel(boards, plans, log));
  const terminals = own(new RttTerminals(rtt, plans));
  const logs = own(new RttLogs(rtt, plans));
  const rttPlots = own(new RttPlots(rtt, plans, plots));
  own(vscode.window.registerTreeDataProvider('openocd.rtt', own(new RttView(rtt, terminals, logs))));

  const choice = new SvdChoice(selection, context.workspaceState, extensionPath);
  const memory = context.workspaceState;
  const peripherals = own(new Peripherals({ boards, overview, sessions, choice, memory, log }));
  own(new PeripheralsView(peripherals));

  const liveWatch = own(new LiveWatch(sessions, context.workspaceState, log));
  own(vscode.window.registerTreeDataProvider('openocd.liveWatch', own(new LiveWatchView(liveWatch))));

  own(
    sessions.onEvent((event) => {
      if (event.event === 'openocd.rtt') rtt.controlBlock(event.body);
      if (event.event === 'openocd.breakpointBudget') boardView.showBudget(event.body);
    }),
  );
  own(sessions.onDidEnd(() => boardView.showBudget(undefined)));

  own(vscode.tasks.registerTaskProvider('openocd', new TaskProvider(boards, selection)));

  const firstFolder = () => vscode.workspace.workspaceFolders?.[0];
  for (const part of [
    ...boardCommands(boards, selection, statusBar),
    ...flashCommands(boards, selection),
    ...memoryCommands(boards, selection),
    ...debugCommands(),
    ...liveWatchCommands(liveWatch, plots),
    ...peripheralCommands(peripherals, choice),
    ...rttCommands({ model: rtt, terminals, logs, plots: rttPlots }),
    register('openocd.openTclConsole', async () => {
      const board = await selection.board();
      if (board === undefined) return;
      await board.start();
      openTclConsole(board);
    }),
    register('openocd.runTcl', async () => {
      const board = await selection.board();
      if (board !== undefined) await runTclCommand(board, openocdLog);
    }),
    register('openocd.createLaunchConfiguration', createLaunchConfiguration),
    register('openocd.convertConfiguration', convertConfiguration),
    register('openocd.pickElf', () => inFolder(firstFolder(), pickProgram)),
    register('openocd.pickSvd', () => inFolder(firstFolder(), pickSvd)),
    register('openocd.pickConfigFile', pickConfigFile),
    register('openocd.showLog', () => openocdLog.show()),
    register('openocd.showWalkthrough', () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#start`),
    ),
  ]) {
    own(part);
  }
  activateLanguage(context);
  return { boards, overview, rtt, terminals, logs, plots, liveWatch, peripherals };
}

function inFolder(
  folder: vscode.WorkspaceFolder | undefined,
  pick: (folder: vscode.WorkspaceFolder) => Promise<string | undefined>,
): Promise<string | undefined> {
  if (folder === undefined) throw new Error(vscode.l10n.t('Open a folder first.'));
  return pick(folder);
}

async function pickConfigFile(): Promise<string | undefined> {
  const uris = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('OpenOCD Configuration'),
    filters: { OpenOCD: ['cfg', 'tcl'] },
  });
  return uris?.[0] === undefined ? undefined : path.normalize(uris[0].fsPath);
}

/** Ends every OpenOCD before the window goes. */
export async function deactivate(): Promise<void> {
  await boards?.stopAll();
}
