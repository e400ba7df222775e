// From an address in a function down through its blocks and inlined calls: the inline chain and the scopes at the address.
import type { AddressRange, FunctionInfo, InlineFrame, Scope, SourcePosition, Variable } from '../api';
import { callPosition, type DebugInfo } from '../debugInfo';
import type { Die } from '../die/die';
import * as dw from '../dwarf/constants';
import { rangesOf } from '../ranges/ranges';
import type { Unit } from '../unit/unit';
import { variablesIn } from './variables';

/** The blocks around an address, outermost (the function) first. */
export function blocksAt(subprogram: Die, address: number): Die[] {
  const { unit } = subprogram;
  const blocks = [subprogram];
  for (;;) {
    const inner = innerBlock(unit, (blocks.at(-1) as Die).index, address);
    if (inner === undefined) return blocks;
    blocks.push(unit.die(inner));
  }
}

function innerBlock(unit: Unit, outer: number, address: number): number | undefined {
  const { table } = unit;
  for (const child of table.children(outer)) {
    if (!isBlock(table.tag(child))) continue;
    const ranges = unit.file.context.warnings.guard(() => rangesOf(unit.die(child)), []);
    if (covers(ranges, address)) return child;
    // Before DWARF 5 GCC can begin a block's list with an empty range at the unit's own address, which reads as the end of the
    // list. Such a block is where the blocks in it are.
    if (ranges.length === 0 && innerBlock(unit, child, address) !== undefined) return child;
  }
  return undefined;
}

function isBlock(tag: number): boolean {
  return (
    tag === dw.DW_TAG_lexical_block ||
    tag === dw.DW_TAG_inlined_subroutine ||
    tag === dw.DW_TAG_try_block ||
    tag === dw.DW_TAG_catch_block
  );
}

export function covers(ranges: readonly AddressRange[], address: number): boolean {
  return ranges.some((range) => address >= range.low && address < range.high);
}

/** Frames at an address of a function, innermost first. */
export function inlineChain(
  info: DebugInfo,
  subprogram: Die,
  address: number,
  functionOf: (die: Die) => FunctionInfo,
): InlineFrame[] {
  const unit = subprogram.unit;
  const frames: InlineFrame[] = [];
  // Where the frame that comes next (further out) stands: at its call of the one inside it.
  let position: SourcePosition | undefined = info.lines.of(unit)?.rowAt(address);
  let scopes: Scope[] = [];
  for (const block of blocksAt(subprogram, address).reverse()) {
    scopes.push(new BlockScope(info, block));
    if (block !== subprogram && block.tag !== dw.DW_TAG_inlined_subroutine) continue;
    const isInlined = block.tag === dw.DW_TAG_inlined_subroutine;
    const ranges = info.warnings.guard(() => rangesOf(block), []);
    const origin = isInlined
      ? info.warnings.guard(() => block.reference(dw.DW_AT_abstract_origin), undefined)
      : subprogram;
    frames.push({ function: functionOf(origin ?? block), isInlined, position, ranges, scopes });
    scopes = [];
    if (isInlined) position = info.warnings.guard(() => callPosition(info, block), undefined);
  }
  return frames;
}

/** A block whose variables are listed when somebody looks. */
class BlockScope implements Scope {
  private cachedVariables: readonly Variable[] | undefined;

  constructor(
    private readonly info: DebugInfo,
    readonly die: Die,
  ) {}

  get kind(): Scope['kind'] {
    if (this.die.tag === dw.DW_TAG_subprogram) return 'function';
    return this.die.tag === dw.DW_TAG_inlined_subroutine ? 'inlined' : 'block';
  }

  get ranges(): readonly AddressRange[] {
    return this.info.warnings.guard(() => rangesOf(this.die), []);
  }

  get variables(): readonly Variable[] {
    this.cachedVariables ??= this.info.warnings.guard(() => variablesIn(this.info, this.die), []);
    return this.cachedVariables;
  }
}
