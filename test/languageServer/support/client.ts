// An editor's side of the conversation with the real server process, over its standard input and output.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  type Diagnostic,
  type InitializeResult,
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';

const root = path.resolve(__dirname, '../../..');

export class EditorSession {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-language-'));
  readonly connection: ProtocolConnection;
  readonly logs: string[] = [];
  capabilities: InitializeResult['capabilities'] = {};
  readonly #server: ChildProcess;
  readonly #versions = new Map<string, number>();
  readonly #diagnostics = new Map<string, PublishDiagnosticsParams>();
  #wake: () => void = () => undefined;

  constructor() {
    const entry = path.join(root, 'src/languageServer/main.ts');
    this.#server = spawn(process.execPath, ['--import', 'tsx', entry, '--stdio'], {
      cwd: root,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.connection = createProtocolConnection(
      new StreamMessageReader(this.#server.stdout!),
      new StreamMessageWriter(this.#server.stdin!),
    );
    this.connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.#diagnostics.set(params.uri, params);
      this.#wake();
    });
    this.connection.onNotification('window/logMessage', (params: { message: string }) => {
      this.logs.push(params.message);
      this.#wake();
    });
    this.connection.onUnhandledNotification(() => undefined);
    this.connection.listen();
  }

  /** Starts the conversation in a workspace of its own that holds `files`. */
  async start(initializationOptions: object, files: Readonly<Record<string, string>> = {}): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(this.folder, name)), { recursive: true });
      fs.writeFileSync(path.join(this.folder, name), text);
    }
    const result: InitializeResult = await this.connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      workspaceFolders: [{ name: 'test', uri: pathToFileURL(this.folder).href }],
      initializationOptions,
    });
    this.capabilities = result.capabilities;
    await this.connection.sendNotification('initialized', {});
  }

  uri(name: string): string {
    return pathToFileURL(path.join(this.folder, name)).href;
  }

  /** Opens a file or replaces its text; returns where the marks `|` stood, which are taken out. */
  async open(name: string, marked: string): Promise<Position[]> {
    const pieces = marked.split('|');
    const text = pieces.join('');
    const uri = this.uri(name);
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    if (version === 1) {
      const textDocument = { uri, languageId: 'openocd', version, text };
      await this.connection.sendNotification('textDocument/didOpen', { textDocument });
    } else {
      const params = { textDocument: { uri, version }, contentChanges: [{ text }] };
      await this.connection.sendNotification('textDocument/didChange', params);
    }
    return pieces.slice(0, -1).map((_, index) => {
      const lines = pieces
        .slice(0, index + 1)
        .join('')
        .split('\n');
      return { line: lines.length - 1, character: lines.at(-1)!.length };
    });
  }

  /** The diagnostics of the newest text of a file, as soon as they are there. */
  async diagnostics(name: string): Promise<Diagnostic[]> {
    const uri = this.uri(name);
    for (;;) {
      const known = this.#diagnostics.get(uri);
      if (known !== undefined && known.version === this.#versions.get(uri)) return known.diagnostics;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Waits until the server has logged such a message. */
  async log(pattern: RegExp): Promise<void> {
    while (!this.logs.some((line) => pattern.test(line))) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** A request about a file, at a place if one is given. */
  ask<T>(method: string, name: string, position?: Position, more: object = {}): Promise<T> {
    const params = { textDocument: { uri: this.uri(name) }, ...(position ? { position } : {}), ...more };
    return this.connection.sendRequest(method, params);
  }

  async end(): Promise<void> {
    const exited = new Promise((resolve) => this.#server.once('exit', resolve));
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    await exited;
    this.connection.dispose();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  /** Kills the server, as a crash would. */
  async kill(): Promise<void> {
    const exited = new Promise((resolve) => this.#server.once('exit', resolve));
    this.#server.kill('SIGKILL');
    await exited;
    this.connection.dispose();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
