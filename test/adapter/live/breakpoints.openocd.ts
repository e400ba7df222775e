// Breakpoints of every kind over DAP, set while halted and while running, and how many there can be.
import assert from 'node:assert/strict';
import { Rig, sourceOf } from './support';

describe('breakpoints of a live session', function () {
  this.timeout(30_000);
  let rig: Rig;
  before(async () => {
    rig = await Rig.start({ configuration: { load: 'never' } });
  });
  after(() => rig?.stop());
  afterEach(async () => {
    if (rig === undefined) return;
    for (const file of ['main.c', 'numbers.c', 'machine.c']) await rig.setBreakpoints(file, []);
    for (const command of ['setFunctionBreakpoints', 'setInstructionBreakpoints', 'setDataBreakpoints']) {
      await rig.client.request(command, { breakpoints: [] });
    }
  });

  it('stop at a line, and say which', async () => {
    const { breakpoints } = await rig.setBreakpoints('main.c', [{ line: 33 }]);
    assert.equal(breakpoints[0]?.verified, true);
    const stopped = await rig.run('continue');
    assert.equal(stopped['reason'], 'breakpoint');
    assert.deepEqual(stopped['hitBreakpointIds'], [breakpoints[0]?.id]);
    assert.equal(await rig.place(), 'report:33');
  });

  it('move to the next line with code, or say why there is none', async () => {
    const { breakpoints } = await rig.setBreakpoints('main.c', [{ line: 29 }, { line: 9999 }]);
    assert.equal(breakpoints[0]?.line, 30);
    assert.equal(breakpoints[1]?.verified, false);
    assert.match(breakpoints[1]?.message ?? '', /No code was found for line 9999/);
    const other = await rig.client.request('setBreakpoints', {
      source: { path: '/somewhere/else.c' },
      breakpoints: [{ line: 1 }],
    });
    assert.equal(other.breakpoints[0]?.verified, false);
  });

  it('may be named by their lines alone, as old clients do', async () => {
    const source = { path: sourceOf('main.c') };
    const { breakpoints } = await rig.client.request('setBreakpoints', { source, lines: [33, 34] });
    assert.deepEqual(
      breakpoints.map(({ verified, line }) => [verified, line]),
      [
        [true, 33],
        [true, 34],
      ],
    );
    // The newer form wins where both are there.
    const both = await rig.client.request('setBreakpoints', { source, lines: [33, 34], breakpoints: [{ line: 34 }] });
    assert.deepEqual(
      both.breakpoints.map(({ id, line }) => [id, line]),
      [[breakpoints[1]?.id, 34]],
    );
  });

  it('stop only when their condition holds', async () => {
    await rig.setBreakpoints('numbers.c', [{ line: 11, condition: 'n == 2' }]);
    await rig.run('continue');
    const { stackFrames } = await rig.client.request('stackTrace', { threadId: 1, levels: 1 });
    const { result } = await rig.client.request('evaluate', {
      expression: 'n',
      frameId: stackFrames[0]?.id,
      context: 'watch',
    });
    assert.equal(result, '2');
  });

  it('stop and explain when the condition cannot be evaluated', async () => {
    await rig.setBreakpoints('main.c', [{ line: 33, condition: 'nothing > 1' }]);
    await rig.run('continue');
    assert.equal(await rig.place(), 'report:33');
    assert.match(rig.output(), /“nothing > 1” cannot be evaluated: .*nothing/);
  });

  it('count hits', async () => {
    await rig.setBreakpoints('main.c', [{ line: 25, hitCondition: '% 3' }]);
    const before = Number(await rig.evaluate('tasks[0].runs'));
    await rig.run('continue');
    const first = Number(await rig.evaluate('tasks[0].runs'));
    await rig.run('continue');
    assert.equal(Number(await rig.evaluate('tasks[0].runs')) - first, 3);
    assert.equal(first - before, 3);
  });

  it('go on counting when another one of the file is set or removed', async () => {
    await rig.setBreakpoints('main.c', [{ line: 26 }]);
    await rig.run('continue');
    const counting = { line: 25, hitCondition: '>= 2' };
    const { breakpoints } = await rig.setBreakpoints('main.c', [counting, { line: 26 }]);
    // The first hit does not count; the other breakpoint comes right behind it.
    await rig.run('continue');
    assert.equal(await rig.place(), 'sample:26');
    const before = Number(await rig.evaluate('tasks[0].runs'));
    const again = await rig.setBreakpoints('main.c', [counting]);
    assert.equal(again.breakpoints[0]?.id, breakpoints[0]?.id);
    await rig.run('continue');
    assert.equal(await rig.place(), 'sample:25');
    assert.equal(Number(await rig.evaluate('tasks[0].runs')), before + 1);
  });

  it('that are equal are two, and stay so', async () => {
    const ids = async (count: number) => {
      const { breakpoints } = await rig.setBreakpoints('main.c', Array(count).fill({ line: 33 }));
      return breakpoints.map(({ id }) => id);
    };
    const first = await ids(2);
    assert.equal(new Set(first).size, 2);
    assert.deepEqual(await ids(2), first);
    assert.deepEqual(await ids(1), first.slice(0, 1));
  });

  it('refuse a hit count that is none', async () => {
    const { breakpoints } = await rig.setBreakpoints('main.c', [{ line: 25, hitCondition: 'often' }]);
    assert.match(breakpoints[0]?.message ?? '', /“often” is not a hit count/);
  });

  it('log without a visible stop', async () => {
    await rig.setBreakpoints('main.c', [{ line: 33, logMessage: 'counter is {counter,x}, {{sic}}' }, { line: 34 }]);
    await rig.run('continue');
    assert.equal(await rig.place(), 'report:34');
    assert.match(rig.output(), /counter is 0x[0-9a-f]+, \{sic\}\n/);
  });

  it('are set on functions by name and pattern', async () => {
    const { breakpoints } = await rig.client.request('setFunctionBreakpoints', {
      breakpoints: [{ name: 'factorial' }, { name: 'tree_d*' }, { name: 'no_such_function' }],
    });
    assert.deepEqual(
      breakpoints.map(({ verified }) => verified),
      [true, true, false],
      JSON.stringify(breakpoints),
    );
    assert.match(breakpoints[2]?.message ?? '', /no function “no_such_function”/);
    assert.deepEqual([breakpoints[0]?.line, 'line' in (breakpoints[2] ?? {})], [11, false]);
    const stopped = await rig.run('continue');
    assert.equal(stopped['reason'], 'function breakpoint');
  });

  it('are set on instructions', async () => {
    const { breakpoints } = await rig.setBreakpoints('main.c', [{ line: 33 }]);
    const reference = breakpoints[0]?.instructionReference;
    await rig.setBreakpoints('main.c', []);
    const answer = await rig.client.request('setInstructionBreakpoints', {
      breakpoints: [{ instructionReference: reference }],
    });
    assert.equal(answer.breakpoints[0]?.verified, true);
    assert.equal((await rig.run('continue'))['reason'], 'instruction breakpoint');
    assert.equal(await rig.place(), 'report:33');
  });

  it('watch a variable and tell the old and the new value', async () => {
    const info = await rig.client.request('dataBreakpointInfo', { name: 'counter' });
    assert.equal(info.canPersist, true);
    const { breakpoints } = await rig.client.request('setDataBreakpoints', {
      breakpoints: [{ dataId: info.dataId, accessType: 'write' }],
    });
    assert.equal(breakpoints[0]?.verified, true);
    const before = Number(await rig.evaluate('counter'));
    const stopped = await rig.run('continue');
    assert.equal(stopped['reason'], 'data breakpoint');
    assert.deepEqual(stopped['hitBreakpointIds'], [breakpoints[0]?.id]);
    assert.match(String(stopped['text']), new RegExp(`counter: ${before} → ${before + 1}$`));
  });

  it('on data and faults have a place in the source where there is one, and else none', async () => {
    const watched = async (args: object) => {
      const { dataId } = await rig.client.request('dataBreakpointInfo', args as { name: string });
      return { dataId, accessType: 'write' };
    };
    const free = { name: '0x20003000', asAddress: true, bytes: 4 };
    const data = await rig.client.request('setDataBreakpoints', {
      breakpoints: [await watched({ name: 'counter' }), await watched(free)],
    });
    const place = ({ line, source }: (typeof data.breakpoints)[number]) => [line, source?.path];
    assert.deepEqual(data.breakpoints.map(place), [
      [20, sourceOf('main.c')],
      [undefined, undefined],
    ]);
    const caught = await rig.client.request('setExceptionBreakpoints', { filters: ['hardFault', 'busFault'] });
    assert.deepEqual((caught['breakpoints'] as typeof data.breakpoints).map(place), [
      [27, sourceOf('startup.c')],
      [undefined, undefined],
    ]);
    await rig.client.request('setExceptionBreakpoints', { filters: [] });
  });

  it('watch a member and a range of bytes, and say what cannot be watched', async () => {
    const { result, variablesReference } = await rig.client.request('evaluate', {
      expression: 'traffic_light',
      context: 'watch',
    });
    assert.match(result, /^\{state = /);
    const member = await rig.client.request('dataBreakpointInfo', { variablesReference, name: 'transitions' });
    assert.match(member.dataId ?? '', / 4 traffic_light\.transitions$/);
    const range = await rig.client.request('dataBreakpointInfo', { name: '0x20000000', asAddress: true, bytes: 8 });
    assert.match(range.dataId ?? '', /^0x20000000 8 /);
    for (const bytes of [0, -4]) {
      assert.match(
        await rig.client.failure('dataBreakpointInfo', { name: '0x20000000', asAddress: true, bytes }),
        /wrong “bytes”: -?\d is no number above 0/,
      );
    }
    const large = await rig.client.request('dataBreakpointInfo', {
      name: '0x20000000',
      asAddress: true,
      bytes: 1 << 20,
    });
    assert.deepEqual([large.dataId, /Watch a part/.test(large.description)], [null, true]);
    const register = await rig.client.request('dataBreakpointInfo', { name: '1 + 1' });
    assert.equal(register.dataId, null);
    assert.match(register.description, /has no address/);
  });

  it('on data name the one that was met of several, also when the same value was written', async () => {
    const watch = async (name: string) => {
      const { dataId } = await rig.client.request('dataBreakpointInfo', { name });
      return { dataId, accessType: 'write' };
    };
    const { breakpoints } = await rig.client.request('setDataBreakpoints', {
      breakpoints: [await watch('traffic_light.transitions'), await watch('statistics.minimum')],
    });
    assert.deepEqual(
      breakpoints.map(({ verified }) => verified),
      [true, true],
    );
    // The minimum is written every 20 ms, most often with what it is already.
    let stopped: Awaited<ReturnType<Rig['run']>>;
    do {
      stopped = await rig.run('continue');
      assert.equal(stopped['reason'], 'data breakpoint');
    } while (!/was written/.test(String(stopped['text'])));
    assert.deepEqual(stopped['hitBreakpointIds'], [breakpoints[1]?.id]);
    assert.match(String(stopped['text']), /^statistics\.minimum was written: \d+$/);
    assert.match((await rig.places(2)).join(), /update_statistics:\d+/);
  });

  it('on lines are not taken for one on data that stands by', async () => {
    const { dataId } = await rig.client.request('dataBreakpointInfo', { name: 'wave_speed' });
    await rig.client.request('setDataBreakpoints', { breakpoints: [{ dataId, accessType: 'readWrite' }] });
    await rig.setBreakpoints('machine.c', [{ line: 58 }]);
    let stopped = await rig.run('continue');
    while (stopped['reason'] !== 'breakpoint') stopped = await rig.run('continue');
    assert.match(await rig.place(), /^machine_step:/);
    await rig.setBreakpoints('machine.c', []);
    assert.equal((await rig.run('continue'))['text'], 'wave_speed was accessed: 4');
  });

  it('watch bytes that take more than one comparator', async () => {
    const { memoryReference } = await rig.client.request('evaluate', { expression: 'counter', context: 'watch' });
    const address = `0x${(Number(memoryReference) - 2).toString(16)}`;
    const { dataId } = await rig.client.request('dataBreakpointInfo', { name: address, asAddress: true, bytes: 6 });
    const { breakpoints } = await rig.client.request('setDataBreakpoints', { breakpoints: [{ dataId }] });
    assert.equal(breakpoints[0]?.verified, true, breakpoints[0]?.message);
    const before = Number(await rig.evaluate('counter'));
    const stopped = await rig.run('continue');
    assert.deepEqual(stopped['hitBreakpointIds'], [breakpoints[0]?.id]);
    assert.equal(Number(await rig.evaluate('counter')), before + 1);
    // Two comparators are in use now: there is none for another range.
    const second = await rig.client.request('dataBreakpointInfo', { name: 'wave_speed' });
    const answer = await rig.client.request('setDataBreakpoints', {
      breakpoints: [{ dataId }, { dataId: second.dataId, accessType: 'write' }],
    });
    assert.deepEqual(
      answer.breakpoints.map(({ verified }) => verified),
      [true, false],
    );
    assert.match(answer.breakpoints[1]?.message ?? '', /No comparator is free to watch .*2 of 2 are in use/);
  });

  it('of another client of OpenOCD stop and are called so', async () => {
    const { memoryReference } = await rig.client.request('evaluate', { expression: 'counter', context: 'watch' });
    await rig.board.tcl(`wp ${memoryReference} 4 w`);
    const stopped = await rig.run('continue');
    await rig.board.tcl(`rwp ${memoryReference}`);
    assert.equal(stopped['reason'], 'data breakpoint');
    assert.match(String(stopped['description']), /another client/);
  });

  it('end at the number of comparators, with a reason and a budget', async () => {
    const lines = [25, 31, 32, 33, 34, 35].map((line) => ({ line }));
    const from = rig.client.events.length;
    const { breakpoints } = await rig.setBreakpoints('main.c', lines);
    const verified = breakpoints.filter((breakpoint) => breakpoint.verified).length;
    assert.equal(verified, 4);
    assert.match(breakpoints[5]?.message ?? '', /No hardware breakpoint is free .*4 of 4 are in use/);
    const budget = await rig.client.event('openocd.breakpointBudget', from, (body) => body['breakpointsUsed'] === 4);
    assert.equal(budget.body['breakpoints'], 4);
    // With all of them in use a step still works, instruction by instruction, or says what to do.
    await rig.run('continue');
    const step = await rig.run('next');
    assert.equal(step['threadId'], 1);
  });

  it('that are refused for want of a comparator are set as soon as one is free', async () => {
    const lines = [25, 31, 33, 34].map((line) => ({ line }));
    await rig.setBreakpoints('main.c', lines);
    const setFunctions = (names: readonly string[]) =>
      rig.client.request('setFunctionBreakpoints', { breakpoints: names.map((name) => ({ name })) });
    const [refused, pending] = (await setFunctions(['factorial', 'no_such_function'])).breakpoints;
    assert.deepEqual([refused?.verified, refused?.reason, pending?.reason], [false, 'failed', 'pending']);
    assert.match(refused?.message ?? '', /No hardware breakpoint is free/);
    const from = rig.client.events.length;
    await rig.setBreakpoints('main.c', lines.slice(0, 3));
    const { body } = await rig.client.event('breakpoint', from);
    const changed = body['breakpoint'] as typeof refused;
    assert.deepEqual([body['reason'], changed?.id, changed?.verified], ['changed', refused?.id, true]);
    assert.equal(changed?.message, undefined);
    await rig.setBreakpoints('main.c', []);
    assert.equal((await rig.run('continue'))['reason'], 'function breakpoint');
    // Nothing more is told of one that is set.
    assert.equal(rig.client.events.slice(from).filter(({ event }) => event === 'breakpoint').length, 1);
  });

  it('are set and removed while the program runs, without a stop', async () => {
    await rig.client.request('continue', { threadId: 1 });
    const from = rig.client.events.length;
    const { breakpoints } = await rig.setBreakpoints('main.c', [{ line: 33, condition: 'counter > 100000' }]);
    assert.equal(breakpoints[0]?.verified, true);
    await rig.setBreakpoints('main.c', []);
    const info = await rig.client.request('dataBreakpointInfo', { name: 'counter' });
    await rig.client.request('setDataBreakpoints', {
      breakpoints: [{ dataId: info.dataId, accessType: 'write', condition: 'counter == 0' }],
    });
    assert.equal(
      rig.client.events.slice(from).some(({ event }) => event === 'stopped'),
      false,
    );
    await rig.client.request('setDataBreakpoints', { breakpoints: [] });
    // In the very moment in which the core is started, too.
    for (let turn = 0; turn < 5; turn++) {
      await rig.run('pause');
      const continued = rig.client.request('continue', { threadId: 1 });
      const set = rig.client.request('setDataBreakpoints', {
        breakpoints: [{ dataId: info.dataId, accessType: 'write', condition: 'counter == 0' }],
      });
      const removed = rig.client.request('setDataBreakpoints', { breakpoints: [] });
      await Promise.all([continued, removed]);
      assert.equal((await set).breakpoints[0]?.verified, true, (await set).breakpoints[0]?.message);
    }
    const stopped = await rig.stopAfter(() => rig.setBreakpoints('main.c', [{ line: 33 }]));
    assert.equal(stopped['reason'], 'breakpoint');
  });

  it('of software are refused in flash, with what to do', async () => {
    const { breakpoints } = await rig.setBreakpoints('main.c', [{ line: 33, mode: 'software' }]);
    assert.equal(breakpoints[0]?.verified, false);
    assert.match(
      breakpoints[0]?.message ?? '',
      /^0x0800[\da-f]{4} lies in flash.*Choose the mode “auto” or “hardware”/,
    );
  });

  it('in RAM are software ones', async () => {
    const before = (await rig.client.request('openocd.breakpointBudget'))['breakpointsUsed'];
    await rig.client.request('setInstructionBreakpoints', {
      breakpoints: [{ instructionReference: '0x20003000', mode: 'software' }],
    });
    assert.equal((await rig.client.request('openocd.breakpointBudget'))['breakpointsUsed'], before);
  });
});
