import assert from 'node:assert/strict';
import { bundledKnowledge, withConfirmedCounts } from '../../src/languageServer/knowledge/bundled';
import { CommandCatalog } from '../../src/languageServer/knowledge/catalog';
import { adaptersIn, replacementIn } from '../../src/languageServer/knowledge/harvest';
import { parseHelp } from '../../src/languageServer/knowledge/helpText';
import { parseUsage, usageArity } from '../../src/languageServer/knowledge/usage';
import { laterNames, readRenaming } from '../../src/languageServer/model/laterNames';

describe('The list of adapters', () => {
  it('is read from every version', () => {
    const older = 'The following debug adapters are available:\n1: ftdi\n2: usb_blaster\n10: st-link\n\n';
    const later = 'angie          { jtag }\nst-link        { jtag swd swim }\nremote_bitbang { jtag swd }\n';
    assert.deepEqual(adaptersIn(older), ['ftdi', 'usb_blaster', 'st-link']);
    assert.deepEqual(adaptersIn(later), ['angie', 'st-link', 'remote_bitbang']);
  });
});

describe('Scripts under later names', () => {
  const renaming = readRenaming(
    'set _file_renaming {\n\tboard/arty_s7.cfg\t\t\tboard/digilent/arty-s7.cfg\n\ttarget/a.cfg target/b/c.cfg\n}\n',
  );
  const cases: [asked: string, found: string][] = [
    ['target/nrf52.cfg', 'target/nordic/nrf52.cfg'],
    ['board/ti_am625_evm.cfg', 'board/ti/am625-evm.cfg'],
    ['board/st_nucleo_f0.cfg', 'board/st/nucleo_f0.cfg'],
    ['board/arty_s7.cfg', 'board/digilent/arty-s7.cfg'],
    ['/opt/scripts/target/a.cfg', '/opt/scripts/target/b/c.cfg'],
  ];
  for (const [asked, found] of cases)
    it(`finds ${asked} as ${found}`, () => assert.ok(laterNames(asked, renaming).includes(found)));
});

describe('Usage texts', () => {
  const counts: [string, [number, number | null]][] = [
    ['', [0, 0]],
    ['name', [1, 1]],
    ['[khz]', [0, 1]],
    ["('enable'|'disable')", [1, 1]],
    ["address ['phys'] [count]", [1, 3]],
    [
      'bank_id driver_name base_address size_bytes chip_width_bytes bus_width_bytes target [driver_options ...]',
      [7, null],
    ],
    ['varList list ?varList list ...? script', [3, null]],
    ['<file>', [1, 1]],
    ['[none|trst_only] [combined|separate]', [0, 2]],
    ['name=value led[gpio_number]', [2, 2]],
    ['[-dap dap] [-ap-num num]', [0, 4]],
    ['[unclosed', [0, 1]],
    ['a | b', [1, 1]],
  ];
  for (const [usage, arity] of counts)
    it(`“${usage}” takes ${arity.join(' to ')}`, () => assert.deepEqual(usageArity(usage), arity));

  it('finds where each parameter stands', () => {
    const usage = "address ['phys'] [count ...]";
    assert.deepEqual(
      parseUsage(usage).map(({ start, end }) => usage.slice(start, end)),
      ['address', "['phys']", '[count ...]'],
    );
  });

  it('gets through any text', () => {
    for (const usage of [']', ')(', '<', '?', '|', "'", '[[[', '...', '"']) parseUsage(usage);
  });
});

describe('Help texts', () => {
  it('are taken apart by their indentation', () => {
    const text = [
      'adapter',
      '      adapter command group (command valid any time)',
      '  adapter speed [khz]',
      '        With an argument, change to the specified maximum jtag speed.',
      '        (command valid any time)',
      '  adapter gpio [',
      '            do|tdi',
      '            ]',
      '        gpio group (configuration command)',
      'exit',
      '      exit telnet session',
    ].join('\n');
    const entries = parseHelp(text, new Set(['adapter', 'adapter speed', 'adapter gpio', 'exit']));
    assert.deepEqual(Object.fromEntries(entries), {
      adapter: { usage: '', help: 'adapter command group' },
      'adapter speed': { usage: '[khz]', help: 'With an argument, change to the specified maximum jtag speed.' },
      'adapter gpio': { usage: '[ do|tdi ]', help: 'gpio group' },
      exit: { usage: '', help: 'exit telnet session' },
    });
  });

  it('tell a successor from the body of a deprecated procedure', () => {
    const forward = " echo \"DEPRECATED! use 'adapter speed' not 'adapter_khz'\" eval adapter speed $args ";
    assert.deepEqual(replacementIn(forward), { use: 'adapter speed', exact: true });
    const other = " echo \"DEPRECATED! use 'adapter \\[de\\]assert' not 'jtag_reset'\" switch $args { a {b} } ";
    assert.deepEqual(replacementIn(other), { use: 'adapter [de]assert', exact: false });
  });
});

describe('The built-in list of commands', () => {
  const catalog = new CommandCatalog(bundledKnowledge, false);

  it('is that of OpenOCD 0.12.0, with the commands of drivers, targets and stages', () => {
    assert.equal(bundledKnowledge.version, '0.12.0');
    assert.equal(catalog.get('adapter driver')?.stage, 'config');
    assert.equal(catalog.get('mww')?.stage, 'exec');
    assert.equal(catalog.get('adapter speed')?.stage, 'any');
    assert.deepEqual(catalog.get('ftdi layout_init')?.from, ['adapter ftdi']);
    assert.deepEqual(catalog.get('cortex_m reset_config')?.from, ['target cortex_m']);
    assert.ok(catalog.get('flash write_image') && catalog.get('nand probe') && catalog.get('swd newdap'));
    for (const list of [
      'adapters',
      'transports',
      'targetTypes',
      'targetEvents',
      'flashDrivers',
      'rtosTypes',
    ] as const) {
      assert.ok(bundledKnowledge[list].length > 5, list);
    }
  });

  it('finds the longest name', () => {
    assert.equal(catalog.match(['adapter', 'srst', 'delay', '100'])?.info.name, 'adapter srst delay');
    assert.equal(catalog.match(['adapter', 'srst', undefined])?.info.name, 'adapter srst');
    assert.equal(catalog.match(['nosuch']), undefined);
  });

  it('lends its argument counts to an installed OpenOCD as far as the usage is the same', () => {
    const commands = [
      { name: 'adapter speed', usage: '[khz]' },
      { name: 'flash bank', usage: 'something else' },
    ];
    const merged = withConfirmedCounts({ ...bundledKnowledge, commands });
    assert.deepEqual(
      merged.commands.map((info) => info.arity),
      [[0, 1], undefined],
    );
  });
});
