// Commands that program, erase and verify flash, with progress and cancel. Erasing asks once.
import path from 'node:path';
import * as vscode from 'vscode';
import type { Boards } from '../board/boards';
import { eraseBanks, flashBanks, needsAddress, program, verify } from '../board/flashing';
import type { Selection } from '../board/selection';
import { findPrograms, pick, pickFile } from '../launch/files';
import { bankPlace } from '../views/boardView';
import { readySession } from './boardCommands';
import { confirm, orState, register, withProgress } from './run';

const IMAGES = { Image: ['elf', 'axf', 'out', 'hex', 'ihex', 's19', 'srec', 'bin', '*'] };

/** Argument of a key binding or task that erases without asking. */
interface Unasked {
  readonly confirmed?: boolean;
}

export function flashCommands(boards: Boards, selection: Selection): vscode.Disposable[] {
  const { t } = vscode.l10n;

  async function chooseImage(title: string): Promise<string | undefined> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const found = (await Promise.all(folders.map(findPrograms))).flat();
    const chosen = selection.knownProgram();
    const files = chosen === undefined ? found : [chosen, ...found.filter((file) => file !== chosen)];
    return pickFile({ title, placeholder: t('ELF, HEX, S-record or binary file'), files, filters: IMAGES });
  }

  /** Asks for the address of a raw binary. */
  async function addressOf(file: string): Promise<bigint | undefined> {
    if (!needsAddress(file)) return undefined;
    const text = await vscode.window.showInputBox({
      title: path.basename(file),
      prompt: t('Address at which the binary is programmed'),
      value: '0x08000000',
      validateInput: (value) =>
        /^\s*0x[0-9a-f]+\s*$/i.test(value) ? undefined : t('A hexadecimal address such as 0x08000000'),
    });
    if (text === undefined) throw new vscode.CancellationError();
    return BigInt(text.trim());
  }

  async function programFile(file: string): Promise<void> {
    const offset = await addressOf(file);
    const session = await readySession(boards, selection);
    await withProgress(t('Flashing {0}', path.basename(file)), (work) => program(session, file, offset, work));
    vscode.window.showInformationMessage(t('{0} was programmed and verified.', path.basename(file)));
  }

  async function chooseBank(title: string) {
    const session = await readySession(boards, selection);
    const banks = await flashBanks(session);
    const items = banks.map((bank) => ({
      label: bank.name,
      description: bankPlace(bank),
      bank,
    }));
    const answer = items.length === 1 ? items[0] : await pick(items, title, t('Flash bank'));
    if (answer === undefined) throw new vscode.CancellationError();
    return { session, bank: answer.bank };
  }

  return [
    register('openocd.flashProgram', async (task?: { readonly program?: string }) => {
      const file = task?.program ?? (await selection.program()) ?? (await chooseImage(t('Flash Program')));
      if (file !== undefined) await programFile(file);
    }),
    register('openocd.flashFile', async (uri?: vscode.Uri) => {
      const file = uri?.fsPath ?? (await chooseImage(t('Flash File')));
      if (file !== undefined) await programFile(file);
    }),
    register('openocd.verify', async () => {
      const file = (await selection.program()) ?? (await chooseImage(t('Verify Flash')));
      if (file === undefined) return;
      const session = await readySession(boards, selection);
      await withProgress(t('Verifying {0}', path.basename(file)), (work) => verify(session, file, work));
      vscode.window.showInformationMessage(t('The flash holds {0}.', path.basename(file)));
    }),
    register('openocd.eraseChip', async (options?: Unasked) => {
      const { session, bank } = await chooseBank(t('Erase Chip'));
      if (
        options?.confirmed !== true &&
        !(await confirm(t('Erase all of {0}? The program in it is lost.', bank.name), t('Erase')))
      )
        return;
      await withProgress(t('Erasing {0}', bank.name), (work) => eraseBanks(session, [bank], work));
      vscode.window.showInformationMessage(t('{0} is erased.', bank.name));
    }),
    register('openocd.eraseSectors', async () => {
      const { session, bank } = await chooseBank(t('Erase Sectors'));
      await session.target.reset('halt');
      const { sectors } = await session.flash.info(bank.number);
      const items = sectors.map((sector) => ({
        label: t('Sector {0}', sector.index),
        description: `0x${(bank.base + BigInt(sector.offset)).toString(16).padStart(8, '0')}, ${sector.size} B${sector.protected ? `, ${t('protected')}` : ''}`,
        sector,
      }));
      const chosen = await vscode.window.showQuickPick(items, {
        canPickMany: true,
        title: t('Erase Sectors of {0}', bank.name),
      });
      if (chosen === undefined || chosen.length === 0) return;
      const count = chosen.length;
      const question =
        count === 1 ? t('Erase 1 sector of {0}?', bank.name) : t('Erase {0} sectors of {1}?', count, bank.name);
      if (!(await confirm(question, t('Erase')))) return;
      const erased: number[] = [];
      const work = withProgress(t('Erasing {0}', bank.name), async ({ signal, report }) => {
        for (const { sector } of chosen) {
          signal.throwIfAborted();
          report((100 * erased.length) / chosen.length, t('Sector {0}', sector.index));
          await session.flash.eraseSectors(bank.number, sector.index, sector.index);
          erased.push(sector.index);
        }
      });
      await orState(work, () =>
        erased.length === 0
          ? t('Cancelled: nothing of {0} is erased.', bank.name)
          : t(
              'Cancelled: of {0}, {1} of {2} sectors are erased ({3}).',
              bank.name,
              erased.length,
              count,
              erased.join(', '),
            ),
      );
      vscode.window.showInformationMessage(
        count === 1
          ? t('1 sector of {0} is erased.', bank.name)
          : t('{0} sectors of {1} are erased.', count, bank.name),
      );
    }),
  ];
}
