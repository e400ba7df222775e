// Ties the board's cycles to the wall clock, in steps short enough to keep the debug link answering.
import { performance } from 'node:perf_hooks';
import type { Board } from './board';

/** How far the board may fall behind before the lag is forgiven, and the most that one catching up runs. */
const MAX_LAG_MS = 100;
const MAX_STEP_MS = 5;
const TICK_MS = 1;
/** Cycles between two looks at the link when the board runs as fast as it can. */
const UNPACED_CYCLES = 2000;
/** Speed at which time passes while nothing runs on an unpaced board. */
const RESTING_HZ = 8e6;

export class Pacer {
  private last = performance.now();
  private owed = 0;
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;

  /** @param hz core clock; Infinity runs as fast as the machine can */
  constructor(
    private readonly board: Board,
    private readonly hz: number,
  ) {}

  /** Runs the board up to the present moment. */
  catchUp(): void {
    const now = performance.now();
    const passed = now - this.last;
    this.last = now;
    if (this.hz === Number.POSITIVE_INFINITY && !this.board.isStill) {
      this.board.advance(UNPACED_CYCLES);
      return;
    }
    const perMs = (this.hz === Number.POSITIVE_INFINITY ? RESTING_HZ : this.hz) / 1000;
    this.owed = Math.min(this.owed + passed * perMs, perMs * MAX_LAG_MS);
    const cycles = Math.floor(Math.min(this.owed, perMs * MAX_STEP_MS));
    if (cycles <= 0) return;
    this.owed -= cycles;
    this.board.advance(cycles);
  }

  start(): void {
    this.last = performance.now();
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    if (this.immediate) clearImmediate(this.immediate);
    this.immediate = undefined;
  }

  private tick(): void {
    this.catchUp();
    if (this.hz !== Number.POSITIVE_INFINITY || this.immediate || this.board.isStill) return;
    const sprint = () => {
      this.catchUp();
      this.immediate = this.board.isStill ? undefined : setImmediate(sprint);
    };
    this.immediate = setImmediate(sprint);
  }
}
