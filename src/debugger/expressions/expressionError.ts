// An error in an expression: what is wrong, and at which column.
import { EngineError } from '../errors';

export class ExpressionError extends EngineError {
  override readonly name = 'ExpressionError';
  constructor(
    /** What is wrong, without the place. */
    readonly problem: string,
    readonly expression: string,
    /** Offset in the expression, from 0. */
    readonly offset: number,
    readonly length: number,
  ) {
    super(expression.length > 0 ? `${problem} (column ${offset + 1} of “${expression}”).` : `${problem}.`);
  }

  /** Two lines that point at the place, for a console. */
  get pointer(): string {
    const marks = '^'.repeat(Math.max(1, Math.min(this.length, this.expression.length - this.offset)));
    return `${this.expression}\n${' '.repeat(this.offset)}${marks}`;
  }
}
