// One core of a live target: what is known of it between two stops.
import type { Session } from '../../openocd';
import type { RegisterDescription, RunState, TargetThread } from '../target';
import type { Question, Snapshot } from './snapshot';

export interface Core {
  readonly thread: TargetThread;
  /** OpenOCD's name. */
  readonly target: string;
  /** OpenOCD's driver: `cortex_m`, `riscv`. */
  readonly type: string;
  readonly descriptions: readonly RegisterDescription[];
  question: Question;
  state: RunState;
  registers: Map<string, bigint>;
  /** Registers that OpenOCD lists and this core does not have: they are not asked for again until a reset. */
  readonly missing: Set<string>;
  /** Memory at the stack pointer that came with the stop. */
  stack: Snapshot['stack'];
  /** More memory that came with it. */
  along: Snapshot['along'];
  /** Set while the core runs; resolves at its next stop. */
  run: Promise<RunState> | undefined;
  /** Set while the core is halted for a moment that nobody is to see. */
  isHeld: boolean;
}

/** Words of the stack that come with each stop. */
const STACK_WORDS = 32;

export function makeCore(
  session: Session,
  index: number,
  { name, type }: { readonly name: string; readonly type: string },
  descriptions: readonly RegisterDescription[],
  stackTop: number,
  causeRegister: string | undefined,
): Core {
  const registers = descriptions.filter(({ group }) => group === 'core').map((register) => register.name);
  // Up to 0.12, block reads of RISC-V memory may answer zeros for memory that is not there: nothing is read ahead then.
  const isArm = registers.some((each) => each.toLowerCase() === 'xpsr' || each.toLowerCase() === 'cpsr');
  const cause = descriptions.filter(({ name: each }) => each === causeRegister).map((register) => register.name);
  const canReadAhead = isArm || session.dialect.debugReason;
  return {
    thread: { id: index + 1, name },
    target: name,
    type,
    descriptions,
    question: {
      target: name,
      registers: [...registers, ...cause],
      stackWords: canReadAhead ? STACK_WORDS : 0,
      stackTop,
      along: [],
    },
    state: { kind: 'running' },
    registers: new Map(),
    missing: new Set(),
    stack: undefined,
    along: [],
    run: undefined,
    isHeld: false,
  };
}
