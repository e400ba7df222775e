// What a board is made of, and how a debug configuration says it. Pure. Two debug configurations that mean the same OpenOCD
// give the same key, so they share one board.
import path from 'node:path';

export interface SimulatedBoard {
  readonly kind: 'simulator';
  readonly name: string;
  readonly mhz: string;
  readonly cores: number;
  readonly openocdPath: string | undefined;
}

export interface OpenOcdBoard {
  readonly kind: 'openocd';
  readonly name: string;
  readonly configFiles: readonly string[];
  readonly searchDirs: readonly string[];
  readonly openocdPath: string | undefined;
  readonly args: readonly string[];
  readonly commandsBefore: readonly string[];
  readonly commandsAfter: readonly string[];
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

/** An OpenOCD that somebody else started. */
export interface ExternalBoard {
  readonly kind: 'external';
  readonly name: string;
  readonly host: string;
  readonly tclPort: number;
  /** Tried where the TCL port is closed. */
  readonly telnetPort: number | undefined;
}

/** Tried where nobody has said otherwise and the usual TCL port is closed. */
const USUAL_TELNET_PORT = 4444;

export type BoardConfiguration = SimulatedBoard | OpenOcdBoard | ExternalBoard;

/** Settings that a debug configuration may leave out. */
export interface BoardDefaults {
  readonly openocdPath: string | undefined;
  readonly searchDirs: readonly string[];
  readonly extraArgs: readonly string[];
}

const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Undefined: the configuration names no board (a core file, or nothing to start OpenOCD with). */
export function boardOf(
  debug: Readonly<Record<string, unknown>>,
  defaults: BoardDefaults,
): BoardConfiguration | undefined {
  if (debug['coreFile'] !== undefined) return undefined;
  const openocdPath = text(debug['openocdPath']) ?? text(debug['serverpath']) ?? defaults.openocdPath;
  const simulator = debug['simulator'];
  if (simulator === true || (typeof simulator === 'object' && simulator !== null)) {
    const options: { mhz?: unknown; cores?: unknown } = simulator === true ? {} : simulator;
    return {
      kind: 'simulator',
      name: 'Simulated board',
      mhz: String(options.mhz ?? 8),
      cores: Number(options.cores ?? 1),
      openocdPath,
    };
  }
  const external = debug['servertype'] === 'external';
  const host = text(debug['host']) ?? (external ? text(debug['gdbTarget'])?.replace(/:\d+$/, '') : undefined);
  if (host !== undefined || external || debug['tclPort'] !== undefined) {
    const address = host === undefined || host === '' || host === 'localhost' ? '127.0.0.1' : host;
    const tclPort = Number(debug['tclPort'] ?? 6666);
    const usual = debug['tclPort'] === undefined ? USUAL_TELNET_PORT : undefined;
    const telnetPort = debug['telnetPort'] === undefined ? usual : Number(debug['telnetPort']);
    return { kind: 'external', name: `OpenOCD at ${address}:${tclPort}`, host: address, tclPort, telnetPort };
  }
  const configFiles = strings(debug['configFiles']);
  const args = [...defaults.extraArgs, ...strings(debug['openocdArgs'] ?? debug['serverArgs'])];
  if (configFiles.length === 0 && args.length === 0) return undefined;
  const last = configFiles.at(-1);
  return {
    kind: 'openocd',
    name: last === undefined ? 'OpenOCD' : path.basename(last, path.extname(last)),
    configFiles,
    searchDirs: [...strings(debug['searchDir']), ...defaults.searchDirs],
    openocdPath,
    args,
    commandsBefore: strings(debug['openOCDPreConfigLaunchCommands']),
    commandsAfter: strings(debug['openOCDLaunchCommands']),
    cwd: text(debug['cwd']),
    env: Object.fromEntries(Object.entries((debug['env'] as object | undefined) ?? {}).map(([k, v]) => [k, String(v)])),
  };
}

/** Equal for configurations that mean the same OpenOCD. */
export function keyOf(configuration: BoardConfiguration): string {
  const { name: _, ...meaning } = configuration;
  return JSON.stringify(meaning);
}
