// How long the language server works: on opening each script of the installed OpenOCD, and on typing in a long file.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { examine } from '../../src/languageServer/diagnostics/examine';
import { completion } from '../../src/languageServer/features/completion';
import { documentSymbols, foldingRanges } from '../../src/languageServer/features/outline';
import { semanticTokens } from '../../src/languageServer/features/semanticTokens';
import { flashDriverNames } from '../../src/languageServer/knowledge/flashDrivers';
import { harvest } from '../../src/languageServer/knowledge/harvest';
import { bundledCatalog } from '../../src/languageServer/knowledge/obtain';
import { Project } from '../../src/languageServer/model/project';
import { ScriptIndex } from '../../src/languageServer/model/scriptIndex';
import { readScript } from '../../src/languageServer/tcl/reader';
import { scriptsFolder, shippedScripts } from '../languageServer/support/scripts';

interface Figure {
  name: string;
  value: number;
  unit: string;
  target?: string;
}

const catalog = bundledCatalog();

export default async function bench(): Promise<Figure[]> {
  if (scriptsFolder === undefined) return [];
  const project = new Project();
  const [index, indexMs] = await timed(() => ScriptIndex.of([scriptsFolder as string]));
  project.index = index;
  const [, harvestMs] = await timed(() => harvest('openocd', flashDriverNames));
  const scripts = shippedScripts();
  const read: number[] = [];
  const opened: number[] = [];
  // The first round warms the compiler up and fills the cache of sourced files, as the first minute in an editor does.
  for (const round of [0, 1]) {
    for (const { file, text } of scripts) {
      const uri = pathToFileURL(path.resolve(file)).href;
      const readMs = measure(() => readScript(text));
      const openMs = measure(() => {
        const source = project.open(uri, text);
        const view = { source, project, catalog };
        examine(source, project, catalog);
        semanticTokens(view);
        documentSymbols(view);
        foldingRanges(view);
      });
      project.close(uri);
      if (round === 1) {
        read.push(readMs);
        opened.push(openMs);
      }
    }
  }
  return [
    { name: 'read a shipped script, median', value: median(read), unit: 'ms', target: '< 10' },
    { name: 'read a shipped script, slowest', value: Math.max(...read), unit: 'ms', target: '< 50' },
    {
      name: 'open a shipped script (checks, colours, outline), median',
      value: median(opened),
      unit: 'ms',
      target: '< 10',
    },
    {
      name: 'open a shipped script (checks, colours, outline), slowest',
      value: Math.max(...opened),
      unit: 'ms',
      target: '< 50',
    },
    { name: 'look through the script folders once', value: indexMs, unit: 'ms' },
    { name: 'ask the installed OpenOCD once', value: harvestMs, unit: 'ms' },
    ...typing(project),
  ];
}

/** A file of 10,000 lines made of real ones, typed into at its middle. */
function typing(project: Project): Figure[] {
  const board = fs.readFileSync(path.join(scriptsFolder as string, 'target/stm32f4x.cfg'), 'utf8');
  const lines: string[] = [];
  while (lines.length < 10_000) lines.push(...board.split('\n'));
  const text = lines.slice(0, 10_000).join('\n');
  const middle = text.indexOf('\nset ', text.length / 2) + 1;
  const uri = 'file:///bench/typing.cfg';
  const source = project.open(uri, text);
  const keys: number[] = [];
  const checks: number[] = [];
  const completions: number[] = [];
  const typed = 'adapter speed [foo {$a}]\n';
  for (let repeat = 0; repeat < 8; repeat++) {
    for (let length = 1; length <= typed.length; length++) {
      const now = text.slice(0, middle) + typed.slice(0, length) + text.slice(middle);
      keys.push(measure(() => source.update(now)));
      completions.push(measure(() => completion({ source, project, catalog }, middle + length)));
    }
    checks.push(measure(() => examine(source, project, catalog)));
  }
  project.close(uri);
  return [
    { name: 'type a key in 10,000 lines, median', value: median(keys), unit: 'ms' },
    { name: 'type a key in 10,000 lines, slowest', value: Math.max(...keys), unit: 'ms' },
    { name: 'complete in 10,000 lines, median', value: median(completions), unit: 'ms' },
    { name: 'check 10,000 lines, median', value: median(checks), unit: 'ms' },
  ];
}

function measure(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

async function timed<T>(action: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const result = await action();
  return [result, performance.now() - start];
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
