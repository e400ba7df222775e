// Run control: state, halt, resume, step, reset, and waiting for a halt without blocking OpenOCD.
import { type Address, hex, milliseconds } from '../address';
import type { Client } from '../client';
import { TargetError, TimeoutError } from '../errors';
import { waitForHalt } from '../haltWait';
import { readRegisterLine } from '../replies/registers';
import { type HaltReason, readStates, STATES_SCRIPT, type TargetState } from '../replies/states';
import { describeRequest, type Request } from '../request';
import { polledState, type ResetMode, reset } from '../stateRequests';
import { local } from '../tcl/envelope';
import { quote } from '../tcl/quote';

export interface TargetStatus {
  readonly name: string;
  readonly state: TargetState;
  /** Program counter, when halted. */
  readonly pc: bigint | undefined;
}

export interface TargetInfo {
  readonly name: string;
  /** OpenOCD's driver: `cortex_m`, `riscv`, … */
  readonly type: string;
  readonly state: TargetState;
  readonly endian: string;
  readonly examined: boolean;
  /** True for the one that commands of this session go to. */
  readonly current: boolean;
}

/** All targets: `target names`, `cget`, `was_examined`. */
export function targetList(): Request<TargetInfo[]> {
  return describeRequest({
    action: 'Listing the targets',
    error: TargetError,
    script: local(
      'set r {}; set c {}; catch {set c [target current]}; foreach t [target names] {lappend r $t [$t cget -type] [$t curstate] [$t cget -endian] [$t was_examined] [expr {$t eq $c}]}; set r',
    ),
    parse: (text) => {
      const fields = text.trim() === '' ? [] : text.trim().split(/\s+/);
      return Array.from({ length: fields.length / 6 }, (_, index): TargetInfo => {
        const [name = '', type = '', state = '', endian = '', examined, current] = fields.slice(
          index * 6,
          index * 6 + 6,
        );
        return { name, type, state, endian, examined: examined === '1', current: current === '1' };
      });
    },
  });
}

export class Target {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * Name, state and, when halted, pc: `target current`, `curstate`, `reg pc`.
   * @throws TargetError
   */
  state(): Promise<TargetStatus> {
    return this.#client.execute(
      describeRequest({
        action: 'Asking for the target’s state',
        error: TargetError,
        script: local(
          'set t [target current]; set s [$t curstate]; set p {}; if {$s eq "halted"} {catch {set p [reg pc]}}; list $t $s $p',
        ),
        parse: (text): TargetStatus => {
          const [name = '', state = 'unknown'] = text.split(' ');
          return { name, state, pc: readRegisterLine(text.slice(text.indexOf('{') + 1).replace(/}$/, ''))?.value };
        },
      }),
    );
  }

  /** All targets: `target names`, `cget`, `was_examined`. @throws TargetError */
  list(): Promise<TargetInfo[]> {
    return this.#client.execute(targetList());
  }

  /** State of every target, by name: the truth to ask for after a reset, or when notifications only hint. @throws TargetError */
  states(): Promise<ReadonlyMap<string, TargetState>> {
    return this.#client.execute(
      describeRequest({
        action: 'Asking for the targets’ states',
        error: TargetError,
        script: STATES_SCRIPT,
        parse: readStates,
      }),
    );
  }

  /** `targets NAME`: makes it the current target of this session alone. @throws TargetError for an unknown name */
  async select(name: string): Promise<void> {
    await this.#client.execute(this.#action(`Selecting the target “${name}”`, `targets ${quote(name)}`));
  }

  /**
   * `halt`, then waits for the halt. Halting a halted target succeeds.
   * `timeout` is in milliseconds
   * @throws TargetError, TimeoutError
   */
  async halt({ timeout = 1000 }: { readonly timeout?: number } = {}): Promise<void> {
    await this.#client.execute({
      ...this.#action('Halting the target', `halt ${Math.ceil(milliseconds(timeout))}`),
      timeout: timeout + this.#client.timeout,
    });
    const { state } = await this.#client.execute(polledState());
    if (state !== 'halted') await this.waitHalt(timeout);
  }

  /** `resume`. Resuming a running target succeeds. @throws TargetError */
  async resume(address?: Address): Promise<void> {
    const command = address === undefined ? 'resume' : `resume ${hex(address)}`;
    // 0.12 resumes a running target, later versions refuse: one behaviour for both.
    await this.#client.execute(
      this.#action('Resuming the target', `if {[[target current] curstate] ne "running"} {${command}}`),
    );
  }

  /** `step`: one instruction. @throws TargetNotHaltedError, TargetError */
  async step(address?: Address): Promise<void> {
    await this.#client.execute({
      ...this.#action('Stepping the target', address === undefined ? 'step' : `step ${hex(address)}`),
      needsHalt: true,
    });
  }

  /** `reset run|halt|init`. @throws TargetError */
  async reset(mode: ResetMode = 'run'): Promise<void> {
    await this.#client.execute(reset(mode));
  }

  /**
   * Resolves when the target is halted, with the reason where OpenOCD tells one. OpenOCD stays free for its other clients.
   * @param timeout milliseconds
   * @throws TimeoutError, TargetError
   */
  async waitHalt(
    timeout: number,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<{ readonly reason: HaltReason | undefined }> {
    const halt = await waitForHalt(this.#client, milliseconds(timeout), signal);
    if (halt) return { reason: halt.reason };
    throw new TimeoutError(`The target did not halt within ${timeout} ms.`, { command: 'arp_poll' });
  }

  #action(action: string, script: string): Request<void> {
    return describeRequest({ action, error: TargetError, script, parse: () => undefined });
  }
}
