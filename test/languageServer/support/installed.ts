// What the installed OpenOCD knows, asked once for all tests of a run.
import { flashDriverNames } from '../../../src/languageServer/knowledge/flashDrivers';
import { harvest } from '../../../src/languageServer/knowledge/harvest';
import type { Knowledge } from '../../../src/languageServer/knowledge/types';

let asked: Promise<Knowledge> | undefined;

export const installedKnowledge = (): Promise<Knowledge> => {
  asked ??= harvest('openocd', flashDriverNames);
  return asked;
};
