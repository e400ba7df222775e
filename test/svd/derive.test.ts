// derivedFrom and inheritance where they meet arrays, scopes and each other.
import assert from 'node:assert/strict';
import { device, field, peripheral, register, withFields, withRegisters } from './support';

const one = (name: string, offset: number, more = '', attributes = '') =>
  `<register${attributes}><name>${name}</name><addressOffset>${offset}</addressOffset>${more}</register>`;
const from = (path: string) => ` derivedFrom="${path}"`;

describe('SVD derivation', () => {
  it('takes an array over only when the name has a place for the index', () => {
    const array = '<dim>2</dim><dimIncrement>4</dimIncrement>';
    const svd = withRegisters(
      one('A%s', 0, array) +
        one('B%s', 16, '', from('A%s')) +
        one('C', 32, '', from('A%s')) +
        one('D', 48, '', from('A1')),
    );
    assert.deepEqual(
      [...peripheral(svd, 'P').members].map((member) => member.name),
      ['A0', 'A1', 'B0', 'B1', 'C', 'D'],
    );
    assert.equal(register(svd, 'P.B1').address, 0x1014n);
    assert.deepEqual(svd.warnings, []);
  });

  it('inherits where the deriving element stands, not where the other one does', () => {
    const svd = device(
      `<peripheral><name>P</name><baseAddress>0</baseAddress><size>8</size><registers>${one('R', 0)}</registers></peripheral>` +
        '<peripheral derivedFrom="P"><name>Q</name><baseAddress>16</baseAddress><size>16</size></peripheral>' +
        `<peripheral><name>S</name><baseAddress>32</baseAddress><registers>${one('R', 0, '', from('P.R'))}</registers></peripheral>`,
    );
    assert.deepEqual(
      ['P.R', 'Q.R', 'S.R'].map((path) => register(svd, path).size),
      [8, 16, 32],
    );
  });

  it('follows chains, forwards and backwards', () => {
    const chain =
      one('A', 0, '', from('B')) +
      one('B', 4, '', from('C')) +
      one('C', 8, '<access>read-only</access>') +
      one('D', 12, '', from('A'));
    const svd = withRegisters(chain);
    for (const name of ['A', 'B', 'C', 'D']) assert.equal(register(svd, `P.${name}`).access, 'read-only');
  });

  it('finds what a derived peripheral has taken over', () => {
    const svd = device(
      '<peripheral derivedFrom="P"><name>Q</name><baseAddress>16</baseAddress></peripheral>' +
        `<peripheral><name>P</name><baseAddress>0</baseAddress><registers>${one('R', 0, '<access>read-only</access>')}</registers></peripheral>` +
        `<peripheral><name>S</name><baseAddress>32</baseAddress><registers>${one('T', 0, '', from('Q.R'))}</registers></peripheral>`,
    );
    assert.equal(register(svd, 'S.T').access, 'read-only');
    assert.deepEqual(svd.warnings, []);
  });

  it('replaces a field’s place as a whole, and fields by name', () => {
    const svd = withRegisters(
      one(
        'A',
        0,
        '<fields><field><name>X</name><bitRange>[7:4]</bitRange><access>read-only</access></field></fields>',
      ) +
        one(
          'B',
          4,
          '<fields><field derivedFrom="A.X"><name>Y</name><lsb>0</lsb><msb>1</msb></field><field><name>X</name><bitRange>[8:8]</bitRange></field></fields>',
          from('A'),
        ),
    );
    assert.deepEqual(
      register(svd, 'P.B').fields.map(({ name, lsb, width, access }) => [name, lsb, width, access]),
      [
        ['X', 8, 1, 'read-write'],
        ['Y', 0, 2, 'read-only'],
      ],
    );
  });

  it('finds enumerated values by name wherever they are, nearest first, and lets the usage differ', () => {
    const values = (name: string, value: string) =>
      `<enumeratedValues><name>${name}</name><enumeratedValue><name>${value}</name><value>0</value></enumeratedValue></enumeratedValues>`;
    const bit = (name: string, at: number, inside: string) =>
      `<field><name>${name}</name><bitRange>[${at}:${at}]</bitRange>${inside}</field>`;
    const borrowed = '<enumeratedValues derivedFrom="E"><usage>write</usage></enumeratedValues>';
    const svd = withRegisters(
      one('FAR', 0, `<fields>${bit('F', 0, values('E', 'far'))}${bit('G', 1, borrowed)}</fields>`) +
        one('NEAR', 4, `<fields>${bit('G', 1, borrowed)}${bit('F', 0, values('E', 'near'))}</fields>`) +
        one('NONE', 8, `<fields>${bit('G', 1, borrowed)}</fields>`),
    );
    const named = (path: string) => field(svd, path).enumerated(0n, 'write')?.name;
    assert.deepEqual([named('P.FAR.G'), named('P.NEAR.G'), named('P.NONE.G')], ['far', 'near', 'far']);
    assert.equal(field(svd, 'P.NEAR.G').enumerated(0n, 'read'), undefined);
    assert.deepEqual(svd.warnings, []);
  });

  it('reads addresses beyond 2^53 and negative interrupt numbers exactly', () => {
    const svd = device(
      '<peripheral><name>P</name><baseAddress>0xFFFFFFFFFFFF0000</baseAddress><interrupt><name>I</name><value>-1</value></interrupt>' +
        `<registers>${one('R', 4)}</registers></peripheral>`,
    );
    assert.equal(register(svd, 'P.R').address, 0xffff_ffff_ffff_0004n);
    assert.deepEqual(peripheral(svd, 'P').interrupts, [{ name: 'I', value: -1 }]);
  });

  it('keeps fields of up to 64 bits exact', () => {
    const svd = withFields('<field><name>F</name><bitRange>[63:0]</bitRange></field>');
    assert.equal(field(svd, 'P.R.F').maximum, 0xffff_ffff_ffff_ffffn);
  });
});
