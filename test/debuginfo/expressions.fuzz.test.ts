// Expressions and location lists of random bytes: always an answer, never an exception, and soon.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DebugInfoError } from '../../src/debuginfo/errors';
import { locationList } from '../../src/debuginfo/expressions/locationList';
import { DW_OP } from '../../src/debuginfo/expressions/opcodes';
import { expression, frame, locatorOf, sectionOf, unitOf } from './expressionSupport';

const opcodes = Object.values(DW_OP);
/** Known operations and small numbers more often than chance has them. */
const byte = fc.oneof(fc.constantFrom(...opcodes), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 255 }));
const bytes = fc.array(byte, { maxLength: 40 });
const widths = fc.record({
  addressSize: fc.constantFrom(2, 4, 8),
  isBigEndian: fc.boolean(),
  version: fc.constantFrom(2, 3, 4, 5),
  isGnuSplit: fc.boolean(),
});

describe('random expressions', () => {
  it('always end with an answer', () => {
    fc.assert(
      fc.property(bytes, bytes, widths, fc.boolean(), (main, other, parts, hasObject) => {
        const unit = unitOf({ ...parts, locationOf: () => expression(other) });
        const caller = { context: frame(), returnAddress: 0x1234 };
        const parameters = [0, 1, 2, 3].map((n) => ({
          location: Uint8Array.of(DW_OP.reg0 + n),
          value: Uint8Array.from(other),
        }));
        const locator = locatorOf(unit, { unit, parameters });
        const context = frame({ caller: () => caller, ...(hasObject ? { objectAddress: 0x8000 } : {}) });
        const location = locator.locate(expression(main), context);
        if (location.kind === 'unavailable') assert.ok(location.reason.length > 0);
        const value = locator.evaluate(expression(main), context);
        assert.ok(value === undefined || typeof value === 'bigint');
      }),
      { numRuns: 20_000, seed: 5 },
    );
  });

  it('location lists give entries or say what is damaged', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: 0, max: 10 }), byte), { maxLength: 80 }),
        widths,
        (content, parts) => {
          const name = parts.version >= 5 ? '.debug_loclists' : '.debug_loc';
          const section = sectionOf(name, Uint8Array.from(content), parts.isBigEndian);
          const unit = unitOf({ ...parts, section });
          try {
            for (const entry of locationList(unit, 0)) assert.ok(entry.isDefault || entry.low < entry.high);
          } catch (error) {
            assert.ok(error instanceof DebugInfoError, String(error));
          }
        },
      ),
      { numRuns: 20_000, seed: 5 },
    );
  });
});
