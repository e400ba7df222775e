// Names of classes in expressions about the C++ example: a class is not taken for its constructor.
import assert from 'node:assert/strict';
import { ExpressionError } from '../../src/debugger/expressions/expressionError';
import { describe as textOf } from '../../src/debugger/values/describe';
import { cppExampleInReport, type StoppedExample } from './support/cppExample';

describe('class names in expressions', function () {
  this.timeout(60_000);
  let example: StoppedExample;
  before(async () => {
    example = await cppExampleInReport();
  });
  const evaluate = (text: string) => example.look(text, (value) => textOf(value));
  after(() => example.close());

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
