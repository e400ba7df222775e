// The peripheral tree without VS Code: what it shows, what it reads and when, pins, formats, filter, state.
import assert from 'node:assert/strict';
import { PeripheralTree } from '../../src/extension/peripherals/model';
import { parseDevice } from '../../src/svd';
import { bigSvd } from '../svd/bigSvd';
import { board, expand, FakeMemory, nodeAt, rows } from './peripheralsSupport';

const labels = (tree: PeripheralTree) => tree.roots().map((node) => tree.view(node).label);

describe('peripheral tree', () => {
  let tree: PeripheralTree;
  let memory: FakeMemory;
  beforeEach(() => {
    memory = new FakeMemory();
    tree = new PeripheralTree(board());
    tree.setMemory(memory);
  });

  describe('structure', () => {
    it('shows groups and single peripherals by name', () => {
      assert.deepEqual(labels(tree), ['PORT', 'RAM', 'UART']);
      const group = nodeAt(tree, 'PORT');
      assert.deepEqual(rows(tree, group), ['PORTA: 0x00005000', 'PORTB: 0x00004000']);
      assert.equal(tree.view(group).collapsible, 'collapsed');
    });

    it('shows registers in the order of the file and fields from the highest bit', () => {
      const port = nodeAt(tree, 'PORT', 'PORTB');
      assert.deepEqual(
        tree.children(port).map((node) => tree.view(node).label),
        ['DIR', 'OUT', 'IN', 'KEY', 'LOW', 'HIGH', 'CH[0]', 'CH[1]'],
      );
      assert.deepEqual(
        tree.children(nodeAt(tree, 'PORT', 'PORTB', 'OUT')).map((node) => tree.view(node).label),
        ['MODE [5:4]', 'P0 [0]'],
      );
      assert.equal(tree.view(nodeAt(tree, 'PORT', 'PORTB', 'DIR')).collapsible, 'none');
    });

    it('cuts long arrays into slices', () => {
      assert.deepEqual(
        tree.children(nodeAt(tree, 'RAM')).map((node) => tree.view(node).label),
        ['WORD [0…99]', 'WORD [100…199]', 'WORD [200…249]'],
      );
    });

    it('gives elements of equal name different ids', () => {
      const twice = '<register><name>R</name><addressOffset>0</addressOffset></register>';
      const device = parseDevice(
        `<device><name>D</name><peripherals><peripheral><name>P</name><baseAddress>0</baseAddress><registers>${twice}${twice}</registers></peripheral></peripherals></device>`,
      );
      const other = new PeripheralTree(device);
      const ids = other.children(nodeAt(other, 'P')).map((node) => node.id);
      assert.deepEqual(ids, ['P.R', 'P.R~2']);
    });
  });

  describe('reading', () => {
    it('reads nothing until something is expanded, and then no more than that', async () => {
      labels(tree);
      assert.deepEqual(memory.calls, []);
      await expand(tree, 'PORT');
      assert.deepEqual(memory.calls, []);
      await expand(tree, 'PORT', 'PORTB');
      assert.deepEqual(memory.calls, [['4000+8/32', '400c+4/32', '4014+4/16']]);
    });

    it('reads a cluster when it is opened, and nothing twice', async () => {
      await expand(tree, 'PORT', 'PORTB', 'CH[1]');
      assert.deepEqual(memory.calls.at(-1), ['401c+4/32']);
      const before = memory.calls.length;
      await expand(tree, 'PORT', 'PORTB', 'OUT');
      await tree.setExpanded(nodeAt(tree, 'PORT', 'PORTB'), false);
      await tree.setExpanded(nodeAt(tree, 'PORT', 'PORTB'), true);
      assert.equal(memory.calls.length, before, 'fields and second looks need no reading');
    });

    it('reads one slice of an array in one go', async () => {
      await expand(tree, 'RAM', 'WORD [100…199]');
      assert.deepEqual(memory.calls, [['8190+400/32']]);
    });

    it('reads all that is open in one call on refresh', async () => {
      await expand(tree, 'PORT', 'PORTB');
      await expand(tree, 'UART');
      await tree.setExpanded(nodeAt(tree, 'PORT', 'PORTB'), false);
      memory.calls.length = 0;
      await tree.refresh();
      assert.deepEqual(memory.calls, [['6000+4/32', '6008+4/32', '6010+8/64']]);
    });

    it('does not read again what is out of sight, but on coming back', async () => {
      memory.set(0x4000n, 1n);
      const port = await expand(tree, 'PORT', 'PORTB');
      await tree.setExpanded(port, false);
      memory.set(0x4000n, 2n);
      await tree.refresh();
      assert.equal(tree.view(nodeAt(tree, 'PORT', 'PORTB', 'DIR')).description, 'was 0x00000001');
      await tree.setExpanded(port, true);
      assert.equal(rows(tree, port)[0], 'DIR: 0x00000002 *');
    });

    it('joins across gaps only when told to, inside an address block and past no write-only register', async () => {
      tree = new PeripheralTree(board(), { gapBytes: 4 });
      tree.setMemory(memory);
      await expand(tree, 'PORT', 'PORTB');
      assert.deepEqual(memory.calls, [['4000+16/32', '4014+4/16']]);
      memory.calls.length = 0;
      tree = new PeripheralTree(board(), { gapBytes: 64 });
      tree.setMemory(memory);
      await expand(tree, 'UART');
      assert.deepEqual(memory.calls, [['6000+4/32', '6008+4/32', '6010+8/64']], 'DATA must not be read in passing');
    });

    it('shows a register with a read action, and reads it on request only', async () => {
      memory.set(0x6004n, 0x41n);
      const uart = await expand(tree, 'UART');
      assert.equal(rows(tree, uart)[1], 'DATA: read on request');
      assert.equal(rows(tree, uart)[2], 'RAW: read on request', 'it shares the address');
      const data = nodeAt(tree, 'UART', 'DATA');
      assert.match(tree.view(data).context, /\bonRequest\b/);
      await tree.refreshNode(data);
      assert.equal(memory.calls.at(-1)?.join(), '6004+4/32');
      assert.equal(tree.view(data).description, '0x00000041');
      assert.equal(tree.view(nodeAt(tree, 'UART', 'DATA', 'BYTE')).description, '0x41');
      await tree.refresh();
      assert.ok(!memory.calls.at(-1)?.includes('6004+4/32'));
      assert.equal(tree.view(data).description, 'was 0x00000041, read on request');
    });

    it('does not read a peripheral’s only register on opening when it has a read action', async () => {
      const device = parseDevice(
        '<device><name>D</name><peripherals><peripheral><name>P</name><baseAddress>0</baseAddress><registers><register>' +
          '<name>R</name><addressOffset>0</addressOffset><readAction>clear</readAction></register></registers></peripheral></peripherals></device>',
      );
      tree = new PeripheralTree(device);
      tree.setMemory(memory);
      await expand(tree, 'P');
      await tree.refresh();
      assert.deepEqual(memory.calls, []);
    });

    it('never reads a write-only register', async () => {
      const port = await expand(tree, 'PORT', 'PORTB');
      assert.equal(rows(tree, port)[3], 'KEY: write-only');
      await tree.refreshNode(nodeAt(tree, 'PORT', 'PORTB', 'KEY'));
      assert.equal(memory.calls.length, 1);
    });

    it('says at the register why it could not be read, and shows the others', async () => {
      memory.failures.set(0x400cn, 'bus fault');
      memory.set(0x4000n, 7n);
      const port = await expand(tree, 'PORT', 'PORTB');
      assert.deepEqual(rows(tree, port).slice(0, 3), ['DIR: 0x00000007', 'OUT: 0x00000000', 'IN: bus fault']);
      assert.equal(tree.view(nodeAt(tree, 'PORT', 'PORTB', 'IN')).failed, true);
      memory.down = 'target is running';
      await tree.refresh();
      assert.deepEqual(rows(tree, port).slice(0, 2), ['DIR: target is running', 'OUT: target is running']);
      memory.down = undefined;
      memory.failures.clear();
      await tree.refresh();
      assert.equal(rows(tree, port)[0], 'DIR: 0x00000007');
    });

    it('reads the neighbours of a register that cannot be read, and keeps it apart from them', async () => {
      const reason = 'Reading 1 elements of 32 bits at 0x4004 failed: Failed to read memory at 0x00004004.';
      memory.failures.set(0x4004n, reason);
      memory.set(0x4000n, 7n);
      const port = await expand(tree, 'PORT', 'PORTB');
      assert.deepEqual(rows(tree, port).slice(0, 3), ['DIR: 0x00000007', 'OUT: cannot be read', 'IN: 0x00000000']);
      const { tooltip } = tree.view(nodeAt(tree, 'PORT', 'PORTB', 'OUT'));
      assert.ok(tooltip.endsWith(`Not read: ${reason}`), tooltip);
      memory.calls.length = 0;
      await tree.refresh();
      assert.equal(memory.calls.length, 1, 'one round trip from then on');
      assert.deepEqual(memory.calls[0]?.slice(0, 2), ['4000+4/32', '4004+4/32']);
      memory.failures.clear();
      await tree.refresh();
      memory.calls.length = 0;
      await tree.refresh();
      assert.deepEqual(memory.calls[0]?.slice(0, 1), ['4000+8/32'], 'joined again');
    });

    it('works without a target, and reads when there is one', async () => {
      tree.setMemory(undefined);
      const port = await expand(tree, 'PORT', 'PORTB');
      assert.equal(rows(tree, port)[0], 'DIR: ');
      tree.setMemory(memory);
      await tree.refresh();
      assert.equal(rows(tree, port)[0], 'DIR: 0x00000000');
    });

    it('reads big-endian targets', async () => {
      const device = parseDevice(
        '<device><name>D</name><cpu><endian>big</endian></cpu><size>16</size><peripherals><peripheral><name>P</name>' +
          '<baseAddress>0</baseAddress><registers><register><name>R</name><addressOffset>0</addressOffset></register></registers></peripheral></peripherals></device>',
      );
      tree = new PeripheralTree(device);
      tree.setMemory(memory);
      memory.set(0n, 0x1234n, 2);
      assert.deepEqual(rows(tree, await expand(tree, 'P')), ['R: 0x3412']);
    });

    it('stops at an abort', async () => {
      await expand(tree, 'PORT', 'PORTB');
      await assert.rejects(tree.refresh(AbortSignal.abort(new Error('enough'))), /enough/);
      await tree.refresh();
    });
  });

  describe('showing', () => {
    it('marks what changed between two refreshes, down to the fields', async () => {
      const port = await expand(tree, 'PORT', 'PORTB');
      const out = nodeAt(tree, 'PORT', 'PORTB', 'OUT');
      memory.set(0x4004n, 0x20n);
      await tree.refresh();
      assert.deepEqual(rows(tree, port).slice(0, 2), ['DIR: 0x00000000', 'OUT: 0x00000020 *']);
      assert.deepEqual(rows(tree, out), ['MODE [5:4]: Fast (2) *', 'P0 [0]: 0']);
      await tree.refresh();
      assert.deepEqual(rows(tree, out), ['MODE [5:4]: Fast (2)', 'P0 [0]: 0']);
    });

    it('tells in the tooltip what the SVD file knows', async () => {
      memory.set(0x4004n, 0x20n);
      await expand(tree, 'PORT', 'PORTB');
      const tip = (...names: string[]) => tree.view(nodeAt(tree, 'PORT', 'PORTB', ...names)).tooltip;
      assert.equal(
        tip('DIR'),
        'PORTB.DIR\nDirection\nAddress: 0x00004000, 32 bits\nAccess: read-write\nReset value: 0x00000003\n' +
          "Value: 0x00000000 = 0 = 0b0000'0000'0000'0000'0000'0000'0000'0000",
      );
      assert.equal(
        tip('OUT', 'MODE'),
        'PORTB.OUT.MODE [5:4]\nAccess: read-write\nReset value: 0\nNow: At full speed\n  1: Slow\n  2: Fast, At full speed',
      );
      assert.match(tree.view(nodeAt(tree, 'UART', 'DATA')).tooltip, /Reading has a side effect/);
      assert.match(tree.view(nodeAt(tree, 'UART', 'RAW')).tooltip, /Shares its address/);
    });

    it('writes numbers in the format of the node or of the nearest above', async () => {
      memory.set(0x4004n, 0x2an);
      await expand(tree, 'PORT', 'PORTB');
      const value = (...names: string[]) => tree.view(nodeAt(tree, 'PORT', 'PORTB', ...names)).description;
      tree.setFormat(nodeAt(tree, 'PORT', 'PORTB'), 'decimal');
      assert.equal(value('OUT'), '42');
      tree.setFormat(nodeAt(tree, 'PORT', 'PORTB', 'OUT', 'MODE'), 'binary');
      assert.equal(value('OUT', 'MODE'), 'Fast (0b10)');
      tree.setFormat(nodeAt(tree, 'PORT', 'PORTB'), undefined);
      assert.equal(value('OUT'), '0x0000002A');
      assert.equal(value('OUT', 'MODE'), 'Fast (0b10)');
    });

    it('pins nodes to the top, where they live as in their place', async () => {
      memory.set(0x4004n, 0x11n);
      tree.setPinned(nodeAt(tree, 'PORT', 'PORTB', 'OUT'), true);
      tree.setPinned(nodeAt(tree, 'UART'), true);
      assert.deepEqual(labels(tree), ['PORTB.OUT', 'UART', 'PORT', 'RAM', 'UART']);
      await tree.refresh();
      assert.deepEqual(memory.calls, [['4004+4/32']], 'a pinned register is in sight');
      assert.equal(tree.view(nodeAt(tree, 'PORTB.OUT')).description, '0x00000011');
      assert.match(tree.view(nodeAt(tree, 'PORTB.OUT')).context, /\bpinned\b/);
      tree.setPinned(nodeAt(tree, 'PORTB.OUT'), false);
      assert.deepEqual(labels(tree), ['UART', 'PORT', 'RAM', 'UART']);
      const ids = [...tree.roots(), ...tree.children(nodeAt(tree, 'UART'))].map((node) => node.id);
      assert.equal(new Set(ids).size, ids.length);
    });

    it('filters by names of groups, peripherals, clusters and registers', async () => {
      await tree.setFilter('cfg');
      assert.deepEqual(labels(tree), ['PORT']);
      assert.deepEqual(
        tree.children(nodeAt(tree, 'PORT', 'PORTA')).map((node) => tree.view(node).label),
        ['CH[0]', 'CH[1]'],
      );
      await tree.setFilter('uart');
      assert.equal(tree.children(nodeAt(tree, 'UART')).length, 5);
      await tree.setFilter('word');
      assert.equal(tree.children(nodeAt(tree, 'RAM')).length, 3);
      await tree.setFilter('nothing of this name');
      assert.deepEqual(labels(tree), []);
      await tree.setFilter(' ');
      assert.equal(labels(tree).length, 3);
    });

    it('offers copies of value and address', async () => {
      memory.set(0x4004n, 0x20n);
      await expand(tree, 'PORT', 'PORTB');
      assert.equal(tree.valueText(nodeAt(tree, 'PORT', 'PORTB', 'OUT')), '0x00000020');
      assert.equal(tree.valueText(nodeAt(tree, 'PORT', 'PORTB', 'OUT', 'MODE')), 'Fast (2)');
      assert.equal(tree.valueText(nodeAt(tree, 'UART', 'CTRL')), undefined);
      assert.equal(tree.address(nodeAt(tree, 'PORT', 'PORTB', 'CH[1]')), '0x0000401C');
      assert.equal(tree.address(nodeAt(tree, 'PORT')), undefined);
    });

    it('keeps its state as plain JSON', async () => {
      await expand(tree, 'PORT', 'PORTB');
      tree.setPinned(nodeAt(tree, 'UART', 'CTRL'), true);
      tree.setFormat(nodeAt(tree, 'UART'), 'binary');
      const state = JSON.parse(JSON.stringify(tree.state()));
      const later = new PeripheralTree(board(), { state: { ...state, pinned: [...state.pinned, 'GONE.CR'] } });
      assert.deepEqual(labels(later), ['UART.CTRL', 'PORT', 'RAM', 'UART']);
      assert.equal(later.view(nodeAt(later, 'PORT', 'PORTB')).collapsible, 'expanded');
      assert.equal(later.format(nodeAt(later, 'UART', 'STATUS')), 'binary');
      later.setMemory(memory);
      memory.calls.length = 0;
      await later.refresh();
      assert.deepEqual(memory.calls, [['4000+8/32', '400c+4/32', '4014+4/16', '6008+4/32']]);
    });

    it('tells listeners until they leave', async () => {
      const told: (string | undefined)[] = [];
      const leave = tree.onDidChange((node) => told.push(node?.id));
      await expand(tree, 'PORT', 'PORTB');
      await tree.refresh();
      leave();
      await tree.refresh();
      assert.deepEqual(told, ['PORTB', undefined]);
    });
  });

  describe('of a thousand peripherals and ten megabytes', () => {
    it('does work only for what is looked at', async function () {
      this.timeout(60_000);
      const device = parseDevice(bigSvd(10_000_000, 1));
      assert.ok(device.peripherals.length >= 1000);
      tree = new PeripheralTree(device);
      tree.setMemory(memory);
      assert.equal(tree.roots().length, 50, 'groups');
      await expand(tree, 'G7');
      assert.deepEqual(memory.calls, []);
      await expand(tree, 'G7', 'P7');
      assert.deepEqual(memory.calls, [['40007000+4/32']]);
      await tree.refresh();
      assert.equal(memory.calls.length, 2);
      await tree.setFilter('p7');
      assert.ok(tree.roots().length > 0);
    });
  });
});
