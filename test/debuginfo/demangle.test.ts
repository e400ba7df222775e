// Demangling of ELF symbol names: C++ (Itanium), Rust legacy and v0, and names that are neither.
import assert from 'node:assert/strict';
import { demangle } from '../../src/debuginfo/demangle';

describe('demangle', () => {
  const names: [string, string][] = [
    ['_ZN3foo3barEi', 'foo::bar(int)'],
    ['_ZNSt6vectorIiSaIiEE9push_backERKi', 'std::vector<int, std::allocator<int> >::push_back(int const&)'],
    ['_ZGVZ1fvE1x', 'guard variable for f()::x'],
    ['_ZN3foo3barEi.constprop.0', 'foo::bar(int) [clone .constprop.0]'],
    ['_ZN12_GLOBAL__N_14waveE', '(anonymous namespace)::wave'],
    ['_ZN12_GLOBAL__N_17wave_atEj', '(anonymous namespace)::wave_at(unsigned int)'],
    ['_ZN4core3fmt5write17h0123456789abcdefE', 'core::fmt::write'],
    ['_RNvCs1234_7mycrate3foo', 'mycrate::foo'],
    ['_RINvNtC3std3mem8align_ofdE', 'std::mem::align_of::<f64>'],
  ];
  for (const [mangled, expected] of names) {
    it(`${mangled} is ${expected}`, () => assert.equal(demangle(mangled), expected));
  }

  it('leaves other names alone', () => {
    for (const name of [
      '',
      'main',
      '_start',
      '__aeabi_uidiv',
      '_Z',
      '_ZNotMangled',
      '_Reset',
      '_ZN3foo3ba',
      'Zürich',
      '$t',
    ]) {
      assert.equal(demangle(name), name);
    }
  });

  it('survives names made to exhaust it', () => {
    for (const hostile of [
      `_Z1f${'P'.repeat(30_000)}i`,
      `_Z1fIX${'ad'.repeat(10_000)}`,
      `_RI${'R'.repeat(30_000)}`,
      `_Z1f${'_'.repeat(100_000)}`,
    ]) {
      assert.equal(typeof demangle(hostile), 'string');
    }
    assert.equal(demangle('_ZN3foo3bazEv'), 'foo::baz()', 'still works afterwards');
  });
});
