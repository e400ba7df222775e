// Names that a launch configuration may have, so that a misspelt one is noticed. Those without effect are in otherAttributes.ts.

/** What this debugger and its extension read; a test holds them against the schema in package.json. */
const ours = new Set([
  ...['program', 'executable', 'cwd', 'configFiles', 'searchDir', 'openocdPath', 'serverpath'],
  ...['openocdArgs', 'serverArgs', 'env', 'openOCDPreConfigLaunchCommands', 'openOCDLaunchCommands'],
  ...['host', 'tclPort', 'telnetPort', 'simulator', 'targetName', 'cores', 'haltGroups', 'symbolFiles', 'svdFile'],
  ...[
    'svdPath',
    'sourceFileMap',
    'pathMappings',
    'hardwareBreakpoints',
    'numberFormat',
    'variableUseNaturalFormat',
    'liveWatch',
  ],
  ...['rtt', 'rttConfig', 'semihosting', 'stepWithInterruptsMasked', 'onDisconnect', 'trace'],
  ...['gdbTarget', 'overrideResetCommands', 'preResetCommands', 'postResetCommands', 'load', 'loadFiles'],
  ...['verify', 'runToEntryPoint', 'runToMain', 'stopOnEntry', 'breakAfterReset', 'preLaunchCommands'],
  ...['postLaunchCommands', 'overrideLaunchCommands', 'preRestartCommands', 'overrideRestartCommands'],
  ...['postRestartCommands', 'postResetSessionCommands', 'postRestartSessionCommands'],
  ...['postStartSessionCommands', 'halt', 'coreFile', 'preAttachCommands', 'postAttachCommands'],
  ...['overrideAttachCommands', 'servertype'],
]);

/** What editors, ours among them, add or keep for themselves; names that begin with two underscores are theirs too. */
const editors = new Set([
  ...['type', 'name', 'request', 'noDebug', 'presentation', 'preLaunchTask', 'postDebugTask', 'internalConsoleOptions'],
  ...[
    'debugServer',
    'serverReadyAction',
    'suppressMultipleSessionWarning',
    'windows',
    'linux',
    'osx',
    'board',
    'rttInClient',
  ],
]);

export function isKnownAttribute(name: string): boolean {
  return ours.has(name) || editors.has(name) || name.startsWith('__');
}
