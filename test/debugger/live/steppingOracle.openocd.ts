// Steps compared with GDB on the same board, from the same state: the core's memory and registers are put back between the two.
// OPENOCD_DEBUG_STEPS says how many steps of each program and kind; a short run when absent.
import assert from 'node:assert/strict';
import { Gdb, hasGdb } from '../../support/gdbMi';
import { Builds, hasToolchain } from './stepOracle/builds';
import { StepComparison } from './stepOracle/comparison';
import { type Rig, runTo, startRig } from './support';

const wanted = Number(process.env['OPENOCD_DEBUG_STEPS'] ?? 10);

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
        const comparison = new StepComparison(rig, gdb);
        await comparison.run(wanted);
        if (comparison.explained > 0) console.log(`      ${comparison.explained} differ by a rule`);
        assert.deepEqual(comparison.different, []);
      } finally {
        await gdb?.stop();
        await rig.stop();
      }
    });
  }
});
