// Steps compared with GDB on the same board, from the same state: the core's memory and registers are put back between the two.
// OPENOCD_DEBUG_STEPS says how many steps of each program and kind; a short run when absent.
import assert from 'node:assert/strict';
import { Gdb, hasGdb } from '../../support/gdbMi';
import { blinkyC, placeOf, type Rig, runTo, startRig } from './support';

const steps = Number(process.env['OPENOCD_DEBUG_STEPS'] ?? 15);
const RAM = 0x20000000;
const RAM_BYTES = 16 * 1024;
const registers = [...Array.from({ length: 13 }, (_, i) => `r${i}`), 'sp', 'lr', 'pc', 'xPSR', 'primask', 'control'];

interface Checkpoint {
  readonly memory: Buffer;
  readonly values: ReadonlyMap<string, bigint>;
}

async function save({ session }: Rig): Promise<Checkpoint> {
  return {
    memory: await session.memory.readBytes(RAM, RAM_BYTES),
    values: await session.registers.readMany(registers),
  };
}

async function restore({ session, live }: Rig, { memory, values }: Checkpoint): Promise<void> {
  const now = await session.memory.readBytes(RAM, RAM_BYTES);
  // Most of it is as it was.
  for (let at = 0; at < RAM_BYTES; at += 64) {
    const [old, current] = [memory.subarray(at, at + 64), now.subarray(at, at + 64)];
    if (!old.equals(current)) await session.memory.writeBytes(RAM + at, old);
  }
  await session.command([...values].map(([name, value]) => `reg ${name} 0x${value.toString(16)}`).join('; '));
  await live.target.refresh();
}

const kinds = { over: 'next', into: 'step', out: 'finish' } as const;

for (const [name, program] of Object.entries({ 'blinky-c': blinkyC })) {
  describe(`steps of ${name} end where GDB's do`, function () {
    this.timeout(600_000);
    let rig: Rig;
    let gdb: Gdb;

    before(async function () {
      if (!hasGdb()) {
        console.log('      (gdb-multiarch is not installed)');
        this.skip();
      }
      rig = await startRig(program);
      await runTo(rig, 'main');
      // Interrupts would come at other moments for the one than for the other.
      await rig.session.registers.write('primask', 1n);
      gdb = await Gdb.connect(program, rig.board.gdbPort);
      await rig.live.target.refresh();
    });
    after(async () => {
      await gdb?.stop();
      await rig?.stop();
    });

    for (const kind of ['over', 'out'] as const) {
      it(`${steps} × step ${kind}`, async () => {
        const different: string[] = [];
        for (let i = 0; i < steps; i++) {
          const from = await placeOf(rig);
          // Out of main there is nothing; time goes on by hand, so that the program's tasks are due again.
          let actual = kind as keyof typeof kinds;
          if (kind === 'out' && (from.depth < 3 || i % 3 !== 2)) actual = 'into';
          if (i % 10 === 9) await advanceTime(rig);
          const checkpoint = await save(rig);
          await rig.stopAfter(() => rig.live.step(1, actual, 'line'));
          const ours = await placeOf(rig);
          await restore(rig, checkpoint);
          await gdb.forget();
          const theirs = await gdb.run(kinds[actual]);
          await rig.live.target.refresh();
          const same = await placeOf(rig);
          // A step in between only leads to another place.
          if (actual !== kind) continue;
          const isSame =
            ours.line === theirs.line && ours.function === plainName(theirs.function) && ours.cfa === same.cfa;
          if (!isSame) {
            different.push(
              `${actual} from ${from.function}:${from.line} (0x${from.pc.toString(16)}): ours ${ours.function}:${ours.line} (0x${ours.pc.toString(16)}), GDB ${theirs.function}:${theirs.line} (0x${theirs.pc.toString(16)})`,
            );
          }
        }
        assert.deepEqual(different, []);
      });
    }
  });
}

/** Moves the program's clock on by what a second of interrupts would. */
async function advanceTime({ live, session }: Rig): Promise<void> {
  const [ticks] = live.engine.program.findVariables('ticks');
  if (ticks === undefined) return;
  const address = live.engine.scope(undefined).valueOf(ticks).address ?? 0;
  await session.memory.writeU32(address, (await session.memory.readU32(address)) + 500);
  live.engine.invalidate();
}

/** `ns::Class<T>::method(int)` → `method`. */
const plainName = (name: string | undefined) =>
  name
    ?.replace(/\(anonymous namespace\)::/g, '')
    .replace(/\(.*$/, '')
    .replace(/^(?:[^<:]|<(?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)*>|:(?!:))*::/g, '')
    .replace(/^.*::(?=[~\w]+(?:<|$))/, '');
