// What the installed OpenOCD knows, asked once for all tests of a run.
import { flashDriverNames } from '../../../src/languageServer/knowledge/flashDrivers';
import { harvest } from '../../../src/languageServer/knowledge/harvest';
import { HarvestError } from '../../../src/languageServer/knowledge/program';
import type { Knowledge } from '../../../src/languageServer/knowledge/types';

let asked: Promise<Knowledge> | undefined;

/** Skips the test where OpenOCD is too old to be asked. */
export async function installedKnowledge(test: Mocha.Context): Promise<Knowledge> {
  asked ??= harvest('openocd', flashDriverNames);
  try {
    return await asked;
  } catch (error) {
    if (error instanceof HarvestError && /as OpenOCD 0\.12/.test(error.message)) test.skip();
    throw error;
  }
}
