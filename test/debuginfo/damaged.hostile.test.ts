// Files made to harm: sizes of 4 GB, references in circles, nesting without end, abbreviation bombs. Each is answered or refused
// quickly and within little memory.
import assert from 'node:assert/strict';
import * as dw from '../../src/debuginfo/dwarf/constants';
import { DebugInfoError } from '../../src/debuginfo/errors';
import { openBytes } from './damagedSupport';
import { abbreviations, Bytes, elfFile, unit4 } from './elfWriter';
import { withoutHang } from './hangGuard';

const COMPILE_UNIT = [1, dw.DW_TAG_compile_unit, true, dw.DW_AT_name, dw.DW_FORM_string] as const;

function openUnit(declarations: Uint8Array, entries: Bytes, extra: Record<string, Uint8Array> = {}) {
  return openBytes(elfFile({ '.debug_abbrev': declarations, '.debug_info': unit4(entries), ...extra }));
}

describe('hostile files', () => {
  it('refuses what is no ELF file with section and offset', () => {
    for (const bytes of [
      new Uint8Array(0),
      new Uint8Array(3),
      new Uint8Array(64),
      Buffer.from('#!/bin/sh\n'.repeat(9)),
    ])
      assert.throws(
        () => openBytes(new Uint8Array(bytes)),
        (error) => error instanceof DebugInfoError && error.section === 'file',
      );
  });

  it('reads a unit that claims 4 GB as far as it goes, with a warning', () => {
    const entries = new Bytes().uleb(1).text('main.c').uleb(2).text('count').u8(0);
    const declarations = abbreviations(COMPILE_UNIT, [2, dw.DW_TAG_base_type, false, dw.DW_AT_name, dw.DW_FORM_string]);
    const program = openBytes(elfFile({ '.debug_abbrev': declarations, '.debug_info': unit4(entries, 0xffff_ffe0) }));
    assert.equal(program.findTypes('count')[0]?.name, 'count');
    assert.equal(program.warnings[0]?.section, '.debug_info');
    assert.equal(program.warnings[0]?.offset, 0);
  });

  it('survives a block of 4 GB', () => {
    const declarations = abbreviations(COMPILE_UNIT, [
      2,
      dw.DW_TAG_variable,
      false,
      dw.DW_AT_location,
      dw.DW_FORM_block4,
    ]);
    const program = openUnit(declarations, new Bytes().uleb(1).text('main.c').uleb(2).u32(0xffff_ffff));
    assert.deepEqual(program.globals(), []);
    assert.match(program.warnings[0]?.message ?? '', /4294967295 bytes expected/);
  });

  it('ends at types that consist of themselves', () => {
    // typedef 2 → const 3 → typedef 2; an array of itself; a structure whose member is itself.
    const name = [dw.DW_AT_name, dw.DW_FORM_string, dw.DW_AT_type, dw.DW_FORM_ref4] as const;
    const declarations = abbreviations(
      COMPILE_UNIT,
      [2, dw.DW_TAG_typedef, false, ...name],
      [3, dw.DW_TAG_const_type, false, dw.DW_AT_type, dw.DW_FORM_ref4],
      [4, dw.DW_TAG_array_type, false, dw.DW_AT_type, dw.DW_FORM_ref4],
    );
    const entries = new Bytes().uleb(1).text('main.c');
    const typedefAt = 11 + entries.length;
    const constAt = typedefAt + 1 + 5 + 4;
    const arrayAt = constAt + 5;
    entries.uleb(2).text('loop').u32(constAt).uleb(3).u32(typedefAt).uleb(4).u32(arrayAt);
    entries.uleb(2).text('list').u32(arrayAt).u8(0);
    const program = openUnit(declarations, entries);
    for (const type of [...program.findTypes('loop'), ...program.findTypes('list')]) {
      assert.equal(type.kind, 'typedef');
      assert.equal(type.byteSize, undefined);
      assert.ok(type.name.length > 0);
      if (type.kind === 'typedef') assert.ok((type.target?.name.length ?? 0) < 4000);
    }
  });

  it('ends at functions that are their own origin', () => {
    const reference = [dw.DW_AT_abstract_origin, dw.DW_FORM_ref4, dw.DW_AT_low_pc, dw.DW_FORM_addr] as const;
    const declarations = abbreviations(COMPILE_UNIT, [
      2,
      dw.DW_TAG_subprogram,
      false,
      ...reference,
      dw.DW_AT_high_pc,
      dw.DW_FORM_data4,
    ]);
    const entries = new Bytes().uleb(1).text('main.c');
    const first = 11 + entries.length;
    entries
      .uleb(2)
      .u32(first + 13)
      .u32(0x8000)
      .u32(16)
      .uleb(2)
      .u32(first)
      .u32(0x9000)
      .u32(16)
      .u8(0);
    const program = openUnit(declarations, entries);
    const found = program.functionAt(0x8004);
    assert.equal(found?.name, '');
    assert.equal(found.declaration, undefined);
  });

  it('walks blocks nested a hundred thousand deep', () => {
    const declarations = abbreviations(
      COMPILE_UNIT,
      [2, dw.DW_TAG_subprogram, true, dw.DW_AT_low_pc, dw.DW_FORM_addr, dw.DW_AT_high_pc, dw.DW_FORM_data4],
      [3, dw.DW_TAG_lexical_block, true, dw.DW_AT_low_pc, dw.DW_FORM_addr, dw.DW_AT_high_pc, dw.DW_FORM_data4],
    );
    const entries = new Bytes().uleb(1).text('main.c').uleb(2).u32(0x8000).u32(64);
    for (let left = 100_000; left > 0; left--) entries.uleb(3).u32(0x8000).u32(64);
    const chain = withoutHang('it', () => openUnit(declarations, entries).inlineChainAt(0x8004));
    assert.equal(chain.length, 1);
  });

  it('names types nested without end with an ellipsis', () => {
    const declarations = abbreviations(
      COMPILE_UNIT,
      [2, dw.DW_TAG_pointer_type, false, dw.DW_AT_type, dw.DW_FORM_ref4],
      [3, dw.DW_TAG_typedef, false, dw.DW_AT_name, dw.DW_FORM_string, dw.DW_AT_type, dw.DW_FORM_ref4],
    );
    const entries = new Bytes().uleb(1).text('main.c');
    const first = 11 + entries.length;
    for (let index = 0; index < 50_000; index++) entries.uleb(2).u32(first + 5 * (index + 1));
    entries.uleb(2).u32(first).uleb(3).text('deep').u32(first).u8(0);
    const [type] = openUnit(declarations, entries).findTypes('deep');
    assert.match(type?.kind === 'typedef' ? (type.target?.name ?? '') : '', /…/);
  });

  it('refuses an abbreviation with attributes without end', () => {
    const bomb = new Bytes().uleb(1).uleb(dw.DW_TAG_compile_unit).u8(0);
    for (let left = 200_000; left > 0; left--) bomb.uleb(dw.DW_AT_name).uleb(dw.DW_FORM_flag_present);
    const program = openUnit(bomb.take(), new Bytes().uleb(1));
    assert.deepEqual(program.sourceFiles(), []);
    assert.match(program.warnings[0]?.message ?? '', /too many attributes/);
  });

  it('does not read a table of abbreviations for each of many units anew', () => {
    const declarations = new Bytes();
    for (let code = 1; code < 20_000; code++)
      declarations.uleb(code).uleb(dw.DW_TAG_base_type).u8(0).uleb(dw.DW_AT_name).uleb(dw.DW_FORM_string).u8(0, 0);
    const info = new Bytes();
    for (let left = 2000; left > 0; left--)
      info.append(
        new Bytes()
          .u32(7 + 1 + 2)
          .u16(4)
          .u32(0)
          .u8(4)
          .uleb(1)
          .text('a'),
      );
    const program = openBytes(elfFile({ '.debug_abbrev': declarations.u8(0).take(), '.debug_info': info.take() }));
    assert.ok(withoutHang('it', () => program.findTypes('a')).length > 0);
  });

  it('refuses a section that claims to unpack to 4 GB', () => {
    const packed = new Bytes().u8(0x5a, 0x4c, 0x49, 0x42, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff).u32(0).u32(0);
    const program = openBytes(elfFile({ '.zdebug_info': packed.take() }));
    assert.deepEqual(program.findFunctions('main'), []);
    assert.match(program.warnings[0]?.message ?? '', /unpacked size of 4294967295 bytes/);
  });

  it('refuses a line table with 4 billion files', () => {
    const declarations = abbreviations([
      1,
      dw.DW_TAG_compile_unit,
      false,
      dw.DW_AT_name,
      dw.DW_FORM_string,
      dw.DW_AT_stmt_list,
      dw.DW_FORM_sec_offset,
    ]);
    const header = new Bytes()
      .u8(1, 1, 1, 0xfb, 14, 1)
      .u8(1)
      .uleb(dw.DW_LNCT_path)
      .uleb(dw.DW_FORM_string)
      .uleb(0xffff_ffff);
    const body = new Bytes().u16(5).u8(4, 0).u32(header.length).append(header);
    const line = new Bytes().u32(body.length).append(body).take();
    const program = openUnit(declarations, new Bytes().uleb(1).text('main.c').u32(0), { '.debug_line': line });
    assert.deepEqual(program.locationsOf({ path: 'main.c', line: 1 }), []);
    assert.match(program.warnings[0]?.message ?? '', /4294967295 entries/);
  });
});
