// The C++ example on the simulated board, stopped at the beginning of report().
import assert from 'node:assert/strict';
import path from 'node:path';
import { architectureFor } from '../../../src/debugger/arch/architectures';
import { Engine } from '../../../src/debugger/engine';
import type { Value } from '../../../src/debugger/values/value';
import { openProgram } from '../../../src/debuginfo/index';
import { BoardTarget } from '../oracle/boardTarget';

export interface StoppedExample {
  /** Shows in some way what an expression in the frame of report() evaluates to. */
  look<T>(expression: string, show: (value: Value) => T): Promise<T>;
  close(): void;
}

export async function cppExampleInReport(): Promise<StoppedExample> {
  const file = path.resolve(__dirname, '../../../examples/blinky-cpp/build/blinky-cpp.elf');
  const program = openProgram(file);
  const target = new BoardTarget(file);
  const [report] = program.findFunctions('report');
  assert.ok(report);
  assert.ok(target.runTo((pc) => pc === report.afterPrologue));
  const engine = new Engine(program, target, architectureFor('arm', 'armv6m'));
  const [frame] = (await engine.frames(1, 0, 1)).frames;
  assert.ok(frame?.kind === 'call');
  const scope = engine.scope(frame);
  return {
    look: async (expression, show) => {
      const { value } = await engine.evaluate(expression, scope, { mayStore: false });
      return engine.run(() => show(value));
    },
    close: () => program.close(),
  };
}
