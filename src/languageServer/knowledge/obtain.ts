// Where the knowledge of the server comes from: it is built in, remembered from an installed OpenOCD, or asked from it.

import { cacheFolder } from '../../openocd/process/cacheFolder';
import { bundledKnowledge, withConfirmedCounts } from './bundled';
import { remember, remembered } from './cache';
import { CommandCatalog } from './catalog';
import { flashDriverNames } from './flashDrivers';
import { harvest } from './harvest';
import type { Knowledge } from './types';

export const bundledCatalog = (): CommandCatalog => new CommandCatalog(bundledKnowledge, false);

const installedCatalog = (knowledge: Knowledge): CommandCatalog =>
  new CommandCatalog(withConfirmedCounts(knowledge), true);

/** What the program at `executable`, an absolute path, was asked before; undefined when it was not. Starts nothing. */
export async function rememberedCatalog(
  executable: string,
  folder: string = cacheFolder(),
): Promise<CommandCatalog | undefined> {
  const knowledge = await remembered(executable, folder);
  return knowledge && installedCatalog(knowledge);
}

/**
 * Starts the program at `executable`, an absolute path, and remembers what it says: only for trusted workspaces.
 * @param signal gives up and ends the program
 * @throws HarvestError when it cannot be asked
 */
export async function askForCatalog(
  executable: string,
  folder: string = cacheFolder(),
  signal?: AbortSignal,
): Promise<CommandCatalog> {
  const knowledge = await harvest(executable, flashDriverNames, signal ? { signal } : {});
  await remember(executable, folder, knowledge);
  return installedCatalog(knowledge);
}
