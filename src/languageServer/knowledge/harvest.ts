// Asks an installed OpenOCD what it knows: starts it a few dozen times without hardware, once per adapter driver, transport
// and group of targets, and merges the answers. Starts programs; whoever calls it must have made sure that it may.
import { execFile, spawn } from 'node:child_process';
import { parseHelp } from './helpText';
import type { CommandInfo, CommandStage, Knowledge } from './types';

/** OpenOCD could not be asked; the message names the program, what happened and what to do. */
export class HarvestError extends Error {}

const endMark = '@end@';

/** Prints every command with its stage, every procedure with its parameters (and its body if it is deprecated), then the help text, then `endMark`. */
const reportScript = `
puts "@commands"
foreach c [lsort [info commands]] { set m unknown; catch {set m [command mode {*}$c]}; puts "$c\\t$m" }
puts "@procedures"
foreach p [info procs] {
  if {[catch {list [info args $p] [info body $p]} found]} continue
  set body [string map [list "\\n" " " "\\t" " "] [lindex $found 1]]
  if {![string match "*DEPRECATED! use '*" $body]} { set body "" }
  puts "$p\\t[lindex $found 0]\\t$body"
}
puts "@help"
puts [capture {help}]
puts "${endMark}"
flush stdout
sleep 60000
`;

/** Free of ports, so that it disturbs no OpenOCD at work; the names differ between versions, hence the catch. */
const noPorts = 'catch {gdb_port disabled}; catch {tcl_port disabled}; catch {telnet_port disabled}';

/** A TAP on OpenOCD's own `dummy` adapter. */
export const dummyTap = 'adapter driver dummy; catch {transport select jtag}; jtag newtap x cpu -irlen 4';

/** With a DAP for the targets that sit behind one. No `init` gets past it, there being no chip. */
export const dummyBoard = `${dummyTap}; catch {dap create x.dap -chain-position x.cpu}`;

/** A target and flash banks: all that `init` needs to register the commands of the exec stage. */
export const dummyTarget = 'target create x.cpu testee -chain-position x.cpu';
export const dummyBanks = [
  'flash bank b faux 0 65536 0 0 x.cpu',
  'foreach d {orion at91sam9 mxc} {catch {nand device n.$d $d x.cpu 1 2 3 4}}',
  'catch {pld device virtex2 x.cpu}',
].join('; ');
export const dummyObjects =
  'catch {cti create x.cti -dap x.dap -ap-num 0}; catch {tpiu create x.tpiu -dap x.dap -ap-num 0}';

/** A target of some type, wherever that type sits: on a TAP (arm11 insists on the length of its own) or behind a DAP. */
export const dummyTargetOf = (type: string): string => {
  const places = ['-chain-position x.cpu', '-chain-position x.long', '-dap x.dap', '-dap x.dap -ap-num 0'];
  return `jtag newtap x long -irlen 5; foreach p {{${places.join('} {')}}} {if {![catch {target create t ${type} {*}$p}]} break}`;
};

/** A flash bank of some driver. Sizes that they all take: some divide by them, str9x knows only its own. */
export const dummyBank = (driver: string): string => `catch {flash bank x.b ${driver} 0 524288 2 2 x.cpu}`;

interface Report {
  readonly output: string;
  readonly commands: ReadonlyMap<string, string>;
  readonly procedures: ReadonlyMap<string, { parameters: string; body: string }>;
  readonly help: string;
}

/**
 * @param executable path or name of the program
 * @param flashDriverNames names to try: OpenOCD has no list of its NOR flash drivers, only a yes or no to each
 * @param timeLimitMs for all of it together
 * @throws HarvestError when the program is missing, is not OpenOCD, or is too slow
 */
export async function harvest(
  executable: string,
  flashDriverNames: readonly string[],
  timeLimitMs = 120_000,
): Promise<Knowledge> {
  const deadline = Date.now() + timeLimitMs;
  const run = (script: string): Promise<Report> => runScript(executable, script, deadline);
  const version = await versionOf(executable);
  const base = await run('');
  if (base.commands.size === 0) throw new HarvestError(`“${executable}” does not list its commands.`);
  const collector = new Collector(base);

  const scriptFolders = await scriptFoldersOf(executable);
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
  const adapters = [...section('adapters').matchAll(/^\d+: (\S+)/gm)].flatMap((match) => match[1] ?? []);
  const transports =
    section('transports')
      .match(/^\s*[a-z_]+$/gm)
      ?.map((name) => name.trim()) ?? [];
  const targetTypes = section('types').trim().split(/\s+/);
  await eachOf(transports, async (transport) => {
    for (const adapter of adapters) {
      const report = await run(
        `if {[catch {adapter driver ${adapter}; transport select ${transport}}]} {puts "@refused"}`,
      );
      if (report.output.includes('@refused')) continue;
      collector.addTransport(report, transport, adapter);
      return;
    }
  });
  await eachOf(adapters, async (adapter) => {
    collector.add(await run(`catch {adapter driver ${adapter}}`), `adapter ${adapter}`);
  });
  const board = await run(dummyBoard);
  await eachOf(targetTypes, async (type) => {
    collector.add(await run(`${dummyBoard}; ${dummyTargetOf(type)}`), `target ${type}`, board);
  });
  const withTarget = await run(`${dummyTap}; ${dummyTarget}`);
  const flashDrivers: string[] = [];
  await eachOf(flashDriverNames, async (driver) => {
    const report = await run(`${dummyTap}; ${dummyTarget}; puts [capture {${dummyBank(driver)}}]; stdout flush`);
    if (report.output.includes(`'${driver}' not found`)) return;
    flashDrivers.push(driver);
    collector.add(report, `flash ${driver}`, withTarget);
  });
  const nandDrivers =
    section('nand')
      .match(/^ +\S+$/gm)
      ?.map((name) => name.trim()) ?? [];
  await eachOf(nandDrivers, async (driver) => {
    const script = `${dummyTap}; ${dummyTarget}; catch {nand device x.n ${driver} x.cpu 1 2 3 4}`;
    collector.add(await run(script), `nand ${driver}`, withTarget);
  });
  await eachOf(['etb', 'etm_dummy'], async (driver) => {
    const script = `${dummyTap}; target create x.arm arm7tdmi -chain-position x.cpu; catch {etm config x.arm 16 normal full ${driver}}`;
    collector.add(await run(script), `trace port ${driver}`, await run(script.replace(driver, 'none')));
  });
  const objects = await run(`${dummyBoard}; ${dummyTarget}; ${dummyObjects}`);
  collector.add(await run(`${dummyTap}; ${dummyTarget}; ${dummyBanks}; catch {init}`), 'init', withTarget);

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

/** Two at a time: OpenOCD's start is short and mostly waiting, and the user's machine has other things to do. */
async function eachOf<T>(items: readonly T[], action: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) await action(item);
  };
  await Promise.all([worker(), worker()]);
}

/** The version number that `executable --version` prints. @throws HarvestError */
export async function versionOf(executable: string): Promise<string> {
  const output = await new Promise<string>((resolve, reject) => {
    execFile(executable, ['--version'], { timeout: 5_000, windowsHide: true }, (error, stdout, stderr) => {
      if (error) reject(new HarvestError(`“${executable} --version” failed: ${error.message.trim()}`));
      else resolve(stdout + stderr);
    });
  });
  const version = /Open On-Chip Debugger (\S+)/.exec(output)?.[1];
  if (version === undefined)
    throw new HarvestError(`“${executable}” is not OpenOCD: it answers ${output.slice(0, 80)}`);
  return version;
}

/** The folders in which it looks for scripts, in order, as its debug log names them (OpenOCD src/helper/options.c). */
async function scriptFoldersOf(executable: string): Promise<string[]> {
  const log = await new Promise<string>((resolve) => {
    const options = { timeout: 5_000, windowsHide: true };
    execFile(executable, ['-d3', '-c', 'shutdown'], options, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
  return [...log.matchAll(/add_script_search_dir\(\): adding (.*)$/gm)].flatMap((match) => match[1]?.trim() ?? []);
}

/** Runs OpenOCD on `script` until it has printed its report, then ends it: it is never left to its own `init`. */
async function runScript(executable: string, script: string, deadline: number): Promise<Report> {
  const timeoutMs = Math.max(0, deadline - Date.now());
  const output = await new Promise<string>((resolve, reject) => {
    const child = spawn(executable, ['-c', noPorts, '-c', script, '-c', reportScript], {
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    });
    let text = '';
    const stop = (): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
    };
    const timer = setTimeout(() => {
      stop();
      reject(new HarvestError(`“${executable}” took longer than allowed to list its commands.`));
    }, timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes(endMark)) {
        stop();
        resolve(text);
      }
    });
    child.on('error', (error) => {
      stop();
      reject(new HarvestError(`“${executable}” could not be started: ${error.message}`));
    });
    child.on('close', () => {
      stop();
      // A script may crash the program after its own part (arm11 without a real chip does): what it printed still counts.
      resolve(text);
    });
  });
  return readReport(output);
}

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

function readReport(output: string): Report {
  const [own = '', rest = ''] = output.split('@commands\n');
  const [commandLines = '', rest2 = ''] = rest.split('@procedures\n');
  const [procedureLines = '', help = ''] = rest2.split('@help\n');
  const rows = (lines: string): string[][] => lines.split('\n').flatMap((line) => (line ? [line.split('\t')] : []));
  return {
    output: own,
    commands: new Map(rows(commandLines).map(([name = '', mode = '']) => [name, mode])),
    procedures: new Map(
      rows(procedureLines).map(([name = '', parameters = '', body = '']) => [name, { parameters, body }]),
    ),
    help: help.split(endMark)[0] ?? '',
  };
}
