// Steps on the simulated board in a program that has what makes stepping hard (steps/).
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { Granularity } from '../../../src/debugger/live/stepper';
import { stepTargetsOf } from '../../../src/debugger/live/stepTargets';
import { rawText } from './stepOracle/compare';
import { buildSteps, canBuild, goOnTo, lineOf, runToLine, whereIs } from './steppingProgram';
import { placeOf, type Rig, startRig } from './support';

describe('stepping', function () {
  this.timeout(60_000);
  let rig: Rig;
  let program: string | undefined;

  before(async function () {
    if (!canBuild()) {
      console.log('      (arm-none-eabi-gcc is not installed)');
      this.skip();
    }
    program = buildSteps();
    rig = await startRig(program);
  });
  after(async () => {
    await rig?.stop();
    if (program !== undefined) fs.rmSync(path.dirname(program), { recursive: true, force: true });
  });
  afterEach(async () => {
    if (rig === undefined) return;
    assert.equal((await rig.board.tcl('bp')).trim(), '', 'a breakpoint was left behind');
    assert.equal((await rig.board.tcl('wp')).trim(), '', 'a watchpoint was left behind');
  });

  /** Makes a step and says where it has come to. */
  async function step(motion: 'over' | 'into' | 'out', granularity: Granularity = 'line', into?: number) {
    const stop = await rig.stopAfter(() => rig.live.step(1, motion, granularity, into));
    assert.equal(stop.kind, 'step', rig.output.join(''));
    return whereIs(rig);
  }

  it('over calls stays in the function', async () => {
    await runToLine(rig, 'calls');
    assert.equal(await step('over'), 'calls:calls-next');
  });

  it('into goes through all the calls of a line, and each return goes on in it', async () => {
    await runToLine(rig, 'calls');
    const seen: string[] = [];
    for (let at = ''; at !== 'calls:calls-next' && seen.length < 20; seen.push(at)) at = await step('into');
    assert.deepEqual(
      seen.filter((place) => /:\D/.test(place)),
      ['one:one', 'two:two', 'sum:sum', 'calls:calls-next'],
    );
  });

  it('over the end of a function goes on to the end of the line that called it', async () => {
    await runToLine(rig, 'one');
    let at = '';
    do at = await step('over');
    while (at.startsWith('one:'));
    assert.equal(at, 'calls:calls-next');
  });

  it('out stops right behind the call', async () => {
    await runToLine(rig, 'one');
    assert.equal(await step('out'), 'calls:calls');
  });

  it('into one function of several on a line', async () => {
    await runToLine(rig, 'calls');
    const { frames } = await rig.live.engine.frames(1, 0, 1);
    assert.ok(frames[0]?.kind === 'call');
    const targets = stepTargetsOf(rig.live.engine.program, rig.live.runControl, frames[0]);
    assert.deepEqual(targets.map(({ name }) => name).sort(), ['one', 'sum', 'two']);
    const sum = targets.find(({ name }) => name === 'sum');
    assert.equal(await step('into', 'line', sum?.entry), 'sum:sum');
  });

  it('offers the functions of a line that can be stepped into, by the names that people gave them', async () => {
    const offered = async (place: string) => {
      await runToLine(rig, place);
      const { frames } = await rig.live.engine.frames(1, 0, 1);
      assert.ok(frames[0]?.kind === 'call');
      return stepTargetsOf(rig.live.engine.program, rig.live.runControl, frames[0]);
    };
    assert.deepEqual(await offered('without'), []);
    const [target] = await offered('far');
    assert.equal(target?.name, 'in_ram');
    assert.match(await step('into', 'line', target?.entry), /^in_ram:/);
  });

  it('over a call of the function itself stays in its frame', async () => {
    await runToLine(rig, 'recurse');
    const { cfa } = await placeOf(rig);
    assert.equal(await step('over'), 'recurse:recurse-next');
    assert.equal((await placeOf(rig)).cfa, cfa);
  });

  it('into a call of the function itself goes one deeper', async () => {
    await runToLine(rig, 'recurse');
    const { depth } = await placeOf(rig);
    await step('into');
    assert.equal((await placeOf(rig)).depth, depth + 1);
  });

  /** Runs to where the function has called itself once and is about to call itself again, 29 times. */
  async function runIntoRecursion() {
    await runToLine(rig, 'recurse');
    await step('into');
    assert.equal(await step('over'), 'recurse:recurse');
    return placeOf(rig);
  }

  it('out of a function that calls itself does not stop in each deeper call', async () => {
    const { scans: plain } = await scansOf(rig, async () => {
      await runToLine(rig, 'one');
      await step('out');
    });
    const { depth } = await runIntoRecursion();
    const { scans, result } = await scansOf(rig, () => step('out'));
    assert.match(result, /^recurse:recurse/);
    assert.equal((await placeOf(rig)).depth, depth - 1);
    const returned = rig.live.engine.returned(1);
    assert.equal(returned && (await rig.live.engine.run(() => rawText(returned.value))), `0x${(435).toString(16)}`);
    // About two stops more than any step has, however deep it goes.
    assert.ok(scans < plain, `${scans} scans, and ${plain} for a run and a step`);
  });

  it('out of a function that calls itself leaves the user’s data breakpoints alone, and stops in the right call', async () => {
    const { depth } = await runIntoRecursion();
    await rig.live.target.addWatchpoint(0x20003000, 4, 'write');
    try {
      assert.match(await step('out'), /^recurse:recurse/);
      assert.equal((await placeOf(rig)).depth, depth - 1);
      assert.match(await rig.board.tcl('wp'), /^address: 0x20003000,[^\n]*$/m);
    } finally {
      await rig.live.target.removeWatchpoint(0x20003000);
    }
  });

  it('out of a function that calls itself ends at a breakpoint of the user’s in a deeper call', async () => {
    const { depth } = await runIntoRecursion();
    const [breakpoint] = await rig.live.breakpoints.replace('function', [
      { where: { kind: 'line', path: 'steps.c', line: lineOf('recurse-next') }, hitCondition: '>= 5' },
    ]);
    try {
      const stop = await rig.stopAfter(() => rig.live.step(1, 'out', 'line'));
      assert.deepEqual([stop.kind, stop.hit], ['breakpoint', [breakpoint?.id]]);
      assert.equal(await whereIs(rig), 'recurse:recurse-next');
      assert.ok((await placeOf(rig)).depth > depth + 5);
    } finally {
      await rig.live.breakpoints.replace('function', []);
    }
  });

  it('over a function of one line that calls itself leaves it', async () => {
    await runToLine(rig, 'one-line-call');
    assert.equal(await step('into'), `one_line:${(await placeOf(rig)).line}`);
    assert.equal(await step('over'), 'main:inlines-call');
  });

  it('over an inlined call runs through it, into stops in it, and out of it goes back to its caller', async () => {
    await runToLine(rig, 'inlines');
    assert.equal(await step('over'), 'inlines:inlines-next');
    await runToLine(rig, 'inlines');
    assert.equal(await step('into'), 'twice:twice');
    assert.match(await step('out'), /^inlines:inlines/);
  });

  it('into functions without lines does not stop in them, nor in what they call', async () => {
    await runToLine(rig, 'without');
    assert.equal(await step('into'), 'without_lines:callback');
    assert.equal(await step('into'), 'without_lines:without-next');
  });

  it('from a function without lines leaves it', async () => {
    await runToLine(rig, 'callback');
    const { program: info } = rig.live.engine;
    const address = info.symbolNamed('plain_apply')?.address ?? 0;
    await rig.stopAfter(() => rig.live.runTo(1, [address], { kind: 'entry', description: undefined }));
    assert.equal(await step('over'), 'without_lines:without-next');
  });

  it('over a function that ends in a jump to another one leaves both; into stops in the other one', async () => {
    await runToLine(rig, 'jumps');
    assert.equal(await step('into'), 'ends_in_jump:20');
    assert.equal(await step('over'), 'ends_in_jump:21');
    assert.equal(await step('over'), 'ends_in_jump:22');
    assert.equal(await step('over'), 'jumps:jumps-next');
    await runToLine(rig, 'jumps');
    await step('into');
    await step('over');
    await step('over');
    assert.equal(await step('into'), 'two:two');
  });

  it('over a call that never returns, because of longjmp, ends where that lands', async () => {
    await runToLine(rig, 'leaps-call');
    assert.equal(await step('over'), 'leaps:leaps-test');
    assert.equal(await step('over'), 'leaps:leaps-landed');
  });

  it('over longjmp itself, and out of a function that it leaves, ends where it lands', async () => {
    await runToLine(rig, 'leap');
    assert.match(await step('over'), /^leaps:leaps/);
    await runToLine(rig, 'leap');
    assert.match(await step('out'), /^leaps:leaps/);
  });

  it('into a function that is reached by a linker’s veneer stops in it, and steps there with software breakpoints', async () => {
    await runToLine(rig, 'far');
    assert.match(await step('into'), /^in_ram:/);
    assert.equal(await step('over'), 'in_ram:ram');
    assert.equal(await step('over'), 'in_ram:ram-body');
    assert.equal(await step('over'), 'in_ram:ram');
    assert.equal(await step('over'), 'in_ram:ram-body');
    assert.equal(await step('into'), 'one:one');
    await step('out');
    assert.match(await step('out'), /^far_away:far/);
  });

  it('in RAM needs no hardware breakpoint', async () => {
    await runToLine(rig, 'far');
    await step('into');
    const { target } = rig.live;
    const taken = ['as_byte', 'as_long', 'as_pair', 'as_text'].map(
      (name) => rig.live.engine.program.findFunctions(name)[0]?.entry ?? 0,
    );
    for (const address of taken) await target.placeBreakpoint(address, 'hardware');
    try {
      const { breakpoints, breakpointsUsed } = await target.budget();
      assert.equal(breakpointsUsed, breakpoints);
      for (const place of ['ram', 'ram-body', 'ram', 'ram-body']) assert.equal(await step('over'), `in_ram:${place}`);
    } finally {
      for (const address of taken) await target.removeBreakpoint(address);
    }
  });

  it('by statements stops several times in a line, by lines once, by instructions at each', async () => {
    await runToLine(rig, 'statements');
    const { pc } = await placeOf(rig);
    assert.equal(await step('over', 'statement'), 'statements:statements');
    assert.notEqual((await placeOf(rig)).pc, pc);
    await runToLine(rig, 'statements');
    assert.equal(await step('over'), 'statements:statements-next');
    await runToLine(rig, 'statements');
    assert.equal(await step('over', 'instruction'), 'statements:statements');
    assert.equal((await placeOf(rig)).pc, pc + 2);
  });

  it('goes over code of no line and rows that begin no statement', async () => {
    await runToLine(rig, 'gaps');
    assert.equal(await step('into'), 'lines_with_gaps:10');
    assert.equal(await step('over'), 'lines_with_gaps:11');
    assert.equal(await step('over'), 'lines_with_gaps:13');
    assert.equal(await step('over'), 'lines_with_gaps:14');
    assert.equal(await step('over'), 'gaps:gaps-next');
  });

  it('into a function that a pointer names stops in it', async () => {
    await runToLine(rig, 'pointer');
    assert.equal(await step('into'), 'one:one');
    await runToLine(rig, 'pointer');
    assert.equal(await step('over'), 'pointers:pointer-next');
  });

  it('over a function that does not return goes on until it is paused', async () => {
    await runToLine(rig, 'halts-call');
    const stop = await rig.stopAfter(async () => {
      rig.live.step(1, 'over', 'line');
      while (rig.live.target.state(1).kind === 'halted') await new Promise((resolve) => setTimeout(resolve, 1));
      await rig.live.pause(1);
    });
    assert.equal(stop.kind, 'pause');
    assert.equal((await placeOf(rig)).function, 'halts');
  });

  for (const masked of [false, true]) {
    it(`with interrupts ${masked ? 'held back' : 'served on the way'} never ends in a handler`, async () => {
      await runToLine(rig, 'interrupted');
      rig.live.setMasked(masked);
      try {
        const { cfa } = await placeOf(rig);
        const served = () =>
          rig.session.memory.readU32(rig.live.engine.program.symbolNamed('interrupts')?.address ?? 0);
        const before = await served();
        const seen: string[] = [];
        for (let i = 0; i < 24; i++) {
          seen.push(await step('over'));
          assert.equal((await placeOf(rig)).cfa, cfa);
        }
        const round = ['interrupted-1', 'interrupted-2', 'interrupted'].map((name) => `interrupted:${name}`);
        const from = round.indexOf(seen[0] ?? '');
        assert.deepEqual(
          seen,
          Array.from({ length: 24 }, (_, i) => round[(from + i) % 3]),
        );
        while ((await whereIs(rig)) !== 'interrupted:interrupted-1') await step('over');
        assert.equal(await step('into'), 'one:one');
        const { frames } = await rig.live.engine.frames(1, 0, 10);
        assert.ok(frames.every(({ kind }) => kind !== 'exception'));
        // Steps take longer than an interrupt is away.
        if (!masked) assert.ok((await served()) > before);
        else assert.equal(await served(), before);
      } finally {
        rig.live.setMasked(false);
      }
    });
  }

  it('with few breakpoints left goes from branch to branch, and says when there is none for a call', async () => {
    await runToLine(rig, 'recurse');
    const { program: info, target } = { program: rig.live.engine.program, target: rig.live.target };
    const taken = ['as_byte', 'as_long', 'as_pair', 'as_text'].map((name) => info.findFunctions(name)[0]?.entry ?? 0);
    const { breakpoints } = await target.budget();
    assert.equal(breakpoints, 4);
    for (const address of taken.slice(0, 3)) await target.placeBreakpoint(address, 'hardware');
    try {
      await goOnTo(rig, 'recurse');
      assert.equal(await step('over'), 'recurse:recurse-next');
      await runToLine(rig, 'calls');
      assert.equal(await step('into'), 'one:one');
      assert.equal(await step('out'), 'calls:calls');
      await target.placeBreakpoint(taken[3] ?? 0, 'hardware');
      await runWithout(target, taken[3] ?? 0, () => runToLine(rig, 'statements'));
      const stop = await rig.stopAfter(() => rig.live.step(1, 'over', 'line'));
      assert.equal(stop.kind, 'step');
      assert.equal(await whereIs(rig), 'statements:statements-next');
      await runWithout(target, taken[3] ?? 0, () => runToLine(rig, 'calls'));
      rig.output.length = 0;
      await rig.stopAfter(() => rig.live.step(1, 'over', 'line'));
      assert.match(rig.output.join(''), /All hardware breakpoints are in use.*Remove one breakpoint/s);
      assert.equal((await placeOf(rig)).function, 'calls');
    } finally {
      for (const address of taken) await target.removeBreakpoint(address);
    }
  });
});

/** What something costs on the link to the board. */
async function scansOf<T>(rig: Rig, work: () => Promise<T>): Promise<{ readonly scans: number; readonly result: T }> {
  const count = async () => (await rig.board.control<{ stats: { scans: number } }>({ get: 'stats' })).stats.scans;
  const before = await count();
  const result = await work();
  return { scans: (await count()) - before, result };
}

/** Does something that needs a breakpoint of its own. */
async function runWithout(target: Rig['live']['target'], address: number, work: () => Promise<void>): Promise<void> {
  await target.removeBreakpoint(address);
  await work();
  await target.placeBreakpoint(address, 'hardware');
}
