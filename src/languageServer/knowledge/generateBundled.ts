// Writes openocd-0.12.json, the knowledge used where no OpenOCD can be asked: `npx tsx src/languageServer/knowledge/generateBundled.ts`
// with OpenOCD 0.12 on PATH. Beside harvesting it confirms argument counts by calling every command with one argument
// too few and one too many. Run by a developer, never by the product.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { flashDriverNames } from './flashDrivers';
import { harvest } from './harvest';
import {
  dummyBank,
  dummyBanks,
  dummyBoard,
  dummyObjects,
  dummyTap,
  dummyTarget,
  dummyTargetOf,
  noPorts,
} from './makeshift';
import type { CommandInfo, Knowledge } from './types';
import { parseUsage, usageArity } from './usage';

const running = `${dummyTap}; ${dummyTarget}; ${dummyBanks}; catch {init}`;
const withObjects = `${dummyBoard}; ${dummyTarget}; ${dummyObjects}`;
const transportAdapters: Readonly<Record<string, string>> = {
  swd: 'cmsis-dap',
  jtag: 'dummy',
  swim: 'st-link',
  dapdirect_swd: 'st-link',
  dapdirect_jtag: 'st-link',
  hla_swd: 'hla',
  hla_jtag: 'hla',
};
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-knowledge-'));

/** The script after which `info` exists. */
function contextOf(info: CommandInfo): string {
  const [kind, name = ''] = info.from?.[0]?.split(' ') ?? [];
  if (kind === 'adapter') return `catch {adapter driver ${name}}`;
  if (kind === 'transport') {
    return `catch {adapter driver ${transportAdapters[name] ?? 'dummy'}}; catch {transport select ${name}}`;
  }
  const init = info.stage === 'exec' ? '; catch {init}' : '';
  if (kind === 'target') return `${dummyBoard}; ${dummyTargetOf(name)}${init}`;
  if (kind === 'flash') return `${dummyTap}; ${dummyTarget}; ${dummyBank(name)}${init}`;
  return info.stage === 'exec' || kind === 'init' ? running : '';
}

/** The Tcl return code and message of a call, in a process of its own. */
async function call(
  context: string,
  name: string,
  words: readonly string[],
): Promise<{ code: number; message: string }> {
  const script = `set c [catch {${name} ${words.join(' ')}} m]; puts "@$c:$m"; stdout flush; exec kill -9 [pid]`;
  const output = await new Promise<string>((resolve) => {
    const arguments_ = ['-c', noPorts, ...(context ? ['-c', context] : []), '-c', script, '-c', 'shutdown'];
    execFile('openocd', arguments_, { cwd: folder, timeout: 2_000, killSignal: 'SIGKILL' }, (_error, stdout) => {
      resolve(stdout);
    });
  });
  const [, code = '0', message = ''] = /@(-?\d+):(.*)/s.exec(output) ?? [];
  return { code: Number(code), message: message.trim() };
}

const syntaxError = -601;
const isUsageError = (result: { code: number; message: string }): boolean =>
  result.code === syntaxError || (result.code === 1 && result.message.startsWith('wrong # args'));

/** `count` arguments that suit the usage: the first of the words offered at each place, otherwise 1. */
function sampleArguments(usage: string, count: number, requiredOnly: boolean): string[] {
  const words = parseUsage(usage)
    .filter((parameter) => !requiredOnly || parameter.min > 0)
    .map((parameter) => {
      const text = usage.slice(parameter.start, parameter.end);
      return (/'([^' ]+)'/.exec(text) ?? /^[[(]*([\w.-]+)\|/.exec(text))?.[1] ?? '1';
    });
  return Array.from({ length: count }, (_, index) => words[index] ?? '1');
}

/** Adds the arity of a command of OpenOCD as far as the real program confirms what the usage says. */
async function withArity(info: CommandInfo, context: string, callName: string): Promise<CommandInfo> {
  if (info.arity !== undefined || info.usage === undefined || info.stage === undefined) return info;
  const [min, max] = usageArity(info.usage);
  const fewest = sampleArguments(info.usage, min, true);
  const most = sampleArguments(info.usage, max ?? 0, false);
  const isRefused = async (words: readonly string[]): Promise<boolean> =>
    isUsageError(await call(context, callName, words));
  // A refusal proves something about the count only where one argument more, or less, is not refused.
  const needsMin = min > 0 && (await isRefused(fewest.slice(0, -1))) && !(await isRefused(fewest));
  const needsMax = max !== null && (await isRefused([...most, '1'])) && !(await isRefused(most));
  const confirmedMin = needsMin ? min : 0;
  const confirmedMax = needsMax ? max : null;
  return confirmedMin === 0 && confirmedMax === null ? info : { ...info, arity: [confirmedMin, confirmedMax] };
}

/** The fewest arguments that a command of Tcl accepts, however many its usage names. */
async function fewestOf(name: string, usage: string): Promise<number> {
  const [most] = usageArity(usage);
  let fewest = 0;
  while (fewest < most && isUsageError(await call('', name, new Array(fewest).fill('{1 1}')))) fewest += 1;
  return fewest;
}

/** Usage and arity of a command of Tcl, from what it says when called wrongly. */
async function tclCommand(info: CommandInfo): Promise<CommandInfo> {
  const few = await call('', info.name, []);
  const many = await call('', info.name, new Array(40).fill('1'));
  const usageIn = (message: string): string | undefined =>
    /^wrong # args: should be "\S+ ?([^"]*)"/.exec(message)?.[1]?.trim();
  const usage = usageIn(few.message) ?? usageIn(many.message);
  const [, max] = usageArity(usage ?? '');
  return {
    name: info.name,
    tcl: true,
    ...(usage ? { usage } : {}),
    ...(usage !== undefined
      ? { arity: [await fewestOf(info.name, usage), isUsageError(many) ? max : null] as const }
      : {}),
  };
}

async function main(): Promise<void> {
  const found = await harvest('openocd', flashDriverNames);
  const isTcl = (info: CommandInfo): boolean =>
    info.stage === undefined && info.from === undefined && info.arity === undefined && /^[a-z]+$/.test(info.name);
  const commands: CommandInfo[] = [];
  for (const info of found.commands) {
    if (isTcl(info)) commands.push(await tclCommand(info));
    else commands.push(await withArity(info, contextOf(info), info.name));
  }
  const objectCommands = {} as Record<keyof Knowledge['objects'], CommandInfo[]>;
  for (const kind of ['target', 'dap', 'cti', 'tpiu'] as const) {
    const object = { target: 'x.cpu', dap: 'x.dap', cti: 'x.cti', tpiu: 'x.tpiu' }[kind];
    objectCommands[kind] = [];
    for (const info of found.objects[kind]) {
      const context = kind === 'target' && info.stage !== 'config' ? running : withObjects;
      objectCommands[kind].push(await withArity(info, context, `${object} ${info.name}`));
    }
  }
  const file = path.join(__dirname, 'openocd-0.12.json');
  fs.writeFileSync(
    file,
    `${JSON.stringify({ ...found, scriptFolders: [], commands, objects: objectCommands }, null, 2)}\n`,
  );
  fs.rmSync(folder, { recursive: true, force: true });
  const confirmed = commands.filter((info) => info.arity !== undefined).length;
  console.log(`${file}: ${commands.length} commands, argument counts of ${confirmed} confirmed`);
}

void main();
