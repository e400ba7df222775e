// As much of VS Code's API as the tests of the extension's parts need, in this process. Imported first, without names, it stands in for
// the module `vscode`; `fake` holds what the tests set and see. What needs a real window is tested in test/vscode.
import fs from 'node:fs';
import Module from 'node:module';
import path from 'node:path';

type Listener<T> = (event: T) => void;

export class EventEmitter<T> {
  readonly #listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>) => {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  };
  fire(event: T): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

export class Uri {
  private constructor(
    readonly scheme: string,
    readonly path: string,
    readonly query: string,
  ) {}
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    return `${this.scheme}://${this.path}`;
  }
  static file = (file: string) => new Uri('file', file, '');
  static from = (parts: { scheme: string; path?: string; query?: string }) =>
    new Uri(parts.scheme, parts.path ?? '', parts.query ?? '');
  static joinPath = (base: Uri, ...more: string[]) => new Uri(base.scheme, path.posix.join(base.path, ...more), '');
}

class Disposable {
  constructor(readonly dispose: () => void) {}
  static from = (...all: { dispose(): void }[]) => new Disposable(() => all.forEach((each) => void each.dispose()));
}

class CancellationError extends Error {
  override readonly name = 'Canceled';
}

export interface Folder {
  readonly name: string;
  readonly uri: Uri;
  readonly index: number;
}

export const folderAt = (file: string, index = 0): Folder => ({
  name: path.basename(file),
  uri: Uri.file(file),
  index,
});

const configurationChanged = new EventEmitter<{ affectsConfiguration(section: string): boolean }>();

export const fake = {
  folders: [] as Folder[],
  /** Settings by their whole name, such as `openocd.path`. */
  settings: {} as Record<string, unknown>,
  /** Every message box, with its buttons. */
  messages: [] as { readonly text: string; readonly buttons: readonly string[] }[],
  /** What is answered to a message box or question, one after another; nothing left: closed without an answer. */
  answers: [] as unknown[],
  /** What pick lists offered. */
  picked: [] as { readonly title: string; readonly labels: readonly string[] }[],
  /** The active debug session. */
  session: undefined as
    | undefined
    | { readonly type: string; readonly configuration: Readonly<Record<string, unknown>> },
  commands: [] as string[],
  /** The texts of the documents that were shown. */
  documents: [] as string[],
  /** The notifications of progress that were shown. */
  progress: [] as string[],
  /** Cancels the progress that is shown. */
  cancel: new EventEmitter<void>(),
  configurationChanged: (section: string) =>
    configurationChanged.fire({ affectsConfiguration: (asked) => section.startsWith(asked) }),
  reset(): void {
    Object.assign(this, {
      folders: [],
      settings: {},
      messages: [],
      answers: [],
      picked: [],
      session: undefined,
      commands: [],
      documents: [],
      progress: [],
    });
  },
};

async function say(text: string, ...rest: unknown[]): Promise<unknown> {
  fake.messages.push({ text, buttons: rest.filter((each): each is string => typeof each === 'string') });
  return fake.answers.shift();
}

interface Item {
  readonly label: string;
}

/** Chooses the item whose label is the next answer. */
function choose(title: string, items: readonly Item[]): Item | undefined {
  fake.picked.push({ title, labels: items.map(({ label }) => label) });
  const answer = fake.answers.shift();
  return items.find(({ label }) => label === answer);
}

function createQuickPick() {
  const accepted = new EventEmitter<void>();
  const hidden = new EventEmitter<void>();
  const box = {
    title: '',
    items: [] as Item[],
    selectedItems: [] as Item[],
    onDidAccept: accepted.event,
    onDidHide: hidden.event,
    show: () => {
      const chosen = choose(box.title, box.items);
      box.selectedItems = chosen === undefined ? [] : [chosen];
      if (chosen === undefined) hidden.fire();
      else accepted.fire();
    },
    hide: () => hidden.fire(),
    dispose: () => undefined,
  };
  return box;
}

interface Provider {
  provideTextDocumentContent(uri: Uri): Promise<string>;
}
const providers = new Map<string, Provider>();
const registered = new Map<string, (...args: unknown[]) => unknown>();

/** Runs a command that a part has registered, as the palette does. */
export const runCommand = (id: string, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);

const nothing = () => new Disposable(() => undefined);

const vscode = {
  EventEmitter,
  Uri,
  Disposable,
  CancellationError,
  ThemeIcon: class {},
  ThemeColor: class {},
  ProgressLocation: { Window: 10, Notification: 15 },
  ConfigurationTarget: { Global: 1, Workspace: 2, WorkspaceFolder: 3 },
  DebugConfigurationProviderTriggerKind: { Initial: 1, Dynamic: 2 },
  QuickPickItemKind: { Separator: -1, Default: 0 },
  LogLevel: { Trace: 1 },
  ViewColumn: { Beside: -2 },
  l10n: {
    t: (message: string, ...values: unknown[]) =>
      message.replace(/\{(\d+)\}/g, (_, index) => String(values[Number(index)])),
  },
  window: {
    showErrorMessage: say,
    showWarningMessage: say,
    showInformationMessage: say,
    showTextDocument: async (document: { getText(): string }) => void fake.documents.push(document.getText()),
    showInputBox: async () => fake.answers.shift(),
    showOpenDialog: async () => fake.answers.shift(),
    showSaveDialog: async () => fake.answers.shift(),
    /** Takes all that is offered. */
    showQuickPick: async (items: unknown) => items,
    createQuickPick,
    withProgress: async (
      { title }: { title: string },
      work: (bar: { report(): void }, token: { onCancellationRequested: unknown }) => unknown,
    ) => {
      fake.progress.push(title);
      return work({ report: () => undefined }, { onCancellationRequested: fake.cancel.event });
    },
  },
  commands: {
    registerCommand: (id: string, run: (...args: unknown[]) => unknown) => {
      registered.set(id, run);
      return nothing();
    },
    executeCommand: async (command: string, ...args: unknown[]) => {
      fake.commands.push(command);
      return registered.get(command)?.(...args);
    },
  },
  debug: {
    get activeDebugSession() {
      return fake.session;
    },
  },
  workspace: {
    isTrusted: true,
    get workspaceFolders() {
      return fake.folders;
    },
    getWorkspaceFolder: (uri: Uri) => fake.folders.find((folder) => uri.fsPath.startsWith(folder.uri.fsPath)),
    asRelativePath: (file: string | Uri) => path.basename(typeof file === 'string' ? file : file.fsPath),
    getConfiguration: (section: string) => ({
      get: (key: string, value?: unknown) => fake.settings[section === '' ? key : `${section}.${key}`] ?? value,
      inspect: (key: string) => ({ globalValue: fake.settings[`${section}.${key}`] }),
    }),
    findFiles: async () => [],
    onDidChangeConfiguration: configurationChanged.event,
    registerTextDocumentContentProvider: (scheme: string, provider: Provider) => {
      providers.set(scheme, provider);
      return nothing();
    },
    openTextDocument: async (uri: Uri) => ({
      uri,
      getText: (
        (text) => () =>
          text
      )(await providers.get(uri.scheme)?.provideTextDocumentContent(uri)),
    }),
    fs: { readFile: (uri: Uri) => fs.promises.readFile(uri.fsPath) },
  },
};

/** A log channel that nobody looks at. */
export const silentLog = Object.fromEntries(
  ['trace', 'debug', 'info', 'warn', 'error', 'show'].map((name) => [name, () => undefined]),
);

export function memento() {
  const values = new Map<string, unknown>();
  return {
    get: (key: string, value?: unknown) => values.get(key) ?? value,
    update: async (key: string, value: unknown) => void values.set(key, value),
  };
}

const loader = Module as unknown as { _load(request: string, ...more: unknown[]): unknown };
const load = loader._load;
loader._load = function (this: unknown, request: string, ...more: unknown[]) {
  return request === 'vscode' ? vscode : load.call(this, request, ...more);
};
