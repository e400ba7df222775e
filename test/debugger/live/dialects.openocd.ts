// The live target against the words of OpenOCD 0.11, 0.12 and what comes after it, on Cortex-M and RISC-V. The Tcl of a real OpenOCD
// runs the engine's procedures; a made-up target (fakeTarget.tcl) answers them in each version's recorded shapes.
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { LiveSession } from '../../../src/debugger/live/liveSession';
import { openLive } from '../../../src/debugger/live/openLive';
import type { Stop } from '../../../src/debugger/live/stopReasons';
import { OpenOcdProcess, Session } from '../../../src/openocd';
import { madeProgram } from '../support/world';

const START = 0x08000400;
const function_ = { name: 'main', low: START, high: START + 0x100 };

for (const kind of ['cortex_m', 'riscv'] as const) {
  for (const dialect of ['0.11', '0.12', 'master'] as const) {
    describe(`a ${kind} behind OpenOCD ${dialect}`, function () {
      this.timeout(20_000);
      const instruction = kind === 'riscv' ? 4 : 2;
      const register = kind === 'riscv' ? 'a0' : 'r0';
      const events = new EventEmitter();
      let process: OpenOcdProcess;
      let session: Session;
      let live: LiveSession;
      before(async function () {
        const stub = path.join(__dirname, 'fakeTarget.tcl');
        const commands = ['-c', `set DIALECT ${dialect}; set KIND ${kind}`, '-f', stub, '-c', 'noinit'];
        let log = '';
        process = await OpenOcdProcess.start(commands, {
          ...{ tclPort: 0, gdbPort: 'disabled', telnetPort: 'disabled' },
          onLog: ({ text }) => {
            log += `${text}\n`;
          },
        });
        await process.waitReady();
        // A later OpenOCD closes the connection where an older one answers: it cannot play that one.
        if (dialect !== 'master' && !/^Open On-Chip Debugger 0\.1[0-2]\.0(?![\w+.-])/m.test(log)) this.skip();
        session = await Session.connect({ port: process.tclPort });
        const program = madeProgram({
          machine: kind === 'riscv' ? 'riscv32' : 'arm',
          coreType: kind,
          functions: [function_],
          memory: {},
          registers: {},
        });
        const none = { targets: undefined, hardwareOnly: false, hardwareLimit: undefined, maskInterrupts: false };
        live = await openLive(session, program, none);
        live.on('stopped', (stop) => events.emit('stopped', stop));
      });
      after(async () => {
        live?.dispose();
        await session?.close();
        await process?.stop();
      });

      const stopAfter = async (action: () => unknown): Promise<Stop> => {
        const stopped = once(events, 'stopped', { signal: AbortSignal.timeout(5000) });
        await action();
        return (await stopped)[0] as Stop;
      };
      const breakAt = (...addresses: number[]) =>
        live.breakpoints.replace(
          'instruction',
          addresses.map((address) => ({ where: { kind: 'instruction', address } })),
        );

      it('is attached to, with its registers', async () => {
        assert.equal(session.dialect.memoryCommands, dialect !== '0.11');
        assert.equal(session.dialect.debugReason, dialect === 'master');
        assert.equal(live.target.state(1).kind, 'halted');
        assert.equal(live.target.programCounter(1), START);
        assert.equal((await live.target.readRegisters(1, ['sp'])).get('sp'), 0x20001000n);
      });

      it('stops at breakpoints, and says when there is no comparator left', async () => {
        const placed = await breakAt(START + 16, START + 32, START + 48);
        const problems = placed.map(({ problem }) => problem);
        assert.deepEqual(problems.slice(0, 2), [undefined, undefined]);
        assert.match(problems[2] ?? '', /No hardware breakpoint is free|was refused/);
        const stop = await stopAfter(() => live.continue(1, true));
        assert.equal(stop.kind, 'instruction breakpoint');
        assert.deepEqual(stop.hit, [placed[0]?.id]);
        assert.equal(live.target.programCounter(1), START + 16);
      });

      it('steps, also off a breakpoint', async () => {
        const stop = await stopAfter(() => live.step(1, 'into', 'instruction'));
        assert.equal(stop.kind, 'step');
        assert.equal(live.target.programCounter(1), START + 16 + instruction);
      });

      if (kind === 'riscv') {
        it('is read beside the running core, a few words at a time', async () => {
          await breakAt();
          await live.continue(1, true);
          while (live.target.state(1).kind === 'halted') await setImmediate();
          let most = 0;
          const counting = session.onExchange(({ scripts }) => {
            most = Math.max(most, scripts.length);
          });
          const { bytes } = await live.target.readMemory(0x20000001, 1000);
          counting.dispose();
          assert.deepEqual([bytes.length, bytes[3], bytes[7]], [1000, 4, 8]);
          assert.ok(most > 1 && most <= 32, String(most));
          const sent: string[] = [];
          const reading = session.onExchange(({ scripts }) => sent.push(...scripts));
          await live.target.writeMemory(0x20000400, new Uint8Array([9, 8, 7, 6]));
          reading.dispose();
          // Only by its physical address does a later OpenOCD write beside a core that runs.
          const writes = sent.filter((script) => script.includes('write_memory'));
          if (dialect === 'master')
            assert.ok(writes.length > 0 && writes.every((script) => / phys$/.test(script)), writes.join());
          assert.deepEqual([...(await live.target.readMemory(0x20000400, 4)).bytes], [9, 8, 7, 6]);
          await stopAfter(() => live.pause(1));
        });
      }

      it('pauses', async () => {
        await breakAt();
        await live.continue(1, true);
        const stop = await stopAfter(() => live.pause(1));
        assert.equal(stop.kind, 'pause');
        assert.equal((await session.command('bp')).trim(), '');
      });

      it('is read in many places at once, but not for long', async () => {
        const ranges = [
          { address: 0x20000000, length: 8 },
          { address: 0x20000100, length: 8 },
          { address: 0x60000000, length: 4 },
          { address: 0x20001000, length: 10_000 },
          { address: 0x20000200, length: 4 },
        ];
        let trips = 0;
        const counting = session.onExchange(() => trips++);
        const reads = await live.target.memory.readMany(ranges);
        counting.dispose();
        assert.deepEqual(
          reads.map((bytes) => bytes?.length),
          [8, 8, undefined, 10_000, 4],
        );
        assert.deepEqual([...(reads[4] ?? [])], [0, 2, 0, 0x20]);
        if (kind === 'cortex_m') assert.equal(trips, 1 + 3 + 1);
      });

      it('is written and read', async () => {
        await live.target.writeRegister(1, register, 0x12345678n);
        assert.equal((await live.target.readRegisters(1, [register])).get(register), 0x12345678n);
        await live.target.writeMemory(0x20000010, new Uint8Array([1, 2, 3, 4]));
        const { bytes } = await live.target.readMemory(0x2000000c, 8);
        assert.deepEqual([...bytes], [0x0c, 0, 0, 0x20, 1, 2, 3, 4]);
        const hole = await live.target.readMemory(0x60000000, 4);
        assert.equal(hole.bytes.length, 0);
        assert.notEqual(hole.problem, undefined);
      });
    });
  }
}
