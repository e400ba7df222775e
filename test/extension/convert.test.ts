// Launch configurations of other debuggers, turned into ours.
import assert from 'node:assert/strict';
import { convert } from '../../src/extension/launch/convert';

const cortexDebug = { type: 'cortex-debug', request: 'launch', name: 'Old', executable: 'a.elf' };
const cdt = { type: 'gdbtarget', request: 'launch', name: 'Old', program: 'a.elf' };

describe('Converting a launch configuration', () => {
  it('keeps OpenOCD’s program and arguments', () => {
    const { configuration } = convert({
      ...cortexDebug,
      ...{ servertype: 'openocd', serverpath: '/opt/openocd', serverArgs: ['-d2'], configFiles: ['board/x.cfg'] },
    });
    assert.equal(configuration['openocdPath'], '/opt/openocd');
    assert.deepEqual(configuration['openocdArgs'], ['-d2']);
    assert.deepEqual(configuration['configFiles'], ['board/x.cfg']);
    assert.equal(configuration['program'], 'a.elf');
  });

  it('leaves out the program and the arguments of another server, and names the chip', () => {
    const { configuration, notes } = convert({
      ...{ ...cortexDebug, servertype: 'jlink', serverpath: '/opt/JLinkGDBServerCLExe', serverArgs: ['-if', 'swd'] },
      device: 'STM32F103C8',
    });
    assert.equal('openocdPath' in configuration, false);
    assert.equal('openocdArgs' in configuration, false);
    assert.equal('device' in configuration, false);
    assert.deepEqual(configuration['configFiles'], []);
    assert.match(notes.join(' '), /“jlink”.*JLinkGDBServerCLExe.*STM32F103C8/);
  });

  it('does not take another GDB server for a running OpenOCD', () => {
    const { configuration, notes } = convert({
      ...cdt,
      target: { server: 'pyocd', serverParameters: ['gdbserver', '--port', '3333'], port: '3333', host: 'localhost' },
    });
    assert.equal('tclPort' in configuration, false);
    assert.equal('host' in configuration, false);
    assert.equal('openocdPath' in configuration, false);
    assert.deepEqual(configuration['configFiles'], []);
    assert.match(notes.join(' '), /“pyocd”/);
  });

  it('takes OpenOCD as the server of CDT, started or running', () => {
    const started = convert({ ...cdt, target: { server: 'openocd', serverParameters: ['-f', 'board/x.cfg'] } });
    assert.equal(started.configuration['openocdPath'], 'openocd');
    assert.deepEqual(started.configuration['configFiles'], ['board/x.cfg']);
    const running = convert({ ...cdt, target: { host: 'localhost', port: '3333' } });
    assert.equal(running.configuration['host'], '127.0.0.1');
    assert.equal(running.configuration['tclPort'], 6666);
  });

  for (const type of ['platformio-debug', 'probe-rs-debug', 'gdbtarget'])
    it(`names no program where ${type} names none`, () => {
      assert.equal('program' in convert({ type, request: 'launch', name: 'Old' }).configuration, false);
    });

  it('takes the program of PlatformIO', () => {
    const { configuration } = convert({ type: 'platformio-debug', name: 'Old', executable: 'a.elf' });
    assert.equal(configuration['program'], 'a.elf');
  });
});
