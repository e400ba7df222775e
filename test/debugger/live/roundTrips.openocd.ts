// What a session costs on the way to OpenOCD: round trips, counted, since each is felt on a slow machine or link.
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import type { LiveSession } from '../../../src/debugger/live/liveSession';
import { openLive } from '../../../src/debugger/live/openLive';
import { openElf } from '../../../src/debugger/openCore';
import { Session } from '../../../src/openocd';
import { type RunningBoard, startBoard } from '../../support/board';
import { blinkyC } from './support';

/** Asked whenever OpenOCD tells of a change, beside everything else. */
const isStatesQuestion = (scripts: readonly string[]) => scripts.some((script) => /lappend states/.test(script));

describe('round trips', function () {
  this.timeout(30_000);
  let board: RunningBoard;
  let session: Session;
  let live: LiveSession;
  let trips: (readonly string[])[] = [];
  const program = openElf(blinkyC);
  before(async () => {
    board = await startBoard({ image: blinkyC });
    session = await Session.connect({ port: board.tclPort });
    session.onExchange(({ scripts }) => {
      if (!isStatesQuestion(scripts)) trips.push(scripts);
    });
  });
  beforeEach(() => {
    trips = [];
  });
  after(async () => {
    live?.dispose();
    await session?.close();
    program.close();
    await board?.stop();
  });

  it('of attaching are two: what there is, and how it stands', async () => {
    live = await openLive(session, program, {
      targets: undefined,
      hardwareOnly: false,
      hardwareLimit: undefined,
      maskInterrupts: false,
    });
    assert.equal(trips.length, 2, trips.join('\n'));
  });

  it('of a reset is one, with everything the stop needs', async () => {
    await live.resetHalt();
    assert.equal(trips.length, 1, trips.join('\n'));
    assert.equal(live.target.state(1).kind, 'halted');
    assert.equal(live.target.programCounter(1), program.findFunctions('Reset_Handler')[0]?.entry);
  });

  it('of comparing the flash are four: its sectors, what the core has, the memory it will use, and its run', async () => {
    // As a launch does: nobody else looks at the core meanwhile.
    await live.exclusively(() => session.flash.verify(blinkyC));
    trips = [];
    await live.exclusively(() => session.flash.verify(blinkyC));
    assert.equal(trips.length, 4, trips.join('\n'));
  });

  it('of asking where the flash lies is one, however many ask at once', async () => {
    await Promise.all([0x08000000, 0x20000000, 0x08000100].map((address) => live.target.isInFlash(address, 4)));
    assert.equal(trips.length, 1, trips.join('\n'));
  });

  it('of running to main is one', async () => {
    const events = new EventEmitter();
    live.on('stopped', () => events.emit('stopped'));
    const stopped = once(events, 'stopped');
    const main = program.findFunctions('main')[0]?.entry ?? 0;
    live.runTo(1, [main], { kind: 'entry', description: undefined });
    await stopped;
    assert.equal(live.target.programCounter(1), main);
    assert.equal(trips.length, 1, trips.join('\n'));
  });

  it('of a pause are none for a stop that was seen already', async () => {
    await live.continue(1, true);
    trips = [];
    await live.pause(1);
    const looks = trips.flat().filter((script) => /^openocd_debug_live_\d+_look /.test(script));
    assert.deepEqual(looks, []);
  });

  it('of a variable that was looked at before are none: it comes with the stop', async () => {
    const address = program.symbolNamed('counter')?.address ?? 0;
    const look = async () => {
      const word = await live.engine.run(() => live.engine.memory.read(address, 4));
      return Buffer.from(word ?? []).readUInt32LE();
    };
    const events = new EventEmitter();
    live.on('stopped', () => events.emit('stopped'));
    const step = async () => {
      const stopped = once(events, 'stopped');
      live.step(1, 'over', 'instruction');
      await stopped;
      trips = [];
    };
    await look();
    await session.memory.writeU32(address, 4711);
    await step();
    assert.equal(await look(), 4711);
    assert.deepEqual(trips, []);
    await session.memory.writeU32(address, 4712);
    await step();
    assert.equal(await look(), 4712, 'what comes along is as new as the stop');
    assert.deepEqual(trips, []);

    for (let i = 0; i < 10; i++) await step();
    await look();
    assert.equal(trips.length, 1, 'what nobody looks at any more is not read for ever');
  });
});
