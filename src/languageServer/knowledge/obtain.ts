// Gets the best knowledge there is: of the installed OpenOCD where it may be asked and answers, else the bundled one.
import { bundledKnowledge, withConfirmedCounts } from './bundled';
import { cached, defaultCacheFolder } from './cache';
import { CommandCatalog } from './catalog';
import { flashDriverNames } from './flashDrivers';
import { HarvestError, harvest } from './harvest';

export const bundledCatalog = (): CommandCatalog => new CommandCatalog(bundledKnowledge, false);

/**
 * Starts OpenOCD unless it is known already: only for trusted workspaces.
 * @param executable absolute path of the program
 * @param report is told, in words for the user's log, why OpenOCD could not be asked
 */
export async function obtainCatalog(
  executable: string,
  cacheFolder: string | undefined,
  report: (message: string) => void,
): Promise<CommandCatalog> {
  try {
    const folder = cacheFolder ?? defaultCacheFolder();
    const knowledge = await cached(executable, folder, () => harvest(executable, flashDriverNames));
    return new CommandCatalog(withConfirmedCounts(knowledge), true);
  } catch (error) {
    if (!(error instanceof HarvestError)) throw error;
    report(
      `${error.message} The built-in list of the commands of OpenOCD ${bundledKnowledge.version} is used instead.`,
    );
    return bundledCatalog();
  }
}
