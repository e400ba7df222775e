// Launch configurations as people have them: Cortex-Debug's, with GDB commands, old names and things that mean nothing here.
import assert from 'node:assert/strict';
import { Arguments } from '../../../src/adapter/arguments';
import { type LiveConfiguration, readLiveConfiguration } from '../../../src/adapter/launch/liveConfiguration';
import { translate } from '../../../src/adapter/launch/userCommands';

const read = (given: Record<string, unknown>, request: 'launch' | 'attach' = 'launch'): LiveConfiguration =>
  readLiveConfiguration(new Arguments(request, given), request, '/opt/product');

const stlink = {
  executable: './build/app.elf',
  servertype: 'openocd',
  configFiles: ['interface/stlink.cfg', 'target/stm32f4x.cfg'],
};

/** What the user's commands become: Tcl as it is, notes after `#`, the rest in parentheses. */
const steps = (commands: readonly string[]) =>
  translate(commands, 'test').map((step) => {
    switch (step.kind) {
      case 'tcl':
        return step.command;
      case 'note':
        return `# ${step.text}`;
      case 'entry':
        return `(entry ${Object.values(step.place).join(' ')})`;
      case 'assign':
        return `(assign ${step.expression})`;
      case 'numberFormat':
        return `(${step.format})`;
      default:
        return `(${step.kind})`;
    }
  });

describe('configurations of other debuggers', () => {
  const shapes: Record<
    string,
    [Record<string, unknown>, (configuration: LiveConfiguration) => void, ('launch' | 'attach')?]
  > = {
    'the plain one of Cortex-Debug': [
      { ...stlink, cwd: '/project' },
      (configuration) => {
        assert.equal(configuration.program, '/project/build/app.elf');
        assert.equal(configuration.entry, 'main');
        assert.equal(configuration.source.kind, 'start');
        assert.deepEqual(configuration.notes, []);
      },
    ],
    'runToMain of old versions': [{ ...stlink, runToMain: true }, ({ entry }) => assert.equal(entry, 'main')],
    'runToMain switched off': [{ ...stlink, runToMain: false }, ({ entry }) => assert.equal(entry, undefined)],
    'another entry point': [{ ...stlink, runToEntryPoint: 'app_main' }, ({ entry }) => assert.equal(entry, 'app_main')],
    'no entry point': [{ ...stlink, runToEntryPoint: false }, ({ entry }) => assert.equal(entry, undefined)],
    'numbers in hexadecimal': [
      { ...stlink, variableUseNaturalFormat: false },
      ({ numberFormat, notes }) => {
        assert.equal(numberFormat, 'hexadecimal');
        assert.deepEqual(notes, []);
      },
    ],
    'attributes of variables': [
      { ...stlink, variables: { depth: 3 }, 'variables.other': true },
      ({ notes }) => {
        assert.equal(notes.length, 1);
        assert.match(notes[0] ?? '', /“variables” .*“numberFormat”/);
      },
    ],
    breakAfterReset: [{ ...stlink, breakAfterReset: true }, ({ stopAtReset }) => assert.equal(stopAtReset, true)],
    'tool paths of a toolchain': [
      { ...stlink, armToolchainPath: '/opt/gcc/bin', gdbPath: 'arm-none-eabi-gdb', toolchainPrefix: 'arm-none-eabi' },
      ({ notes }) => {
        assert.equal(notes.length, 1);
        assert.match(notes[0] ?? '', /“armToolchainPath”, “gdbPath”, “toolchainPrefix” have no effect/);
      },
    ],
    'a server somebody else starts': [
      { executable: 'app.elf', servertype: 'external', gdbTarget: 'localhost:3333' },
      ({ source }) => assert.deepEqual(source, { kind: 'connect', host: '127.0.0.1', tclPort: 6666, telnetPort: 4444 }),
    ],
    'a server on another machine': [
      { executable: 'app.elf', servertype: 'external', gdbTarget: '192.168.1.5:3333', tclPort: 6667 },
      ({ source }) =>
        assert.deepEqual(source, { kind: 'connect', host: '192.168.1.5', tclPort: 6667, telnetPort: undefined }),
    ],
    'another server': [
      { ...stlink, servertype: 'jlink', device: 'nRF52840_xxAA' },
      ({ notes }) => assert.ok(notes.some((note) => /“servertype” is “jlink”/.test(note))),
    ],
    'OpenOCD at a path, with folders and commands': [
      {
        ...stlink,
        cwd: '/project',
        serverpath: '/opt/openocd/bin/openocd',
        serverArgs: ['-d2'],
        searchDir: ['scripts'],
        openOCDPreConfigLaunchCommands: ['set CPUTAPID 0'],
        openOCDLaunchCommands: ['adapter speed 1000'],
      },
      ({ source }) => {
        assert.ok(source.kind === 'start');
        assert.equal(source.openocdPath, '/opt/openocd/bin/openocd');
        assert.deepEqual(source.args, ['-d2']);
        assert.deepEqual(source.searchDirs, ['scripts']);
        assert.deepEqual(source.commandsBefore, ['set CPUTAPID 0']);
        assert.deepEqual(source.commandsAfter, ['adapter speed 1000']);
      },
    ],
    'RTT with decoders': [
      {
        ...stlink,
        rttConfig: {
          enabled: true,
          address: 'auto',
          polling_interval: 10,
          rtt_start_retry: 1000,
          decoders: [{ label: '', port: 0, type: 'console' }],
        },
      },
      ({ rtt }) => assert.deepEqual(rtt, { address: undefined, searchSize: undefined, id: undefined, pollingMs: 10 }),
    ],
    'RTT at an address given as text': [
      { ...stlink, rttConfig: { enabled: true, address: '0x20000400', searchSize: 1024, searchId: 'SEGGER RTT' } },
      ({ rtt }) =>
        assert.deepEqual(rtt, { address: 0x20000400, searchSize: 1024, id: 'SEGGER RTT', pollingMs: undefined }),
    ],
    'RTT switched off': [{ ...stlink, rttConfig: { enabled: false } }, ({ rtt }) => assert.equal(rtt, undefined)],
    'SWO and an RTOS': [
      { ...stlink, rtos: 'FreeRTOS', swoConfig: { enabled: true, cpuFrequency: 72000000, swoFrequency: 2000000 } },
      ({ notes }) => assert.equal(notes.filter((note) => /“(rtos|swoConfig)” has no effect/.test(note)).length, 2),
    ],
    'chained configurations for a second core': [
      { ...stlink, numberOfProcessors: 2, targetProcessor: 0, chainedConfigurations: { enabled: true, launches: [] } },
      ({ notes }) => assert.ok(notes.some((note) => /name their targets in “cores”/.test(note))),
    ],
    'a bootloader beside the program': [
      {
        ...stlink,
        cwd: '/project',
        loadFiles: ['boot.elf', 'app.elf'],
        symbolFiles: ['boot.elf', { file: 'app.elf', offset: '0x4000' }],
      },
      ({ loadFiles, symbolFiles }) => {
        assert.deepEqual(loadFiles, ['/project/boot.elf', '/project/app.elf']);
        assert.deepEqual(symbolFiles[1], { file: '/project/app.elf', offset: 0x4000, textAddress: undefined });
      },
    ],
    'nothing to program': [{ ...stlink, loadFiles: [] }, ({ loadFiles }) => assert.deepEqual(loadFiles, [])],
    'restart commands by their old names': [
      { ...stlink, preRestartCommands: ['monitor reset halt'], overrideRestartCommands: ['monitor reset halt'] },
      ({ commands }) => {
        assert.deepEqual(commands.beforeReset, ['monitor reset halt']);
        assert.deepEqual(commands.overrideReset, ['monitor reset halt']);
      },
    ],
    attaching: [
      { ...stlink, preAttachCommands: ['monitor arm semihosting enable'] },
      (configuration) => {
        assert.equal(configuration.haltOnAttach, false);
        assert.deepEqual(configuration.commands.before, ['monitor arm semihosting enable']);
      },
      'attach',
    ],
    'the serial number of a probe': [
      { ...stlink, serialNumber: '066BFF', interface: 'swd' },
      ({ notes }) => assert.ok(notes.some((note) => /adapter serial NUMBER/.test(note))),
    ],
  };
  for (const [name, [given, check, request]] of Object.entries(shapes)) it(name, () => check(read(given, request)));

  it('that are wrong are refused with the attribute’s name', () => {
    assert.throws(() => read({ program: 'a.elf' }), /does not say how OpenOCD is reached/);
    assert.throws(() => read({ configFiles: ['x.cfg'] }), /has no “program”/);
    assert.throws(() => read({ ...stlink, load: 'sometimes' }), /“load”/);
    assert.throws(() => read({ ...stlink, configFiles: [1] }), /“configFiles”/);
    assert.throws(() => read({ ...stlink, tclPort: 'x' }), /“tclPort”/);
    assert.throws(() => read({ ...stlink, symbolFiles: 'a.elf' }), /“symbolFiles”/);
    assert.throws(() => read({ ...stlink, rttConfig: { enabled: true, address: 'soon' } }), /“address”/);
    assert.throws(() => read({ ...stlink, liveWatch: { samplesPerSecond: 0 } }), /“samplesPerSecond”/);
  });
});

describe('GDB commands', () => {
  const cases: [string, string[]][] = [
    ['monitor reset halt', ['reset halt']],
    ['mon halt', ['halt']],
    ['monitor arm semihosting enable', ['arm semihosting enable']],
    ['monitor sleep 100', ['sleep 100']],
    ['monitor gdb_sync', []],
    ['load', ['(load)']],
    ['continue', ['(continue)']],
    ['tbreak main', ['(entry function main)']],
    ['break app::run', ['(entry function app::run)']],
    ['thbreak main.c:12', ['(entry line main.c 12)']],
    ['hbreak *0x8000100', ['(entry instruction 134217984)']],
    ['set output-radix 16', ['(hexadecimal)']],
    ['set output-radix 10', ['(natural)']],
    ['set {int}&counter = 5', ['(assign {int}&counter = 5)']],
    ['set var counter = 5', ['(assign counter = 5)']],
    ['set counter = 5', ['(assign counter = 5)']],
    ['set $pc = Reset_Handler', ['(assign $pc = Reset_Handler)']],
    ['set CPUTAPID 0', ['set CPUTAPID 0']],
    ['set {int}0x20000000 = 0x12345678', ['mww 0x20000000 0x12345678']],
    ['set {unsigned char}0x40000000=1', ['mwb 0x40000000 1']],
    ['set *(uint32_t *)0xE000ED08 = 0x8000', ['mww 0xE000ED08 0x8000']],
    ['set $pc = 0x8000', ['reg pc 0x8000']],
    ['# a remark', []],
    ['reset init', ['reset init']],
    ['adapter speed 500', ['adapter speed 500']],
    ['interpreter-exec console "monitor reset run"', ['reset run']],
  ];
  for (const [command, expected] of cases) it(`“${command}”`, () => assert.deepEqual(steps([command]), expected));

  it('that only set GDB up are dropped with a note', () => {
    for (const command of ['set mem inaccessible-by-default off', '-enable-pretty-printing', 'set remotetimeout 30']) {
      assert.match(steps([command])[0] ?? '', /^# .*GDB/, command);
    }
  });

  it('that cannot be translated are named', () => {
    for (const command of ['source init.gdb', 'break main if x', 'set {struct x}0x20000000 = 1']) {
      assert.match(steps([command])[0] ?? '', /cannot be translated/, command);
    }
  });
});
