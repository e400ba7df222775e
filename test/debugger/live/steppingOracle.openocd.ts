// Steps compared with GDB on the same board, from the same state: the core's memory and registers are put back between the two.
// OPENOCD_DEBUG_STEPS says how many steps of each program and kind; a short run when absent.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Gdb, hasGdb } from '../../support/gdbMi';
import { Builds, hasToolchain } from './stepOracle/builds';
import { StepComparison } from './stepOracle/comparison';
import { buildSteps } from './steppingProgram';
import { type Rig, runTo, startRig } from './support';

const wanted = Number(process.env['OPENOCD_DEBUG_STEPS'] ?? 5);

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
      await withBoth(builds.make(example, level), async (comparison) => {
        await comparison.run(wanted);
        if (comparison.explained > 0) console.log(`      ${comparison.explained} differ by a rule`);
        assert.deepEqual(comparison.different, []);
      });
    });
  }

  for (const level of ['-O0', '-Og']) {
    it(`and so do the values that functions of all kinds of types return, ${level}`, async () => {
      const file = buildSteps(level);
      try {
        await withBoth(file, async (comparison, rig) => {
          const returned: Record<string, string | undefined> = {};
          for (const name of ['byte', 'long', 'float', 'double', 'vector', 'pair', 'text']) {
            await runTo(rig, `as_${name}`);
            comparison.forget();
            returned[name] = (await comparison.compare('out')).returned;
          }
          assert.deepEqual(comparison.different, []);
          const { text, ...numbers } = returned;
          assert.match(text ?? '', /^0x8[0-9a-f]{6}$/);
          assert.deepEqual(numbers, {
            byte: '0xcd',
            long: '0x123456789f',
            // 1.25 and 0.625 as IEEE 754 has them.
            float: '0x3fa00000',
            double: '0x3fe4000000000000',
            vector: '{x = 0x5, y = 0xfffffffb, z = 0x6}',
            pair: '{low = 0x5, high = 0xfffb}',
          });
        });
      } finally {
        fs.rmSync(path.dirname(file), { recursive: true, force: true });
      }
    });
  }
});

/** Runs a program to main on a board that we and GDB are connected to. */
async function withBoth(file: string, work: (comparison: StepComparison, rig: Rig) => Promise<void>): Promise<void> {
  const rig: Rig = await startRig(file);
  let gdb: Gdb | undefined;
  try {
    await runTo(rig, 'main');
    // Interrupts would come at other moments for the one than for the other.
    await rig.session.registers.write('primask', 1n);
    gdb = await Gdb.connect(file, rig.board.gdbPort);
    await gdb.command('set print repeats unlimited');
    await gdb.command('set print elements unlimited');
    await rig.live.target.refresh();
    await work(new StepComparison(rig, gdb), rig);
  } finally {
    await gdb?.stop();
    await rig.stop();
  }
}
