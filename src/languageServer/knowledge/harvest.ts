// Asks an installed OpenOCD what it knows: starts it about two hundred times without hardware, once per driver, transport and type
// of target, and merges the answers. Starts programs; whoever calls it must have made sure that it may.
import { parseHelp } from './helpText';
import {
  dummyBank,
  dummyBanks,
  dummyBoard,
  dummyInit,
  dummyObjects,
  dummyTap,
  dummyTarget,
  dummyTargetOf,
} from './makeshift';
import { HarvestError, OpenocdProgram, type Report } from './program';
import type { CommandInfo, CommandStage, Knowledge } from './types';

/**
 * @param executable path or name of the program
 * @param flashDriverNames names to try: OpenOCD has no list of its NOR flash drivers, only a yes or no to each
 * @param options.timeLimitMs for all of it together
 * @param options.signal gives up at once
 * @throws HarvestError when the program is missing, is not OpenOCD, or is too slow
 */
export async function harvest(
  executable: string,
  flashDriverNames: readonly string[],
  { timeLimitMs = 120_000, signal }: { timeLimitMs?: number; signal?: AbortSignal } = {},
): Promise<Knowledge> {
  const program = new OpenocdProgram(executable, timeLimitMs, signal);
  const run = (script: string): Promise<Report> => program.report(script);
  const version = await program.version();
  const base = await run('');
  if (base.commands.size === 0) throw new HarvestError(`“${executable}” does not list its commands.`);
  if (!base.commands.has('adapter driver'))
    throw new HarvestError(
      `“${executable}” (${version}) does not list the commands of its groups, as OpenOCD 0.12 and later do.`,
    );
  const collector = new Collector(base);

  const scriptFolders = await program.scriptFolders();
  const names = await run(`
    puts "@adapters"; puts [capture {adapter list}]
    puts "@transports"; puts [transport list]
    puts "@types"; puts [target types]
    puts "@nand"; catch {puts [capture {nand drivers}]}
    ${dummyBoard}
    catch {jtag newtap x bad -nosuch 4} m; puts "@tapOptions"; puts $m
    catch {target create x.a testee -chain-position x.cpu -event nosuch {}} m; puts "@events"; puts $m
    catch {target create x.cpu testee -chain-position x.cpu}
    catch {x.cpu configure -nosuch} m; puts "@options"; puts $m
    set l [capture {catch {x.cpu configure -rtos nosuch} m}]; puts "@rtos"; puts "$l $m"
  `);
  const section = (title: string): string => names.output.split(`@${title}\n`)[1]?.split('\n@')[0] ?? '';
  const adapters = adaptersIn(section('adapters'));
  const transports =
    section('transports')
      .match(/^\s*[a-z_]+$/gm)
      ?.map((name) => name.trim()) ?? [];
  const targetTypes = section('types').trim().split(/\s+/);
  await addTransports(collector, run, adapters, transports);
  for (const adapter of adapters) collector.add(await run(`catch {adapter driver ${adapter}}`), `adapter ${adapter}`);
  const board = await run(dummyBoard);
  for (const type of targetTypes) {
    collector.add(await run(`${dummyBoard}; ${dummyTargetOf(type)}`), `target ${type}`, board);
  }
  const withTarget = await run(`${dummyTap}; ${dummyTarget}`);
  const flashDrivers: string[] = [];
  for (const driver of flashDriverNames) {
    const report = await run(`${dummyTap}; ${dummyTarget}; puts [capture {${dummyBank(driver)}}]; stdout flush`);
    if (report.output.includes(`'${driver}' not found`)) continue;
    flashDrivers.push(driver);
    collector.add(report, `flash ${driver}`, withTarget);
  }
  const nandDrivers =
    section('nand')
      .match(/^ +\S+$/gm)
      ?.map((name) => name.trim()) ?? [];
  for (const driver of nandDrivers) {
    const script = `${dummyTap}; ${dummyTarget}; catch {nand device x.n ${driver} x.cpu 1 2 3 4}`;
    collector.add(await run(script), `nand ${driver}`, withTarget);
  }
  for (const driver of ['etb', 'etm_dummy']) {
    const script = `${dummyTap}; target create x.arm arm7tdmi -chain-position x.cpu; catch {etm config x.arm 16 normal full ${driver}}`;
    collector.add(await run(script), `trace port ${driver}`, await run(script.replace(driver, 'none')));
  }
  const objects = await run(`${dummyBoard}; ${dummyTarget}; ${dummyObjects}`);
  collector.add(await run(`${dummyTap}; ${dummyTarget}; ${dummyBanks}; ${dummyInit}`), 'init', withTarget);

  return {
    format: 1,
    version,
    scriptFolders,
    commands: collector.commands(),
    objects: {
      target: collector.commandsOf('x.cpu', objects),
      dap: collector.commandsOf('x.dap', objects),
      cti: collector.commandsOf('x.cti', objects),
      tpiu: collector.commandsOf('x.tpiu', objects),
    },
    adapters,
    transports,
    targetTypes,
    targetEvents: alternatives(section('events')),
    targetOptions: alternatives(section('options')),
    tapOptions: alternatives(section('tapOptions')),
    flashDrivers: flashDrivers.sort(),
    nandDrivers,
    rtosTypes: alternatives(section('rtos')),
  };
}

/**
 * Adds what each transport brings, seen on the first adapter that takes it. An adapter is offered all transports that still lack
 * one, until it takes none of them: OpenOCD cannot list what an adapter takes, and lets one transport be selected per start.
 */
async function addTransports(
  collector: Collector,
  run: (script: string) => Promise<Report>,
  adapters: readonly string[],
  transports: readonly string[],
): Promise<void> {
  const missing = new Set(transports);
  for (const adapter of adapters) {
    while (missing.size > 0) {
      const choose = `foreach t {${[...missing].join(' ')}} {if {![catch {transport select $t}]} {puts "@takes $t"; break}}`;
      const report = await run(`if {![catch {adapter driver ${adapter}}]} {${choose}}`);
      const taken = /^@takes (\S+)$/m.exec(report.output)?.[1];
      if (taken === undefined) break;
      missing.delete(taken);
      collector.addTransport(report, taken, adapter);
    }
  }
}

/** Lines of `adapter list`: `1: ftdi` up to 0.12, `ftdi  { jtag swd }` after it. */
export function adaptersIn(list: string): string[] {
  return [...list.matchAll(/^(?:\d+: (\S+)|(\S+)\s+\{.*\})\s*$/gm)].flatMap((match) => match[1] ?? match[2] ?? []);
}

/** `Unknown …: x, try one of: a, b, or c` → a, b, c (Jim's name tables, jim-nvp.c). */
function alternatives(message: string): string[] {
  const list = message.split('try one of:')[1] ?? '';
  return list.split(/,|\bor\b/).flatMap((name) => name.trim().match(/^\S+$/) ?? []);
}

/** Puts together the commands of several runs, each with what brought it. */
class Collector {
  readonly #base: Report;
  readonly #found = new Map<string, CommandInfo>();

  constructor(base: Report) {
    this.#base = base;
    for (const info of describe(base)) this.#found.set(info.name, info);
  }

  /** Adds what `report` has and `before` has not, noting `from`. */
  add(report: Report, from: string, before: Report = this.#base): void {
    for (const info of describe(report)) {
      const isObject = /^(x\.|t\b)/.test(info.name);
      const known = this.#found.get(info.name);
      const isOfTransport = from.startsWith('adapter ') && known?.from?.[0]?.startsWith('transport ');
      if (before.commands.has(info.name) || isObject || isOfTransport) continue;
      this.#found.set(info.name, { ...(known ?? info), from: [...(known?.from ?? []), from] });
    }
  }

  /** Adds what a transport brings; the commands that begin with the adapter's own name are not its. */
  addTransport(report: Report, transport: string, adapter: string): void {
    const prefix = adapter.replace(/\W/g, '').slice(0, 4);
    const commands = new Map([...report.commands].filter(([name]) => !name.replace(/\W/g, '').startsWith(prefix)));
    this.add({ ...report, commands }, `transport ${transport}`);
  }

  commands(): CommandInfo[] {
    return [...this.#found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The commands that the object named `object` answers to. */
  commandsOf(object: string, report: Report): CommandInfo[] {
    return describe(report)
      .filter((info) => info.name.startsWith(`${object} `) && !info.name.startsWith(`${object} testee`))
      .map((info) => ({ ...info, name: info.name.slice(object.length + 1) }));
  }
}

/** The commands that OpenOCD's test drivers share as an example (src/hello.c). */
const example = /^(?:(?:testee|dummy|faux) )?(?:hello|foo(?: (?:bar|baz|flag))?)$/;

function describe(report: Report): CommandInfo[] {
  const help = parseHelp(report.help, new Set(report.commands.keys()));
  const commands = [...report.commands].filter(([name]) => !example.test(name));
  return commands.map(([name, mode]) => {
    const entry = help.get(name);
    const procedure = report.procedures.get(name);
    const replacement = procedure?.body ? replacementIn(procedure.body) : undefined;
    // A successor with a variable in it is the work of a helper that the deprecated procedures call.
    const deprecated = replacement?.use && !replacement.use.includes('$') ? replacement : undefined;
    const usage = entry?.usage || (procedure && !deprecated ? usageOfParameters(procedure.parameters) : '');
    return {
      name,
      ...(usage ? { usage } : {}),
      ...(entry?.help ? { help: entry.help } : {}),
      ...(isStage(mode) ? { stage: mode } : {}),
      ...(procedure ? { arity: arityOfParameters(procedure.parameters) } : {}),
      ...(deprecated ? { deprecated } : {}),
    };
  });
}

const isStage = (mode: string): mode is CommandStage => mode === 'any' || mode === 'config' || mode === 'exec';

/** A Tcl parameter list, `a {b 1} args`, one string per parameter. */
const parametersOf = (list: string): string[] => list.match(/\{(?:[^{}]|\{[^{}]*\})*\}|\S+/g) ?? [];

function arityOfParameters(list: string): readonly [number, number | null] {
  const parameters = parametersOf(list);
  const open = parameters.at(-1) === 'args';
  const required = parameters.filter(
    (name) => !name.startsWith('{') && !name.startsWith('&') && name !== 'args',
  ).length;
  return [required, open ? null : parameters.length];
}

const usageOfParameters = (list: string): string =>
  parametersOf(list)
    .map((name) => (name === 'args' ? '...' : name.startsWith('{') ? `[${name.slice(1).split(' ')[0]}]` : name))
    .join(' ');

/** What the body of a deprecated procedure names as its successor (OpenOCD src/jtag/startup.tcl and its like). */
export function replacementIn(body: string): { use: string; exact: boolean } {
  const use = (/DEPRECATED! use '([^']*)'/.exec(body)?.[1] ?? '').replace(/\\(?=[[\]])/g, '');
  const forwarded = /^\s*echo "[^"]*"\s*eval (.*?)( \$\w+)?\s*$/.exec(body)?.[1];
  return { use, exact: forwarded === use };
}
