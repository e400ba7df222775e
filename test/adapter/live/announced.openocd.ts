// What is announced and seldom used: limits of hardware breakpoints, commands of a restart, mapped paths, the clipboard, variables set.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Rig, sourceOf } from './support';

describe('a launch configuration', function () {
  this.timeout(30_000);
  let rig: Rig;
  const start = async (configuration: object) => {
    rig = await Rig.start({ configuration: { load: 'never', rttInClient: true, ...configuration } });
  };
  afterEach(() => rig?.stop());

  it('limits the hardware breakpoints, and leaves the others of the core to steps', async () => {
    await start({ hardwareBreakpoints: { limit: 2 } });
    const { breakpoints } = await rig.setBreakpoints('main.c', [{ line: 25 }, { line: 33 }, { line: 34 }]);
    assert.deepEqual(
      breakpoints.map(({ verified }) => verified),
      [true, true, false],
    );
    assert.match(breakpoints[2]?.message ?? '', /2 of 2 are in use.*“hardwareBreakpoints\.limit”/);
    await rig.run('continue');
    await rig.run('next');
    assert.equal(await rig.place(), 'sample:26');
    // RAM needs none of them.
    const inRam = await rig.client.request('setInstructionBreakpoints', {
      breakpoints: [{ instructionReference: '0x20003000' }],
    });
    assert.equal(inRam.breakpoints[0]?.verified, true);
  });

  it('requires hardware breakpoints, also where software ones would do', async () => {
    await start({ hardwareBreakpoints: { require: true } });
    const { breakpoints } = await rig.client.request('setInstructionBreakpoints', {
      breakpoints: [{ instructionReference: '0x20003000' }],
    });
    // The comparators of this core reach flash alone.
    assert.equal(breakpoints[0]?.verified, false);
    assert.match(breakpoints[0]?.message ?? '', /cannot handle HW breakpoint above address 0x1FFFFFFE\.$/);
    assert.equal((await rig.board.tcl('bp')).trim(), '');
    const answer = await rig.setBreakpoints('main.c', [{ line: 33, mode: 'auto' }]);
    assert.equal(answer.breakpoints[0]?.verified, true);
    await rig.run('continue');
    assert.equal(await rig.place(), 'report:33');
  });

  const words = async () => {
    const { data } = await rig.client.request('readMemory', { memoryReference: '0x20003000', count: 12 });
    const bytes = Buffer.from(data ?? '', 'base64');
    return [0, 4, 8].map((at) => bytes.readUInt32LE(at));
  };
  const clear = () =>
    rig.client.request('writeMemory', { memoryReference: '0x20003000', data: Buffer.alloc(12).toString('base64') });

  it('runs commands around the reset of a restart', async () => {
    await start({
      preResetCommands: ['mww 0x20003000 1'],
      postResetCommands: ['mww 0x20003004 [expr {[lindex [read_memory 0x20003000 32 1] 0] + 1}]'],
    });
    await clear();
    await rig.stopAfter(() => rig.client.request('restart', {}));
    assert.deepEqual(await words(), [1, 2, 0]);
    assert.match(await rig.place(), /^main:/);
  });

  it('runs commands instead of the reset of a restart', async () => {
    await start({
      preResetCommands: ['mww 0x20003000 1'],
      overrideResetCommands: ['mww 0x20003004 2', 'monitor reset halt'],
      postResetCommands: ['mww 0x20003008 3'],
    });
    await clear();
    await rig.evaluate('counter');
    await rig.setBreakpoints('main.c', [{ line: 33 }]);
    await rig.run('continue');
    const stopped = await rig.stopAfter(() => rig.client.request('restart', {}));
    assert.equal(stopped['reason'], 'entry');
    assert.match(await rig.place(), /^main:/);
    assert.deepEqual(await words(), [1, 2, 3]);
    assert.doesNotMatch(rig.output(), /holds this program already/);
  });

  it('maps the paths of the compiler to those of this computer, both ways', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openocd-debug-paths-'));
    try {
      const local = path.join(folder, 'main.c');
      fs.copyFileSync(sourceOf('main.c'), local);
      await start({ pathMappings: [{ remoteRoot: 'src', localRoot: folder }] });
      const { breakpoints } = await rig.client.request('setBreakpoints', {
        source: { path: local },
        breakpoints: [{ line: 33 }],
      });
      assert.deepEqual([breakpoints[0]?.verified, breakpoints[0]?.source?.path], [true, local]);
      await rig.run('continue');
      const { stackFrames } = await rig.client.request('stackTrace', { threadId: 1, levels: 1 });
      assert.equal(stackFrames[0]?.source?.path, local);
      assert.equal(stackFrames[0]?.source?.sourceReference ?? 0, 0);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('values', function () {
  this.timeout(30_000);
  let rig: Rig;
  before(async () => {
    rig = await Rig.start({ configuration: { load: 'never', rttInClient: true } });
    await rig.setBreakpoints('main.c', [{ line: 34 }]);
    await rig.run('continue');
  });
  after(() => rig?.stop());

  const frame = async () => {
    const { stackFrames } = await rig.client.request('stackTrace', { threadId: 1, levels: 1 });
    return stackFrames[0]?.id;
  };
  const scope = async (name: string) => {
    const { scopes } = await rig.client.request('scopes', { frameId: await frame() });
    return scopes.find((each) => each.name === name)?.variablesReference;
  };
  const wordAt = async (expression: string) => {
    const { memoryReference } = await rig.client.request('evaluate', {
      expression,
      frameId: await frame(),
      context: 'watch',
    });
    return Number(await rig.board.tcl(`read_memory ${memoryReference} 32 1`));
  };

  it('are copied to the clipboard as a whole, in the format asked for, and change nothing', async () => {
    const copy = (expression: string, format?: object) =>
      rig.client.send('evaluate', { expression, context: 'clipboard', ...(format === undefined ? {} : { format }) });
    const shown = await rig.evaluate('tasks');
    assert.match(shown, /…/);
    const { body } = await copy('tasks');
    assert.match(body.result, /^\{\{period_ms = 20, .*\{period_ms = 500, .*\{period_ms = 10, .*\}\}$/);
    assert.doesNotMatch(body.result, /…/);
    assert.equal(body.variablesReference, 0);
    assert.match((await copy('tasks[1].period_ms', { hex: true })).body.result, /^0x0*1f4$/);
    assert.match((await copy('counter = 5')).message ?? '', /would change the target/);
  });

  it('are set where a view shows them: what is answered, and memory', async () => {
    const variablesReference = await scope('Globals');
    const set = await rig.client.request('setVariable', { variablesReference, name: 'wave_speed', value: '0x10 + 1' });
    assert.deepEqual([set.value, set.type], ['17', 'volatile uint32_t']);
    assert.equal(await wordAt('wave_speed'), 17);
    const hex = await rig.client.request('setVariable', {
      variablesReference,
      name: 'wave_speed',
      value: '18',
      format: { hex: true },
    });
    assert.equal(hex.value, '0x12');
    const { variablesReference: light = 0 } = await rig.client.request('evaluate', {
      expression: 'traffic_light',
      context: 'watch',
    });
    const state = await rig.client.request('setVariable', {
      variablesReference: light,
      name: 'state',
      value: 'STATE_GO',
    });
    assert.equal(state.value, 'STATE_GO');
    assert.equal(await rig.evaluate('traffic_light.state'), 'STATE_GO');
  });

  it('are set in the frame and in registers', async () => {
    const line = await rig.client.request('evaluate', { expression: 'line', frameId: await frame(), context: 'watch' });
    await rig.client.request('setVariable', {
      variablesReference: line.variablesReference,
      name: 'length',
      value: '3',
    });
    assert.equal(await wordAt('line.length'), 3);
    const registers = await rig.client.request('variables', { variablesReference: await scope('Registers') });
    const core = registers.variables.find(({ name }) => name === 'Core')?.variablesReference;
    await rig.client.request('setVariable', { variablesReference: core, name: 'r7', value: '0x1234' });
    assert.match(await rig.board.tcl('reg r7'), /0x00001234/);
    await rig.client.request('setVariable', { variablesReference: core, name: 'r7', value: '0' });
  });

  it('in flash say that flash is programmed, not written', async () => {
    const words = /^0x0800[\da-f]{4} lies in flash, which is programmed, not written\..*flash fillw/;
    const data = Buffer.alloc(4).toString('base64');
    assert.match(await rig.client.failure('writeMemory', { memoryReference: '0x08002000', data }), words);
    const set = { expression: 'greeting[0]', value: '1' };
    assert.match(await rig.client.failure('setExpression', set), words);
    // Nothing at all lies there: another reason.
    assert.doesNotMatch(await rig.client.failure('writeMemory', { memoryReference: '0x60000000', data }), /flash/);
  });

  it('that cannot be set say why, and stay', async () => {
    const variablesReference = await scope('Globals');
    const before = await wordAt('wave_speed');
    assert.match(
      await rig.client.failure('setVariable', { variablesReference, name: 'wave_speed', value: 'no_such_name' }),
      /no_such_name/,
    );
    assert.match(
      await rig.client.failure('setVariable', { variablesReference, name: 'no_such_name', value: '1' }),
      /no variable named/,
    );
    assert.equal(await wordAt('wave_speed'), before);
  });
});
