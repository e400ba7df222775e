// Steps compared with GDB on the same board, from the same state: the core's memory and registers are put back between the two.
// OPENOCD_DEBUG_STEPS says how many steps of each program and kind; a short run when absent.
import assert from 'node:assert/strict';
import { Gdb, hasGdb } from '../../support/gdbMi';
import { Builds, hasToolchain } from './stepOracle/builds';
import { advanceTime, restore, save } from './stepOracle/checkpoint';
import { differences, type Kind, rawText } from './stepOracle/compare';
import { placeOf, type Rig, runTo, startRig } from './support';

const wanted = Number(process.env['OPENOCD_DEBUG_STEPS'] ?? 12);
const commands = { over: 'next', into: 'step', out: 'finish' } as const;
const kinds = ['over', 'into', 'out'] as const;

describe('steps end where GDB’s do, with the same values', function () {
  this.timeout(60_000 + wanted * 3 * 2000);
  let builds: Builds | undefined;
  before(function () {
    if (hasGdb() && hasToolchain()) {
      builds = new Builds();
      return;
    }
    console.log('      (gdb-multiarch, arm-none-eabi-g++ or make is not installed)');
    this.skip();
  });
  after(() => builds?.remove());

  for (const { example, level } of Builds.all) {
    it(`${wanted} of each kind in ${example} ${level}`, async () => {
      assert.ok(builds);
      const file = builds.make(example, level);
      const rig = await startRig(file);
      let gdb: Gdb | undefined;
      try {
        await runTo(rig, 'main');
        // Interrupts would come at other moments for the one than for the other.
        await rig.session.registers.write('primask', 1n);
        gdb = await Gdb.connect(file, rig.board.gdbPort);
        await rig.live.target.refresh();
        assert.deepEqual(await compareSteps(rig, gdb), []);
      } finally {
        await gdb?.stop();
        await rig.stop();
      }
    });
  }
});

/** Walks through the program by steps of all kinds in turn, each made twice. @returns how they differ */
async function compareSteps(rig: Rig, gdb: Gdb): Promise<string[]> {
  const different: string[] = [];
  const done: Record<Kind, number> = { over: 0, into: 0, out: 0 };
  let random = 7;
  for (let i = 0; kinds.some((kind) => done[kind] < wanted); i++) {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    const from = await placeOf(rig);
    const kind = choose(random >>> 16, done, from.depth);
    if (i % 10 === 9) await advanceTime(rig);
    const before = await save(rig);
    await rig.stopAfter(() => rig.live.step(1, kind, 'line'));
    const returned = rig.live.engine.returned(1);
    const ours = {
      place: await placeOf(rig),
      state: await save(rig),
      returned: returned && (await rig.live.engine.run(() => rawText(returned.value))),
    };
    await restore(rig, before);
    await gdb.forget();
    const stop = await gdb.run(commands[kind]);
    await rig.live.target.refresh();
    const theirs = {
      stop,
      state: await save(rig),
      returned: stop.result && (await gdb.command(`output/x ${stop.result}`)),
    };
    done[kind]++;
    for (const text of differences(ours, theirs)) {
      different.push(`${kind} from ${from.function}:${from.line} (0x${from.pc.toString(16)}): ${text}`);
    }
  }
  return different;
}

/** Into leads to new places; nothing comes out of main. */
function choose(random: number, done: Readonly<Record<Kind, number>>, depth: number): Kind {
  const open = kinds.filter((kind) => done[kind] < wanted && (kind !== 'out' || depth > 2));
  return open[random % open.length] ?? 'into';
}
