// Attributes of other debuggers that have no effect here: one plain sentence for each that says what to do instead.
import type { Arguments } from '../arguments';
import { isKnownAttribute } from './knownAttributes';
import { liveTexts } from './messages';

/** Attributes that only matter to GDB or to another server; what they did happens without them. */
const needless = new Set([
  ...['gdbPath', 'toolchainPrefix', 'toolchainPath', 'armToolchainPath', 'armToolchainPrefix', 'objdumpPath', 'nmPath'],
  ...['debuggerArgs', 'gdbInterruptMode', 'overrideGDBServerStartedRegex', 'ctiOpenOCDConfig'],
  ...['showDevDebugOutput', 'showDevDebugTimestamps', 'boardId', 'targetId', 'ipAddress', 'jlinkscript', 'cmsisPack'],
  ...['BMPGDBSerialPort', 'powerOverBMP', 'useLegacy', 'gdbServerConsolePort'],
]);

/** Attributes with a meaning that this product gives in another way. */
const instead: Readonly<Record<string, string>> = {
  chainedConfigurations: 'One session shows all cores: name their targets in “cores”.',
  numberOfProcessors: 'One session shows all cores: name their targets in “cores”.',
  targetProcessor: 'Name the target in “targetName”, or all of them in “cores”.',
  graphConfig: 'Plot any expression with Live Watch.',
  serialNumber: 'Choose the probe with “openOCDLaunchCommands”: ["adapter serial NUMBER"].',
  interface:
    'The transport is what the configuration files select; “openOCDLaunchCommands”: ["transport select swd"] chooses another.',
  overridePreEndSessionCommands: 'Say with “onDisconnect” what becomes of the core.',
  variables: 'Say with “numberFormat” how numbers are shown.',
  hardwareWatchpoints: 'Data breakpoints use what the core has.',
};

const later: Readonly<Record<string, string>> = {
  rtos: 'RTOS threads are not shown yet.',
  swoConfig: 'SWO is not read yet.',
};

/** Sentences for the attributes of a configuration that do nothing. */
export function readIgnored(given: Arguments): string[] {
  // `variables.x` is meant as `x` of “variables”.
  const names = [...new Set(Object.keys(given.all).map((name) => name.replace(/^variables\..*$/, 'variables')))];
  const server = given.optionalString('servertype');
  const isEnabled = (name: string) =>
    given.has(name) && (name !== 'swoConfig' || given.object(name).all['enabled'] !== false);
  const dropped = names.filter((name) => needless.has(name));
  const isExplained = (name: string) => needless.has(name) || name in instead || name in later;
  return [
    ...(dropped.length === 0 ? [] : [liveTexts.needless(dropped)]),
    ...names.flatMap((name) => (name in instead ? [liveTexts.instead(name, instead[name] ?? '')] : [])),
    ...names.flatMap((name) => (name in later && isEnabled(name) ? [liveTexts.instead(name, later[name] ?? '')] : [])),
    ...names.filter((name) => !isKnownAttribute(name) && !isExplained(name)).map(liveTexts.unknown),
    ...(server === undefined || server === 'openocd' || server === 'external' ? [] : [liveTexts.otherServer(server)]),
  ];
}
