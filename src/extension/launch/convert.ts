// Turns a launch configuration of another debugger into one of ours. Pure: JSON in, JSON out, with notes about what was left behind.
import { t } from '../texts';

export type LaunchConfiguration = Readonly<Record<string, unknown>> & { readonly type: string; readonly name: string };

export interface Conversion {
  readonly configuration: Record<string, unknown>;
  /** One sentence for each thing the user should know. */
  readonly notes: readonly string[];
}

/** Debug types that can be converted, by the extension they belong to. */
export const convertibleTypes: Readonly<Record<string, string>> = {
  'cortex-debug': 'Cortex-Debug',
  'mcu-debug': 'mcu-debug',
  gdbtarget: 'CDT GDB Target',
  'probe-rs-debug': 'probe-rs',
  'platformio-debug': 'PlatformIO',
};

/** Old Cortex-Debug names and ours. */
const renamed: Readonly<Record<string, string>> = {
  executable: 'program',
  serverpath: 'openocdPath',
  serverArgs: 'openocdArgs',
  svdPath: 'svdFile',
  rttConfig: 'rttConfig',
};

/** Attributes that only matter to GDB or to another server. */
const meaningless = new Set([
  ...['servertype', 'gdbPath', 'toolchainPrefix', 'armToolchainPath', 'objdumpPath', 'nmPath', 'debuggerArgs'],
  ...['gdbInterruptMode', 'overrideGDBServerStartedRegex', 'ctiOpenOCDConfig', 'showDevDebugOutput'],
  ...['showDevDebugTimestamps', 'gdbTarget', 'device', 'deviceName', 'boardId', 'targetId', 'ipAddress', 'jlinkscript'],
  ...['BMPGDBSerialPort', 'powerOverBMP', 'cmsisPack', 'internalConsoleOptions', 'chainedConfigurations'],
]);

/** What a configuration says about its server's program: ours is another one where that is no OpenOCD. */
const ofServer = new Set(['serverpath', 'serverArgs', 'openocdPath', 'openocdArgs']);

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const object = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

export function convert(source: LaunchConfiguration): Conversion {
  switch (source.type) {
    case 'cortex-debug':
    case 'mcu-debug':
      return fromCortexDebug(source);
    case 'gdbtarget':
      return fromGdbTarget(source);
    case 'probe-rs-debug':
      return fromProbeRs(source);
    case 'platformio-debug':
      return fromPlatformIo(source);
    default:
      throw new Error(t('A configuration of the type “{0}” cannot be converted.', source.type));
  }
}

function base(source: LaunchConfiguration): Record<string, unknown> {
  const request = source['request'] === 'attach' ? 'attach' : 'launch';
  return { name: `${source.name} (OpenOCD Debug)`, type: 'openocd', request };
}

function fromCortexDebug(source: LaunchConfiguration): Conversion {
  const notes: string[] = [];
  const configuration = base(source);
  const server = text(source['servertype']) ?? 'openocd';
  if (server === 'external') {
    const host = text(source['gdbTarget'])?.replace(/:\d+$/, '');
    configuration['host'] = host === undefined || host === '' || host === 'localhost' ? '127.0.0.1' : host;
    configuration['tclPort'] = 6666;
    notes.push(t('The running OpenOCD is reached by its TCL port: 6666 is assumed.'));
  } else if (server !== 'openocd') {
    notes.push(t("The server was “{0}”: name OpenOCD's interface and target files in configFiles.", server));
    configuration['configFiles'] = [];
    const path = text(source['serverpath']);
    if (path !== undefined) notes.push(t('The program “{0}” and its arguments were left out.', path));
  }
  const device = text(source['device']) ?? text(source['deviceName']);
  if (device !== undefined) notes.push(t('The chip was “{0}”.', device));
  for (const [key, value] of Object.entries(source)) {
    if (key in configuration || key === 'type' || key === 'request' || key === 'name') continue;
    if (key === 'runToMain') {
      if (value === true) configuration['runToEntryPoint'] ??= 'main';
    } else if (meaningless.has(key) || (server !== 'openocd' && ofServer.has(key))) {
      if (key === 'chainedConfigurations')
        notes.push(t('Chained configurations: one session shows all cores; name them in cores.'));
    } else {
      configuration[renamed[key] ?? key] = value;
    }
  }
  // Cortex-Debug lets a launched program run unless it is told where to stop; ours stops at main.
  if (configuration['request'] === 'launch') configuration['runToEntryPoint'] ??= false;
  // Attaching with GDB always halted; ours halts only when asked.
  if (configuration['request'] === 'attach')
    notes.push(t('Attaching no longer halts the program; set "halt": true if it should.'));
  const serial = text(configuration['serialNumber']);
  delete configuration['serialNumber'];
  delete configuration['interface'];
  if (serial !== undefined) {
    const commands = Array.isArray(source['openOCDLaunchCommands']) ? source['openOCDLaunchCommands'] : [];
    configuration['openOCDLaunchCommands'] = [`adapter serial ${serial}`, ...commands];
    notes.push(t('The probe is chosen by its serial number through openOCDLaunchCommands.'));
  }
  const transport = text(source['interface']);
  if (transport === 'swd' || transport === 'jtag') {
    notes.push(
      t(
        'The interface “{0}” is what the configuration files select; add "transport select {0}" to openOCDLaunchCommands if they do not.',
        transport,
      ),
    );
  }
  return { configuration, notes };
}

function fromGdbTarget(source: LaunchConfiguration): Conversion {
  const notes: string[] = [];
  const configuration = base(source);
  const target = object(source['target']);
  const images = object(source['imageAndSymbols']);
  const program = text(images['symbolFileName']) ?? text(source['program']);
  if (program !== undefined) configuration['program'] = program;
  const image = text(images['imageFileName']);
  if (image !== undefined) configuration['loadFiles'] = [image];
  const parameters = Array.isArray(target['serverParameters']) ? target['serverParameters'].map(String) : [];
  const server = text(target['server']);
  const isOpenOcd = /openocd/i.test(server ?? '');
  if (isOpenOcd || parameters.some((word) => word.endsWith('.cfg'))) {
    readOpenOcdArguments(parameters, configuration);
  } else if (server !== undefined || (target['type'] !== 'remote' && parameters.length > 0)) {
    // The port is that of a server that would no longer be started.
    configuration['configFiles'] = [];
    notes.push(
      t("The server was “{0}”: name OpenOCD's interface and target files in configFiles.", server ?? 'gdbserver'),
    );
  } else if (text(target['host']) !== undefined || target['port'] !== undefined) {
    configuration['host'] = text(target['host'])?.replace('localhost', '127.0.0.1') ?? '127.0.0.1';
    configuration['tclPort'] = 6666;
    notes.push(t("The running server was reached by its GDB port; ours uses OpenOCD's TCL port: 6666 is assumed."));
  } else {
    configuration['configFiles'] = [];
    notes.push(t("Name OpenOCD's interface and target files in configFiles."));
  }
  if (isOpenOcd) configuration['openocdPath'] = server;
  const commands = [...list(source['initCommands']), ...list(source['preRunCommands'])];
  if (commands.some((command) => /^load\b/.test(command))) configuration['load'] = 'ifChanged';
  const stop = commands
    .map((command) => /^(?:t|th|h)?break\s+(\w+)/.exec(command)?.[1])
    .find((name) => name !== undefined);
  if (stop !== undefined) configuration['runToEntryPoint'] = stop;
  const svd = text(source['definitionPath']);
  if (svd !== undefined) configuration['svdFile'] = svd;
  return { configuration, notes };
}

function fromProbeRs(source: LaunchConfiguration): Conversion {
  const notes: string[] = [
    t("probe-rs opens the probe itself: name OpenOCD's interface and target files in configFiles."),
  ];
  const configuration = base(source);
  const core = object(Array.isArray(source['coreConfigs']) ? source['coreConfigs'][0] : undefined);
  const flashing = object(source['flashingConfig']);
  const program = text(core['programBinary']) ?? text(source['programBinary']);
  if (program !== undefined) configuration['program'] = program;
  configuration['configFiles'] = [];
  if (text(core['svdFile']) !== undefined) configuration['svdFile'] = core['svdFile'];
  if (flashing['flashingEnabled'] === false) configuration['load'] = 'never';
  if (core['rttEnabled'] === true) configuration['rtt'] = true;
  if (flashing['haltAfterReset'] === true) configuration['stopOnEntry'] = true;
  const speed = source['speed'];
  if (typeof speed === 'number') configuration['openOCDLaunchCommands'] = [`adapter speed ${speed}`];
  const chip = text(source['chip']);
  if (chip !== undefined) notes.push(t('The chip was “{0}”.', chip));
  return { configuration, notes };
}

function fromPlatformIo(source: LaunchConfiguration): Conversion {
  const configuration = base(source);
  if (text(source['executable']) !== undefined) configuration['program'] = source['executable'];
  configuration['configFiles'] = [];
  if (text(source['svdPath']) !== undefined) configuration['svdFile'] = source['svdPath'];
  const stop = text(source['initBreakpoint'])?.replace(/^tbreak\s+/, '');
  if (stop !== undefined) configuration['runToEntryPoint'] = stop;
  return { configuration, notes: [t("Name OpenOCD's interface and target files in configFiles.")] };
}

const list = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** `-f a.cfg -s dir -c "cmd"` as an argument list → our attributes. */
function readOpenOcdArguments(parameters: readonly string[], configuration: Record<string, unknown>): void {
  const files: string[] = [];
  const folders: string[] = [];
  const commands: string[] = [];
  const rest: string[] = [];
  for (let i = 0; i < parameters.length; i++) {
    const word = parameters[i] ?? '';
    const next = parameters[i + 1];
    if ((word === '-f' || word === '--file') && next !== undefined) files.push(next);
    else if ((word === '-s' || word === '--search') && next !== undefined) folders.push(next);
    else if ((word === '-c' || word === '--command') && next !== undefined) commands.push(next);
    else {
      if (word !== '') rest.push(word);
      continue;
    }
    i++;
  }
  configuration['configFiles'] = files;
  if (folders.length > 0) configuration['searchDir'] = folders;
  // The ports are ours to choose.
  const kept = commands.filter((command) => !/^(gdb|tcl|telnet)[_ ]port\b/.test(command));
  if (kept.length > 0) configuration['openOCDLaunchCommands'] = kept;
  if (rest.length > 0) configuration['openocdArgs'] = rest;
}
