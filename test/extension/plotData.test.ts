// What a plot keeps of its samples, and what of it goes into the file.
import assert from 'node:assert/strict';
import { PlotData } from '../../src/extension/plot/plotData';

const samples = (...rows: readonly (readonly [time: number, ...values: (number | null)[]])[]) =>
  ({ kind: 'samples', times: rows.map(([time]) => time), values: rows.map(([, ...values]) => values) }) as const;

describe('The samples of a plot', () => {
  it('stay when the session ends, for the file', () => {
    const data = new PlotData();
    data.setLabels(['counter', 'a "b"']);
    data.add(samples([0, 1, 2], [0.5, 3, null]));
    data.setLabels(['counter', 'a "b"']);
    assert.equal(data.csv(), '"seconds","counter","a ""b"""\n0,1,2\n0.5,3,\n');
  });

  it('go when the series change, and when their source begins anew', () => {
    const data = new PlotData();
    data.setLabels(['x']);
    data.add(samples([10, 1]));
    data.add(samples([0.1, 2]));
    assert.deepEqual(data.columns, [[0.1], [2]]);
    data.setLabels(['x', 'y']);
    assert.deepEqual(data.columns, [[], [], []]);
  });

  it('are kept for a minute', () => {
    const data = new PlotData();
    data.setLabels(['x']);
    for (let second = 0; second <= 100; second++) data.add(samples([second, second]));
    assert.equal(data.columns[0][0], 40);
    assert.equal(data.columns[1]?.[0], 40);
  });
});
