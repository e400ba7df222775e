// Hit counts of breakpoints: `3`, `>= 3`, `> 3`, `== 3`, `< 3`, `<= 3`, `% 2`. The rule, its parser, its error.
import { EngineError } from '../../errors';

/** True when the breakpoint is to stop at this hit; hits count from 1. */
export type HitCount = (hit: number) => boolean;

const rules: Readonly<Record<string, (hit: number, number: number) => boolean>> = {
  '>=': (hit, number) => hit >= number,
  '>': (hit, number) => hit > number,
  '<=': (hit, number) => hit <= number,
  '<': (hit, number) => hit < number,
  '=': (hit, number) => hit === number,
  '==': (hit, number) => hit === number,
  '%': (hit, number) => hit % number === 0,
};

/** A number alone stops from that hit on, as editors' users expect. @throws EngineError */
export function parseHitCount(text: string): HitCount {
  const match = /^\s*(>=|>|<=|<|==?|%)?\s*(\d+)\s*$/.exec(text);
  const rule = rules[match?.[1] ?? '>='];
  const number = Number(match?.[2]);
  if (match === null || rule === undefined || (match[1] === '%' && number === 0)) {
    throw new EngineError(`“${text}” is not a hit count.`, 'Write a number, or one after >=, >, ==, <=, < or %.');
  }
  return (hit) => rule(hit, number);
}
