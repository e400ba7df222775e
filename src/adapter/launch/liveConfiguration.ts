// The launch configuration of a live session: every attribute, its aliases from Cortex-Debug, and what it means. Reads only;
// GDB commands in it are translated by userCommands.ts.

import path from 'node:path';
import type { Arguments } from '../arguments';
import { type Configuration, readConfiguration } from '../configuration';
import type { SymbolFile } from '../symbolFiles';
import { liveErrors } from './messages';
import { readIgnored } from './otherAttributes';

/** How OpenOCD is reached. */
export type OpenOcdSource =
  | {
      readonly kind: 'connect';
      readonly host: string;
      readonly tclPort: number;
      readonly telnetPort: number | undefined;
    }
  | {
      readonly kind: 'simulator';
      readonly mhz: string;
      readonly cores: number;
      readonly openocdPath: string | undefined;
    }
  | {
      readonly kind: 'start';
      readonly configFiles: readonly string[];
      readonly searchDirs: readonly string[];
      readonly openocdPath: string | undefined;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly commandsBefore: readonly string[];
      readonly commandsAfter: readonly string[];
    };

/** OpenOCD commands of the user, in the order they run in. */
export interface UserCommands {
  readonly before: readonly string[];
  /** Instead of loading and resetting (launch), or of halting (attach). */
  readonly override: readonly string[] | undefined;
  readonly after: readonly string[];
  readonly beforeReset: readonly string[];
  readonly overrideReset: readonly string[] | undefined;
  readonly afterReset: readonly string[];
}

export interface RttConfiguration {
  /** Undefined: the symbol `_SEGGER_RTT`. */
  readonly address: number | undefined;
  readonly searchSize: number | undefined;
  readonly id: string | undefined;
  readonly pollingMs: number | undefined;
}

export interface LiveConfiguration extends Configuration {
  readonly request: 'launch' | 'attach';
  readonly source: OpenOcdSource;
  /** Working folder of OpenOCD, and base of relative paths. */
  readonly cwd: string;
  readonly targets: readonly string[] | undefined;
  /** Targets that run and stop together; undefined = all. */
  readonly haltGroups: readonly (readonly string[])[] | undefined;
  readonly load: 'ifChanged' | 'always' | 'never';
  /** Files to program instead of the program. */
  readonly loadFiles: readonly string[] | undefined;
  /** Further programs whose symbols are used. */
  readonly symbolFiles: readonly SymbolFile[];
  readonly verify: boolean;
  /** Function to stop at first; undefined = run on. */
  readonly entry: string | undefined;
  readonly stopAtReset: boolean;
  readonly haltOnAttach: boolean;
  /** Undefined: what this session halted is resumed. */
  readonly onDisconnect: 'resume' | 'halt' | 'reset' | undefined;
  readonly commands: UserCommands;
  readonly semihosting: boolean;
  readonly maskInterrupts: boolean;
  /** Undefined: RTT is not wanted. */
  readonly rtt: RttConfiguration | undefined;
  /** The client reads RTT itself. */
  readonly rttInClient: boolean;
  readonly hardwareLimit: number | undefined;
  readonly hardwareOnly: boolean;
  readonly samplesPerSecond: number;
  /** File for the traffic; undefined = none. */
  readonly trace: string | undefined;
  /** One plain sentence each, for the user. */
  readonly notes: readonly string[];
}

/** @throws EngineError that names the attribute */
export function readLiveConfiguration(
  given: Arguments,
  request: 'launch' | 'attach',
  extensionFolder: string,
): LiveConfiguration {
  const cwd = path.resolve(given.optionalString('cwd') ?? '.');
  const isSimulator = given.has('simulator') && given.all['simulator'] !== false;
  const common = readConfiguration(given, isSimulator ? firmwareOf(given, cwd, extensionFolder) : undefined);
  const source = readSource(given);
  const program = path.resolve(cwd, common.program);
  return {
    ...common,
    program,
    request,
    source,
    cwd,
    targets: readTargets(given),
    haltGroups: readHaltGroups(given),
    load: choice(given, 'load', ['ifChanged', 'always', 'never'], 'ifChanged'),
    loadFiles: given.has('loadFiles') ? strings(given, 'loadFiles').map((file) => path.resolve(cwd, file)) : undefined,
    symbolFiles: readSymbolFiles(given, cwd),
    verify: given.boolean('verify', true),
    entry: readEntry(given),
    stopAtReset: given.boolean('stopOnEntry') || given.boolean('breakAfterReset'),
    haltOnAttach: given.boolean('halt'),
    onDisconnect: optionalChoice(given, 'onDisconnect', ['resume', 'halt', 'reset']),
    commands: readCommands(given, request),
    semihosting: given.boolean('semihosting'),
    maskInterrupts: given.boolean('stepWithInterruptsMasked'),
    rtt: readRtt(given),
    rttInClient: given.boolean('rttInClient'),
    hardwareLimit: given.object('hardwareBreakpoints').optionalInteger('limit'),
    hardwareOnly: given.object('hardwareBreakpoints').boolean('require'),
    samplesPerSecond: number(given.object('liveWatch'), 'samplesPerSecond') ?? 10,
    trace: readTrace(given, cwd),
    notes: [...readIgnored(given)],
  };
}

/** The firmware that comes with the product. */
/** Tried where nobody has said otherwise and the usual TCL port is closed. */
const USUAL_TELNET_PORT = 4444;

const examplePath = 'examples/blinky-c/build/blinky-c.elf';

/** What the simulated board runs when no program is named. */
function firmwareOf(given: Arguments, cwd: string, extensionFolder: string): string {
  const named = given.all['simulator'] === true ? undefined : given.object('simulator').optionalString('firmware');
  return named === undefined ? path.join(extensionFolder, examplePath) : path.resolve(cwd, named);
}

function readSource(given: Arguments): OpenOcdSource {
  const port = given.optionalInteger('tclPort');
  const isExternal = given.optionalString('servertype') === 'external';
  const gdbHost = isExternal ? given.optionalString('gdbTarget')?.replace(/:\d+$/, '') : undefined;
  const host = given.optionalString('host') ?? gdbHost;
  if (host !== undefined || port !== undefined || isExternal) {
    const address = host === undefined || host === '' || host === 'localhost' ? '127.0.0.1' : host;
    return {
      kind: 'connect',
      host: address,
      tclPort: port ?? 6666,
      telnetPort: given.optionalInteger('telnetPort') ?? (port === undefined ? USUAL_TELNET_PORT : undefined),
    };
  }
  const openocdPath = given.optionalString('openocdPath') ?? given.optionalString('serverpath');
  const simulator = given.all['simulator'];
  if (simulator !== undefined && simulator !== false && simulator !== null) {
    const options = simulator === true ? undefined : given.object('simulator');
    const mhz = options?.all['mhz'];
    return {
      kind: 'simulator',
      mhz: mhz === undefined ? '8' : String(mhz),
      cores: options?.optionalInteger('cores') ?? 1,
      openocdPath,
    };
  }
  const configFiles = strings(given, 'configFiles');
  const args = given.has('openocdArgs') ? strings(given, 'openocdArgs') : strings(given, 'serverArgs');
  if (configFiles.length === 0 && args.length === 0) throw liveErrors.noOpenOcd();
  const env = given.object('env');
  return {
    kind: 'start',
    configFiles,
    searchDirs: strings(given, 'searchDir'),
    openocdPath,
    args,
    env: Object.fromEntries(Object.keys(env.all).map((name) => [name, env.string(name)])),
    commandsBefore: strings(given, 'openOCDPreConfigLaunchCommands'),
    commandsAfter: strings(given, 'openOCDLaunchCommands'),
  };
}

function readTargets(given: Arguments): readonly string[] | undefined {
  const name = given.optionalString('targetName');
  if (given.has('cores')) return strings(given, 'cores');
  return name === undefined ? undefined : [name];
}

function readHaltGroups(given: Arguments): readonly (readonly string[])[] | undefined {
  const value = given.all['haltGroups'];
  if (value === undefined || value === null) return undefined;
  const isGroup = (group: unknown) => Array.isArray(group) && group.every((name) => typeof name === 'string');
  if (!Array.isArray(value) || !value.every(isGroup)) {
    throw liveErrors.wrong('haltGroups', 'a list of lists of target names', value);
  }
  return value as string[][];
}

function readEntry(given: Arguments): string | undefined {
  const value = given.all['runToEntryPoint'];
  if (value === false || value === '') return undefined;
  if (value === undefined || value === null) {
    return given.has('runToMain') && !given.boolean('runToMain') ? undefined : 'main';
  }
  return value === true ? 'main' : given.string('runToEntryPoint');
}

/** Also for core files. @throws EngineError */
export function readSymbolFiles(given: Arguments, cwd: string): SymbolFile[] {
  const value = given.all['symbolFiles'] ?? [];
  if (!Array.isArray(value)) throw liveErrors.wrong('symbolFiles', 'a list', value);
  return value.map((entry, index) => {
    if (typeof entry === 'string') return { file: path.resolve(cwd, entry), offset: 0, textAddress: undefined };
    const object = given.list('symbolFiles')[index];
    if (object === undefined) throw liveErrors.wrong('symbolFiles', 'a list of files', entry);
    const text = object.list('sections').find((section) => section.optionalString('name') === '.text');
    return {
      file: path.resolve(cwd, object.optionalString('file') ?? object.string('path')),
      offset: integer(object, 'offset') ?? 0,
      textAddress: integer(object, 'textaddress') ?? (text === undefined ? undefined : integer(text, 'address')),
    };
  });
}

function readCommands(given: Arguments, request: 'launch' | 'attach'): UserCommands {
  const kind = request === 'launch' ? 'Launch' : 'Attach';
  const list = (...names: string[]) => names.flatMap((name) => strings(given, name));
  const override = (...names: string[]) => (names.some((name) => given.has(name)) ? list(...names) : undefined);
  return {
    before: list(`pre${kind}Commands`),
    override: override(`override${kind}Commands`),
    after: list(`post${kind}Commands`, 'postStartSessionCommands'),
    beforeReset: list('preResetCommands', 'preRestartCommands'),
    overrideReset: override('overrideResetCommands', 'overrideRestartCommands'),
    afterReset: list(
      'postResetCommands',
      'postRestartCommands',
      'postResetSessionCommands',
      'postRestartSessionCommands',
    ),
  };
}

function readRtt(given: Arguments): RttConfiguration | undefined {
  const short = given.all['rtt'];
  const isShort = short === true || (typeof short === 'object' && short !== null);
  const config = typeof short === 'object' && short !== null ? given.object('rtt') : given.object('rttConfig');
  const isEnabled = config.has('enabled') ? config.boolean('enabled') : isShort;
  if (!isEnabled) return undefined;
  const isAuto = config.all['address'] === 'auto' || !config.has('address');
  return {
    address: isAuto ? undefined : integer(config, 'address'),
    searchSize: config.optionalInteger('searchSize'),
    id: config.optionalString('searchId'),
    pollingMs: config.optionalInteger('polling_interval'),
  };
}

function readTrace(given: Arguments, cwd: string): string | undefined {
  const value = given.all['trace'];
  if (value === undefined || value === false || value === null) return undefined;
  return path.resolve(cwd, value === true ? 'openocd-debug-trace.log' : given.string('trace'));
}

/** A list of texts; one text alone is a list of one. */
function strings(given: Arguments, name: string): string[] {
  const value = given.all[name];
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) {
    throw liveErrors.wrong(name, 'a list of texts', value);
  }
  return value as string[];
}

/** A whole number, also as text such as `0x20000000`. */
function integer(given: Arguments, name: string): number | undefined {
  const value = given.all[name];
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw liveErrors.wrong(name, 'a number', value);
  return number;
}

function number(given: Arguments, name: string): number | undefined {
  const value = given.all[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !(value > 0)) throw liveErrors.wrong(name, 'a number above 0', value);
  return value;
}

function choice<T extends string>(given: Arguments, name: string, choices: readonly T[], fallback: T): T {
  return optionalChoice(given, name, choices) ?? fallback;
}

function optionalChoice<T extends string>(given: Arguments, name: string, choices: readonly T[]): T | undefined {
  const value = given.optionalString(name);
  if (value === undefined) return undefined;
  const found = choices.find((each) => each.toLowerCase() === value.toLowerCase());
  if (found === undefined) throw liveErrors.wrong(name, `one of ${choices.join(', ')}`, value);
  return found;
}
