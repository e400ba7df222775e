// Commands that read, save and load target memory.
import path from 'node:path';
import * as vscode from 'vscode';
import type { Session } from '../../openocd';
import type { Boards } from '../board/boards';
import { long } from '../board/flashing';
import type { Selection } from '../board/selection';
import { readySession } from './boardCommands';
import { orState, parseNumber, register, withProgress } from './run';

export const HEXDUMP_SCHEME = 'openocd-memory';

/** Most that is read into one view or file, in bytes. */
const LIMIT_BYTES = 16 * 1024 * 1024;

async function askNumber(title: string, prompt: string, value: string): Promise<number> {
  const text = await vscode.window.showInputBox({
    title,
    prompt,
    value,
    validateInput: (input) =>
      parseNumber(input) === undefined ? vscode.l10n.t('A number such as 256, 4K or 0x20000000') : undefined,
  });
  const number = text === undefined ? undefined : parseNumber(text);
  if (number === undefined) throw new vscode.CancellationError();
  return number;
}

interface Range {
  readonly address: number;
  readonly length: number;
}

async function askRange(title: string): Promise<Range> {
  const { t } = vscode.l10n;
  const address = await askNumber(title, t('Address'), '0x20000000');
  const length = await askNumber(title, t('Length in bytes'), '256');
  if (length < 1 || length > LIMIT_BYTES) throw new Error(t('The length must be between 1 byte and 16 MiB.'));
  return { address, length };
}

/** Shows hexdumps as read-only documents, read again each time they are opened. */
export class HexdumpDocuments implements vscode.TextDocumentContentProvider {
  /** What was read for documents that are about to be opened. */
  readonly #ready = new Map<string, string>();

  constructor(private readonly boards: Boards) {}

  /** Reads with progress, which VS Code does not show while it opens a document. @throws CancellationError */
  async read(session: Session, { address, length }: Range): Promise<vscode.Uri> {
    const text = await withProgress(vscode.l10n.t('Reading {0} bytes', length), (work) =>
      session.memory.hexdump(address, length, long(work)),
    );
    const uri = vscode.Uri.from({
      scheme: HEXDUMP_SCHEME,
      path: `/0x${address.toString(16).padStart(8, '0')}.hexdump`,
      query: `address=${address}&length=${length}&at=${Date.now()}`,
    });
    this.#ready.set(uri.toString(), text);
    return uri;
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const ready = this.#ready.get(uri.toString());
    if (ready !== undefined) {
      this.#ready.delete(uri.toString());
      return ready;
    }
    const query = new URLSearchParams(uri.query);
    const session = this.boards.current?.session;
    if (session === undefined) return vscode.l10n.t('No board is running: start it, then read again.');
    return session.memory.hexdump(Number(query.get('address')), Number(query.get('length')));
  }
}

export function memoryCommands(boards: Boards, selection: Selection): vscode.Disposable[] {
  const { t } = vscode.l10n;
  const documents = new HexdumpDocuments(boards);
  return [
    vscode.workspace.registerTextDocumentContentProvider(HEXDUMP_SCHEME, documents),
    register('openocd.readMemory', async (given?: Range) => {
      const session = await readySession(boards, selection);
      const uri = await documents.read(session, given ?? (await askRange(t('Read Memory'))));
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    }),
    register('openocd.saveMemory', async (given?: Range & { readonly file: vscode.Uri }) => {
      const session = await readySession(boards, selection);
      const { address, length } = given ?? (await askRange(t('Save Memory')));
      const target =
        given?.file ?? (await vscode.window.showSaveDialog({ title: t('Save Memory'), filters: { Binary: ['bin'] } }));
      if (target === undefined) return;
      const bytes = await withProgress(t('Reading {0} bytes', length), (work) =>
        session.memory.readBytes(address, length, long(work)),
      );
      await vscode.workspace.fs.writeFile(target, bytes);
      vscode.window.showInformationMessage(
        t('{0} bytes were saved to {1}.', bytes.length, path.basename(target.fsPath)),
      );
    }),
    register('openocd.loadMemory', async (given?: { readonly address: number; readonly file: vscode.Uri }) => {
      const session = await readySession(boards, selection);
      const filters = { Binary: ['bin', '*'] };
      const file = given?.file ?? (await vscode.window.showOpenDialog({ title: t('Load Memory'), filters }))?.[0];
      if (file === undefined) return;
      const address = given?.address ?? (await askNumber(t('Load Memory'), t('Address'), '0x20000000'));
      const bytes = await vscode.workspace.fs.readFile(file);
      let written = 0;
      const work = withProgress(t('Writing {0} bytes', bytes.length), (progress) => {
        const { signal, onProgress } = long(progress);
        return session.memory.writeBytes(address, bytes, {
          signal,
          onProgress: (step) => {
            written = step.done;
            onProgress?.(step);
          },
        });
      });
      await orState(work, () => {
        const next = (address + written).toString(16);
        return t(
          'Cancelled: {0} of {1} bytes are written; from 0x{2} on all is as before.',
          written,
          bytes.length,
          next,
        );
      });
      vscode.window.showInformationMessage(t('{0} bytes were written at 0x{1}.', bytes.length, address.toString(16)));
    }),
  ];
}
