// Setting values and watching them, as a client does it, in a program with one of every kind.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { canCompile, compileForBoard } from '../../support/compile';
import { Rig } from './support';

const sources = {
  'kinds.cpp': `
    enum Mode { IDLE, BUSY = 3 };
    int number = 8, other = 9; int &alias = number;
    float ratio = 1.5f; long long far = -5; Mode mode = IDLE; char text[8] = "hello"; unsigned char raw[4] = {72, 105, 0, 0};
    int shadows(int n) {
      int local = n;
      {
        int local = n * 2;
        {
          int local = n * 3;
          other = local + 1;
        }
        other = local;
      }
      return local;
    }
    int main() {
      for (;;) {
        number = shadows(7);
        ratio = ratio + 0.25f;
        far = far - 1;
        mode = mode == IDLE ? BUSY : IDLE;
        raw[1]++;
      }
    }`,
};
const lines = sources['kinds.cpp'].split('\n');
const lineOf = (text: string) => lines.findIndex((line) => line.includes(text)) + 1;

describe('values in a live session', function () {
  this.timeout(40_000);
  let program: string | undefined;
  let rig: Rig;
  before(async function () {
    if (!canCompile()) this.skip();
    program = compileForBoard(sources);
    rig = await Rig.start({ image: program, configuration: { cwd: path.dirname(program) } });
  });
  after(async () => {
    await rig?.stop();
    if (program !== undefined) fs.rmSync(path.dirname(program), { recursive: true, force: true });
  });

  const breakAt = (breakpoints: readonly object[]) =>
    rig.client.request('setBreakpoints', {
      source: { path: path.join(path.dirname(program ?? ''), 'kinds.cpp') },
      breakpoints,
    });
  const frameId = async () =>
    (await rig.client.request('stackTrace', { threadId: 1, levels: 1 })).stackFrames[0]?.id ?? 0;
  /** The variables of a scope, by their names. */
  const scopeNamed = async (name: string) => {
    const { scopes } = await rig.client.request('scopes', { frameId: await frameId() });
    const { variablesReference = 0 } = scopes.find((scope) => scope.name === name) ?? {};
    const { variables } = await rig.client.request('variables', { variablesReference });
    return { variablesReference, variables };
  };

  it('sets and watches what a C++ reference refers to', async () => {
    const statics = await scopeNamed('Statics');
    const where = { variablesReference: statics.variablesReference };
    const set = await rig.client.request('setVariable', { ...where, name: 'alias', value: '21' });
    assert.equal(set.value, '21');
    assert.equal(await rig.evaluate('number'), '21');
    await rig.client.request('setExpression', { expression: 'alias', value: '22', frameId: await frameId() });
    assert.equal(await rig.evaluate('number'), '22');
    const [ofReference, ofObject] = await Promise.all(
      ['alias', 'number'].map((name) => rig.client.request('dataBreakpointInfo', { name })),
    );
    assert.equal(ofReference?.dataId?.replace('alias', 'number'), ofObject?.dataId);
  });

  it('answers what a register was set to', async () => {
    const registers = await scopeNamed('Registers');
    const variablesReference = registers.variables[0]?.variablesReference ?? 0;
    const set = await rig.client.request('setVariable', { variablesReference, name: 'r5', value: '0x77' });
    assert.equal(set.value, '0x77');
    const where = { frameId: await frameId() };
    const expressed = await rig.client.request('setExpression', { expression: '$r5', value: '0x78', ...where });
    assert.equal(Number(expressed.value), 0x78);
  });

  it('sets the variable of an outer block that an inner one hides', async () => {
    await breakAt([{ line: lineOf('other = local + 1;') }]);
    await rig.run('continue');
    await breakAt([]);
    const { variablesReference, variables } = await scopeNamed('Locals');
    const shown = variables.map(({ name, value }) => `${name} = ${value}`);
    const [outer, middle] = [lineOf('int local = n;'), lineOf('int local = n * 2')];
    assert.deepEqual(shown, [`local (line ${outer}) = 7`, `local (line ${middle}) = 14`, 'local = 21']);
    await rig.client.request('setVariable', { variablesReference, name: `local (line ${middle})`, value: '50' });
    const after = await scopeNamed('Locals');
    assert.deepEqual(
      after.variables.map(({ value }) => value),
      ['7', '50', '21'],
    );
  });

  /** Watches, lets the program run, and answers what is said. */
  const watched = async (name: string, accessType = 'write') => {
    const { dataId } = await rig.client.request('dataBreakpointInfo', { name });
    await rig.client.request('setDataBreakpoints', { breakpoints: [{ dataId, accessType }] });
    const { text } = await rig.run('continue');
    return String(text);
  };
  const watchNothing = () => rig.client.request('setDataBreakpoints', { breakpoints: [] });

  it('tells what was written as the Variables view shows it', async () => {
    assert.equal(await watched('ratio'), 'ratio: 1.5 → 1.75');
    assert.equal(await watched('far'), 'far: -5 → -6');
    assert.equal(await watched('mode'), 'mode: IDLE → BUSY');
    await watchNothing();
  });

  it('tells it too where the breakpoint is from an earlier session', async () => {
    const address = (await rig.client.request('evaluate', { expression: '&ratio' })).result.slice(0, 10);
    await rig.client.request('setDataBreakpoints', {
      breakpoints: [{ dataId: `${address} 4 ratio`, accessType: 'write' }],
    });
    assert.match(String((await rig.run('continue'))['text']), /^ratio: 1.75 → 2$/);
    await watchNothing();
  });

  it('does not tell what the user has changed meanwhile', async () => {
    const { dataId } = await rig.client.request('dataBreakpointInfo', { name: 'ratio' });
    await rig.client.request('setDataBreakpoints', { breakpoints: [{ dataId, accessType: 'write' }] });
    await rig.client.request('setExpression', { expression: 'ratio', value: '10' });
    assert.equal((await rig.run('continue'))['text'], 'ratio: 10 → 10.25');
    await watchNothing();
  });

  it('writes log points and live values in the format asked for', async () => {
    const logged = async (logMessage: string) => {
      const from = rig.client.events.length;
      await breakAt([{ line: lineOf('raw[1]++'), logMessage }, { line: lineOf('number = shadows') }]);
      await rig.run('continue');
      await breakAt([]);
      const outputs = rig.client.events.slice(from).filter(({ event }) => event === 'output');
      return outputs.map(({ body }) => String(body['output']).trim()).join();
    };
    assert.match(await logged('{raw,s} {far,x}'), /^"H[i-z]" 0xf{15}[89ab]$/);
    const sampled = async (expression: string) => {
      const from = rig.client.events.length;
      const given = { expressions: [expression], samplesPerSecond: 40 };
      const { subscription } = await rig.client.request('openocd.liveWatch', given);
      const { body } = await rig.client.event('openocd.liveSample', from);
      await rig.client.request('openocd.stopLiveWatch', { subscription });
      return (body['values'] as { text: string }[])[0]?.text;
    };
    assert.match(String(await sampled('raw,s')), /^"H[i-z]"$/);
    await rig.client.request('openocd.numberFormat', { format: 'hexadecimal' });
    assert.equal(await sampled('other'), '0xe');
    assert.equal(await logged('{other} {other,d}'), '0xe 14');
    await rig.client.request('openocd.numberFormat', { format: 'decimal' });
  });

  it('saves a core file in the working folder, or says why not', async () => {
    const folder = path.dirname(program ?? '');
    const missing = await rig.client.failure('openocd.saveCore', { path: 'nowhere/saved.core' });
    assert.match(missing, /nowhere\/saved\.core could not be written: its folder does not exist\. Choose a file/);
    assert.ok(missing.includes(folder));
    const { sizeBytes } = await rig.client.request('openocd.saveCore', { path: 'saved.core' });
    assert.equal(fs.statSync(path.join(folder, 'saved.core')).size, sizeBytes);
  });
});
