// Starts the language server for OpenOCD scripts when the first one is shown, and recognises the scripts whose name does not tell.
// The language itself is the server's business (src/languageServer).
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { openocdPath, searchDirs } from '../settings';

const languageId = 'openocd';

/** Languages that VS Code gives to `.cfg` and `.tcl` files when it knows no better. */
const vagueLanguages = new Set(['plaintext', 'properties', 'ini', 'cfg', 'tcl']);

/** What only OpenOCD understands, at the start of a line. */
const openocdCommand =
  /^\s*(?:source\s+\[find\s|adapter\s+(?:driver|speed|serial|usb)\s|interface\s+\w|transport\s+select\s|set\s+_?(?:CHIPNAME|TARGETNAME|CPUTAPID|WORKAREASIZE)\s|(?:jtag|swd|hla|swim)\s+newtap\s|swj_newdap\s|target\s+create\s|flash\s+bank\s|reset_config\s|gdb[_ ]port\s|\$_\w+\s+configure\s)/m;
const examinedLines = 100;

/** Watches for OpenOCD scripts and runs the language server as soon as there is one. */
export function activateLanguage(context: vscode.ExtensionContext): void {
  /** Undefined inside when the server could not be started, which the user was told. */
  let running: Promise<LanguageClient | undefined> | undefined;
  /** Documents whose language was set once: a user who sets it back is right. */
  const recognised = new Set<string>();

  const consider = (document: vscode.TextDocument): void => {
    if (document.languageId === languageId) {
      running ??= start(context).catch(reportFailure);
    } else if (!recognised.has(document.uri.toString()) && isOpenocdScript(document)) {
      recognised.add(document.uri.toString());
      void vscode.languages.setTextDocumentLanguage(document, languageId);
    }
  };

  for (const document of vscode.workspace.textDocuments) consider(document);
  context.subscriptions.push(
    vscode.workspace.onDidOpenTextDocument(consider),
    // The server may start OpenOCD from now on: it learns that when it starts.
    vscode.workspace.onDidGrantWorkspaceTrust(async () => {
      const client = await running;
      await client?.stop();
      if (client !== undefined) running = start(context).catch(reportFailure);
    }),
    { dispose: () => void running?.then((client) => client?.stop()) },
  );
}

function isOpenocdScript(document: vscode.TextDocument): boolean {
  if (!vagueLanguages.has(document.languageId) || document.uri.scheme !== 'file') return false;
  const isTcl = document.uri.path.endsWith('.tcl');
  if (isTcl && !vscode.workspace.getConfiguration('openocd.language', document).get<boolean>('tclFiles', false))
    return false;
  if (!isTcl && !document.uri.path.endsWith('.cfg')) return false;
  const head = new vscode.Range(0, 0, examinedLines, 0);
  return openocdCommand.test(document.getText(head));
}

async function start(context: vscode.ExtensionContext): Promise<LanguageClient> {
  const { LanguageClient: Client, TransportKind } = await import('./languageClient');
  const module = context.asAbsolutePath('dist/languageServer.js');
  const watcher = vscode.workspace.createFileSystemWatcher('**/*.{cfg,tcl}');
  context.subscriptions.push(watcher);
  const client = new Client(
    'openocd.language',
    'OpenOCD Language Server',
    { module, transport: TransportKind.ipc },
    {
      documentSelector: [{ language: languageId }],
      initializationOptions: {
        ...settings(),
        trusted: vscode.workspace.isTrusted,
        cacheFolder: context.globalStorageUri.fsPath,
        canStartBoard: true,
      },
      synchronize: { fileEvents: watcher },
      middleware: {
        // The command takes a URI object, which the protocol can only carry as text.
        provideCodeLenses: async (document, token, next) => {
          const lenses = (await next(document, token)) ?? [];
          for (const { command } of lenses) {
            if (command?.arguments) command.arguments = [vscode.Uri.parse(String(command.arguments[0]))];
          }
          return lenses;
        },
      },
    },
  );
  await client.start();
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration((change) => {
      const isOurs = ['openocd', 'cortex-debug'].some((section) => change.affectsConfiguration(section));
      if (isOurs && client.isRunning()) {
        void client.sendNotification('workspace/didChangeConfiguration', { settings: { openocd: settings() } });
      }
    }),
  );
  return client;
}

/** What the server needs to know, with the fallbacks to other extensions' settings. */
const settings = () => ({
  path: openocdPath() ?? '',
  searchDirs: searchDirs(),
  diagnostics: vscode.workspace.getConfiguration('openocd.language').get<boolean>('diagnostics', true),
});

function reportFailure(error: unknown): undefined {
  const reason = error instanceof Error ? error.message : String(error);
  void vscode.window.showWarningMessage(vscode.l10n.t('The OpenOCD language server could not be started: {0}', reason));
}
