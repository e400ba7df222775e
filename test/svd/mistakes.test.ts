// What vendors get wrong: read all the same, and said so with line and path.
import assert from 'node:assert/strict';
import { type Device, parseDevice } from '../../src/svd';
import { device, field, peripheral, register, withFields, withRegisters } from './support';

/** Asserts that exactly these warnings came, each given as a pattern of “line path: message”. */
function assertWarnings(svd: Device, ...patterns: RegExp[]): void {
  const told = svd.warnings.map(({ line, path, message }) => `${line} ${path}: ${message}`);
  assert.equal(told.length, patterns.length, told.join('\n') || 'no warning');
  for (const [index, pattern] of patterns.entries()) assert.match(told[index] ?? '', pattern);
}

const register32 = (name: string, rest = '') =>
  `<register><name>${name}</name><addressOffset>4</addressOffset>${rest}</register>`;

describe('SVD mistakes', () => {
  it('reports an unknown element once, with its place', () => {
    const svd = withRegisters(`${register32('A', '\n<colour>red</colour>')}${register32('B', '<colour>red</colour>')}`);
    assertWarnings(svd, /^2 P\.A: <colour> is not an element of <register>; it is ignored/);
    assert.ok(register(svd, 'P.B'));
  });

  it('reads numbers written in other ways', () => {
    const svd = withRegisters(
      '<register><name>R</name><addressOffset>1C</addressOffset><resetValue>0x1234_5678UL</resetValue></register>',
    );
    assert.equal(register(svd, 'P.R').address, 0x101cn);
    assert.equal(register(svd, 'P.R').resetValue, 0x1234_5678n);
    assertWarnings(svd, /P\.R: <addressOffset>: “1C” .* taken as 0x1c/, /P\.R: <resetValue>: .* taken as 0x12345678/);
  });

  it('ignores what is no number', () => {
    const svd = withRegisters(register32('R', '<resetValue>see manual</resetValue><size></size>'));
    assert.equal(register(svd, 'P.R').resetValue, 0n);
    assertWarnings(svd, /P\.R: “see manual” cannot be read as <resetValue>/, /P\.R: <size> is empty/);
  });

  it('assumes what is missing', () => {
    const svd = parseDevice(
      '<device><name>D</name><peripherals><peripheral><name>P</name><registers>\n<register><name>R</name></register>\n' +
        '<register><addressOffset>8</addressOffset></register></registers></peripheral></peripherals></device>',
    );
    assert.equal(register(svd, 'P.R').size, 32);
    assert.equal(register(svd, 'P.unnamed_line3').address, 8n);
    assertWarnings(
      svd,
      /^1 P: The peripheral has no baseAddress/,
      /^2 P\.R: The register has no usable addressOffset/,
      /^2 P\.R: No register size is given/,
      /^3 P\.unnamed_line3: <register> has no name/,
    );
  });

  it('keeps both of two equal names, and finds the first', () => {
    const svd = withRegisters(
      `${register32('R')}<register><name>R</name><addressOffset>8</addressOffset></register>` +
        '<register><name>R</name><alternateGroup>G</alternateGroup><addressOffset>12</addressOffset></register>',
    );
    assert.equal(peripheral(svd, 'P').members.length, 3);
    assert.equal(register(svd, 'P.R').addressOffset, 4);
    assertWarnings(svd, /P\.R: The name R comes more than once/);
  });

  it('leaves an unknown derivedFrom underived', () => {
    const svd = withRegisters(
      '<register derivedFrom="NOWHERE.X"><name>R</name><addressOffset>0</addressOffset></register>',
    );
    assert.ok(register(svd, 'P.R'));
    assertWarnings(svd, /P\.R: derivedFrom="NOWHERE\.X" names no register of this file/);
  });

  it('breaks a circle of derivedFrom', () => {
    const svd = device(
      '<peripheral derivedFrom="B"><name>A</name><baseAddress>1</baseAddress></peripheral>' +
        '<peripheral derivedFrom="C"><name>B</name><baseAddress>2</baseAddress></peripheral>' +
        '<peripheral derivedFrom="A"><name>C</name><baseAddress>3</baseAddress></peripheral>',
    );
    assert.equal(svd.peripherals.length, 3);
    assertWarnings(svd, /C: derivedFrom="A" leads back/);
    const self = withRegisters('<register derivedFrom="R"><name>R</name><addressOffset>0</addressOffset></register>');
    assertWarnings(self, /P\.R: derivedFrom="R" names no register/);
  });

  it('breaks a cluster that contains itself', () => {
    const svd = withRegisters(
      '<cluster><name>C</name><addressOffset>0</addressOffset>' +
        `<cluster derivedFrom="P.C"><name>INNER</name><addressOffset>4</addressOffset></cluster>${register32('R')}</cluster>`,
    );
    assert.equal(register(svd, 'P.C.R').address, 0x1004n);
    assertWarnings(svd, /derivedFrom makes this cluster contain itself/);
  });

  it('shows overlapping fields, and fields beyond the register', () => {
    const svd = withFields(
      '<field><name>A</name><bitRange>[3:0]</bitRange></field><field><name>B</name><bitRange>[5:2]</bitRange></field>' +
        '<field><name>C</name><bitRange>[40:38]</bitRange></field>',
    );
    assert.equal(register(svd, 'P.R').fields.length, 3);
    assertWarnings(
      svd,
      /P\.R: The fields A and B overlap in bit 2/,
      /P\.R: The field C reaches bit 40 of a register of 32/,
    );
  });

  it('accepts a read-only field under a write-only one in silence', () => {
    const svd = withFields(
      '<field><name>A</name><bitRange>[3:0]</bitRange><access>read-only</access></field>' +
        '<field><name>B</name><bitRange>[3:0]</bitRange><access>write-only</access></field>',
    );
    assertWarnings(svd);
  });

  it('mends bit ranges', () => {
    const svd = withFields(
      '<field><name>A</name><bitRange>[0:3]</bitRange></field><field><name>B</name><lsb>9</lsb><msb>8</msb></field>' +
        '<field><name>C</name><bitOffset>12</bitOffset></field><field><name>D</name></field>' +
        '<field><name>E</name><bitOffset>1</bitOffset><bitWidth>0</bitWidth></field>',
    );
    assert.deepEqual(
      register(svd, 'P.R').fields.map(({ name, lsb, width }) => [name, lsb, width]),
      [
        ['A', 0, 4],
        ['B', 8, 2],
        ['C', 12, 1],
      ],
    );
    assertWarnings(
      svd,
      /P\.R\.A: <bitRange>: .* taken as \[3:0\]/,
      /P\.R\.B: <lsb> 9 is above <msb> 8/,
      /P\.R\.C: .* it is 1 bit wide/,
      /P\.R\.D: The field has no usable bit position/,
      /P\.R\.E: Bit 1 with width 0/,
    );
  });

  it('mends words', () => {
    const svd = withRegisters(register32('R', '<access>Read-Only</access><readAction>wipe</readAction>'));
    assert.equal(register(svd, 'P.R').access, 'read-only');
    assertWarnings(svd, /<access>: “Read-Only” should be “read-only”/, /“wipe” cannot be read as <readAction>/);
  });

  it('copes with arrays whose numbers do not agree', () => {
    const dim = (name: string, rest: string) =>
      `<register><dim>3</dim>${rest}<name>${name}</name><addressOffset>0</addressOffset></register>`;
    const svd = withRegisters(
      `${dim('A%s', '<dimIncrement>4</dimIncrement><dimIndex>X,Y</dimIndex>')}${dim('B', '<dimIncrement>4</dimIncrement>')}` +
        `${dim('C%s', '')}<register><name>D%s</name><addressOffset>0</addressOffset></register>`,
    );
    assert.deepEqual(
      [...peripheral(svd, 'P').members].map((member) => member.name),
      ['AX', 'AY', 'A2', 'B0', 'B1', 'B2', 'C0', 'C1', 'C2', 'D%s'],
    );
    assertWarnings(
      svd,
      /<dimIndex> “X,Y” gives 2 names where <dim> asks for 3/,
      /P\.B: <dim> is given, but the name has no %s/,
      /P\.C%s: <dim> comes without a usable <dimIncrement>/,
      /P\.D%s: The name has a place for an index, but there is no <dim>/,
    );
  });

  it('leaves out enumerated values that say nothing, and keeps those too big', () => {
    const svd = withFields(
      '<field><name>F</name><bitRange>[1:0]</bitRange><enumeratedValues><enumeratedValue><name>NONE</name></enumeratedValue>' +
        '<enumeratedValue><name>BIG</name><value>4</value></enumeratedValue></enumeratedValues></field>',
    );
    assert.deepEqual(
      field(svd, 'P.R.F')
        .valuesFor('read')
        .map((entry) => entry.name),
      ['BIG'],
    );
    assertWarnings(svd, /NONE has no usable value/, /BIG is 4, which 2 bits cannot hold/);
  });

  it('reads HTML entities, bare ampersands and CDATA in descriptions', () => {
    const svd = withRegisters(
      register32('R', '<description>5&nbsp;&deg;C &lt; R & D; <![CDATA[a & b]]> &unknown;</description>'),
    );
    assert.equal(register(svd, 'P.R').description, '5 °C < R & D; a & b &unknown;');
    assertWarnings(svd, /“&” stands alone/, /undefined entity/);
  });

  it('reads through a DOCTYPE without expanding anything', () => {
    const svd = parseDevice(
      '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>' +
        '<device><name>D</name><description>&b;</description><peripherals/></device>',
    );
    assert.equal(svd.description, '&b;');
    assertWarnings(svd, /undefined entity/, /no peripherals/);
  });

  it('lists 1,000 warnings and counts the rest', () => {
    const svd = withRegisters(Array.from({ length: 1500 }, (_, i) => register32(`R${i}`, '<size>x</size>')).join(''));
    assert.equal(svd.warnings.length, 1001);
    assert.match(svd.warnings.at(-1)?.message ?? '', /^500 more warnings are not listed/);
  });
});
