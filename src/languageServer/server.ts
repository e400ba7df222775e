// Connects the features to the Language Server Protocol: which request is answered by what, when diagnostics are sent, and when the
// knowledge of OpenOCD is loaded. No feature lives here.
import { fileURLToPath } from 'node:url';
import {
  CodeActionKind,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type Position,
  type TextDocumentIdentifier,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { programOnPath, scriptFolders } from '../openocd/process/scriptFolders';
import { examine } from './diagnostics/examine';
import type { Finding } from './diagnostics/finding';
import { codeActions, codeLenses, toDiagnostic } from './features/actions';
import { completion, resolveCompletion } from './features/completion';
import { formatting } from './features/formatting';
import { hover } from './features/hover';
import { definition, highlights, prepareRename, references, rename } from './features/navigation';
import { documentLinks, documentSymbols, foldingRanges, workspaceSymbols } from './features/outline';
import { semanticTokens, semanticTokensLegend } from './features/semanticTokens';
import { signatureHelp } from './features/signature';
import { documentOf, type View } from './features/view';
import type { CommandCatalog } from './knowledge/catalog';
import { askForCatalog, bundledCatalog, rememberedCatalog } from './knowledge/obtain';
import { HarvestError } from './knowledge/program';
import { Project } from './model/project';
import { ScriptIndex } from './model/scriptIndex';
import { type InitializationOptions, readInitializationOptions, readSettings } from './settings';
import { workspaceSources } from './workspaceFiles';

/** Typing goes on for so long without a check. */
const quietMs = 150;

export class LanguageServer {
  readonly #connection: Connection;
  readonly #documents = new TextDocuments(TextDocument);
  readonly #project = new Project();
  readonly #findings = new Map<string, readonly Finding[]>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #catalog = bundledCatalog();
  #options: InitializationOptions = readInitializationOptions(undefined);
  /** Resolves when the script folders are known, and the commands as far as nothing has to be started for them. */
  #ready: Promise<void> = Promise.resolve();
  /** Aborted when what is being loaded is wanted no longer. */
  #loading = new AbortController();

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.onInitialize((params) => this.#initialize(params));
    connection.onInitialized(() => {
      this.#reload();
    });
    connection.onDidChangeConfiguration(({ settings }) => {
      const section = (settings as Record<string, unknown> | null)?.['openocd'];
      const { path, searchDirs } = this.#options;
      this.#options = { ...this.#options, ...readSettings(section ?? settings, this.#options) };
      const isSame = this.#options.path === path && this.#options.searchDirs.join('\n') === searchDirs.join('\n');
      if (isSame) this.#examineAll();
      else this.#reload();
    });
    connection.onShutdown(() => this.#loading.abort());
    connection.onDidChangeWatchedFiles(() => this.#examineAll());
    this.#followDocuments();
    this.#answerRequests();
    this.#documents.listen(connection);
  }

  #initialize(params: InitializeParams): InitializeResult {
    this.#options = readInitializationOptions(params.initializationOptions);
    const folders = params.workspaceFolders?.map((folder) => folder.uri) ?? (params.rootUri ? [params.rootUri] : []);
    this.#project.roots = folders.filter((uri) => uri.startsWith('file:')).map((uri) => fileURLToPath(uri));
    return {
      serverInfo: { name: 'OpenOCD language server' },
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        completionProvider: { resolveProvider: true, triggerCharacters: ['$', '[', ' ', '-', '/', '{'] },
        hoverProvider: true,
        signatureHelpProvider: { triggerCharacters: [' '] },
        definitionProvider: true,
        referencesProvider: true,
        documentHighlightProvider: true,
        renameProvider: { prepareProvider: true },
        documentSymbolProvider: true,
        workspaceSymbolProvider: true,
        foldingRangeProvider: true,
        documentLinkProvider: {},
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
        documentFormattingProvider: true,
        documentRangeFormattingProvider: true,
        semanticTokensProvider: { legend: semanticTokensLegend, full: true, range: true },
        ...(this.#options.canStartBoard ? { codeLensProvider: {} } : {}),
      },
    };
  }

  #reload(): void {
    this.#loading.abort();
    this.#loading = new AbortController();
    this.#ready = this.#load(this.#loading.signal).catch((error) => {
      this.#connection.console.error(`Looking for the scripts of OpenOCD failed: ${String(error)}`);
    });
  }

  /** Looks for the script folders and for what is remembered of OpenOCD. If nothing is, it is asked, and the built-in list serves meanwhile. */
  async #load(signal: AbortSignal): Promise<void> {
    const { path, trusted, cacheFolder } = this.#options;
    const executable = programOnPath(path);
    if (executable === undefined) {
      this.#connection.console.info(`“${path}” was not found: the built-in list of OpenOCD’s commands is used.`);
    }
    const remembered =
      trusted && executable !== undefined ? await rememberedCatalog(executable, cacheFolder) : undefined;
    await this.#use(remembered ?? bundledCatalog(), executable, signal);
    if (trusted && executable !== undefined && remembered === undefined) void this.#ask(executable, signal);
  }

  /** Asks OpenOCD for its commands, which takes seconds. */
  async #ask(executable: string, signal: AbortSignal): Promise<void> {
    const { console } = this.#connection;
    try {
      const catalog = await askForCatalog(executable, this.#options.cacheFolder, signal);
      await this.#use(catalog, executable, signal);
      console.info(`The commands of OpenOCD ${catalog.knowledge.version} (“${executable}”) are known now.`);
    } catch (error) {
      if (signal.aborted) return;
      const reason = error instanceof HarvestError ? error.message : `Asking “${executable}” failed: ${String(error)}.`;
      const { version } = this.#catalog.knowledge;
      console.warn(`${reason} The built-in list of the commands of OpenOCD ${version} is used instead.`);
    }
  }

  /** Checks the open files again with these commands and the script folders that belong to them. */
  async #use(catalog: CommandCatalog, executable: string | undefined, signal: AbortSignal): Promise<void> {
    const folders = scriptFolders(this.#options.searchDirs, executable, catalog.knowledge.scriptFolders);
    const isSame = folders.join('\n') === this.#project.index.folders.join('\n');
    const index = isSame ? this.#project.index : await ScriptIndex.of(folders);
    if (signal.aborted) return;
    this.#catalog = catalog;
    this.#project.index = index;
    this.#examineAll();
  }

  #followDocuments(): void {
    this.#documents.onDidChangeContent(({ document }) => {
      this.#project.open(document.uri, document.getText());
      this.#examineSoon(document.uri);
    });
    this.#documents.onDidClose(({ document }) => {
      this.#project.close(document.uri);
      clearTimeout(this.#timers.get(document.uri));
      this.#timers.delete(document.uri);
      this.#findings.delete(document.uri);
      this.#sendDiagnostics(document.uri, []);
    });
  }

  #examineAll(): void {
    for (const document of this.#documents.all()) this.#examineSoon(document.uri);
  }

  #examineSoon(uri: string): void {
    clearTimeout(this.#timers.get(uri));
    const timer = setTimeout(() => {
      this.#timers.delete(uri);
      this.#ready.then(() => this.#examine(uri)).catch((error) => this.#connection.console.error(String(error)));
    }, quietMs);
    this.#timers.set(uri, timer);
  }

  #examine(uri: string): void {
    const document = this.#documents.get(uri);
    if (document === undefined) return;
    const source = this.#project.open(uri, document.getText());
    const findings = this.#options.diagnostics ? examine(source, this.#project, this.#catalog) : [];
    this.#findings.set(uri, findings);
    const diagnostics = findings.map((finding) => toDiagnostic(source, finding));
    this.#sendDiagnostics(uri, diagnostics, document.version);
  }

  #sendDiagnostics(uri: string, diagnostics: ReturnType<typeof toDiagnostic>[], version?: number): void {
    const params = { uri, diagnostics, ...(version === undefined ? {} : { version }) };
    this.#connection.sendDiagnostics(params).catch((error) => this.#connection.console.error(String(error)));
  }

  /** What a request about a document looks at; undefined when the document is not open. */
  #view({ uri }: TextDocumentIdentifier): View | undefined {
    const document = this.#documents.get(uri);
    if (document === undefined) return undefined;
    const source = this.#project.open(uri, document.getText());
    return { source, project: this.#project, catalog: this.#catalog };
  }

  /** Answers a request about a position once everything is loaded; `otherwise` when the document is not open. */
  async #at<T>(
    params: { textDocument: TextDocumentIdentifier; position: Position },
    otherwise: T,
    answer: (view: View, offset: number) => T | Promise<T>,
  ): Promise<T> {
    await this.#ready;
    const view = this.#view(params.textDocument);
    return view === undefined ? otherwise : answer(view, documentOf(view.source).offsetAt(params.position));
  }

  async #about<T>(
    params: { textDocument: TextDocumentIdentifier },
    otherwise: T,
    answer: (view: View) => T,
  ): Promise<T> {
    await this.#ready;
    const view = this.#view(params.textDocument);
    return view === undefined ? otherwise : answer(view);
  }

  #answerRequests(): void {
    const connection = this.#connection;
    connection.onCompletion((params) => this.#at(params, [], completion));
    connection.onCompletionResolve((item) => resolveCompletion(item, this.#catalog));
    connection.onHover((params) => this.#at(params, null, (view, offset) => hover(view, offset) ?? null));
    connection.onSignatureHelp((params) =>
      this.#at(params, null, (view, offset) => signatureHelp(view, offset) ?? null),
    );
    connection.onDefinition((params) => this.#at(params, [], definition));
    connection.onReferences((params) =>
      this.#at(params, [], async (view, offset) =>
        references(view, offset, await workspaceSources(this.#project), params.context.includeDeclaration),
      ),
    );
    connection.onDocumentHighlight((params) => this.#at(params, [], highlights));
    connection.onPrepareRename((params) => this.#at(params, null, prepareRename));
    connection.onRenameRequest((params) =>
      this.#at(params, null, async (view, offset) =>
        rename(view, offset, params.newName, await workspaceSources(this.#project)),
      ),
    );
    connection.onDocumentSymbol((params) => this.#about(params, [], documentSymbols));
    connection.onWorkspaceSymbol(async ({ query }) => {
      await this.#ready;
      return workspaceSymbols(query, await workspaceSources(this.#project));
    });
    connection.onFoldingRanges((params) => this.#about(params, [], foldingRanges));
    connection.onDocumentLinks((params) => this.#about(params, [], documentLinks));
    connection.onCodeLens((params) => this.#about(params, [], codeLenses));
    connection.onCodeAction((params) =>
      this.#about(params, [], ({ source }) => {
        const document = documentOf(source);
        const findings = this.#findings.get(source.uri) ?? [];
        return codeActions(
          source,
          findings,
          document.offsetAt(params.range.start),
          document.offsetAt(params.range.end),
        );
      }),
    );
    connection.onDocumentFormatting((params) =>
      this.#about(params, [], ({ source }) => formatting(source, params.options)),
    );
    connection.onDocumentRangeFormatting((params) =>
      this.#about(params, [], ({ source }) =>
        formatting(source, params.options, params.range.start.line, params.range.end.line),
      ),
    );
    connection.languages.semanticTokens.on((params) =>
      this.#about(params, { data: [] }, (view) => semanticTokens(view)),
    );
    connection.languages.semanticTokens.onRange((params) =>
      this.#about(params, { data: [] }, (view) => {
        const document = documentOf(view.source);
        return semanticTokens(view, document.offsetAt(params.range.start), document.offsetAt(params.range.end));
      }),
    );
  }
}
