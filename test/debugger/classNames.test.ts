// Names of classes in expressions about the C++ example: a class is not taken for its constructor.
import assert from 'node:assert/strict';
import path from 'node:path';
import { architectureFor } from '../../src/debugger/arch/architectures';
import { Engine } from '../../src/debugger/engine';
import { ExpressionError } from '../../src/debugger/expressions/expressionError';
import { describe as textOf } from '../../src/debugger/values/describe';
import { openProgram } from '../../src/debuginfo/index';
import { BoardTarget } from './oracle/boardTarget';

describe('class names in expressions', function () {
  this.timeout(60_000);
  const file = path.resolve(__dirname, '../../examples/blinky-cpp/build/blinky-cpp.elf');
  const program = openProgram(file);
  const target = new BoardTarget(file);
  let evaluate: (text: string) => Promise<string>;

  before(async () => {
    const [report] = program.findFunctions('report');
    assert.ok(report);
    assert.ok(target.runTo((pc) => pc === report.afterPrologue));
    const engine = new Engine(program, target, architectureFor('arm', 'armv6m'));
    const { frames } = await engine.frames(1, 0, 1);
    const [frame] = frames;
    assert.ok(frame?.kind === 'call');
    const scope = engine.scope(frame);
    evaluate = async (text) => {
      const { value } = await engine.evaluate(text, scope, { mayStore: false });
      return engine.run(() => textOf(value));
    };
  });
  after(() => program.close());

  it('mean the class', async () => {
    assert.equal(await evaluate('sizeof(Program)'), await evaluate('sizeof(self)'));
    assert.equal(await evaluate('((Program*)program)->shapes'), await evaluate('self.shapes'));
    await assert.rejects(evaluate('Program'), (error) => {
      assert.ok(error instanceof ExpressionError);
      assert.match(error.problem, /is a type, not a value/);
      return true;
    });
  });

  it('mean the constructor where the class is named twice', async () => {
    assert.match(await evaluate('Program::Program'), /<\(anonymous namespace\)::Program::Program\(\)>$/);
  });

  it('are written alike in symbols of functions and of variables', async () => {
    assert.match(await evaluate('&wave'), /<\(anonymous namespace\)::wave>$/);
  });
});
