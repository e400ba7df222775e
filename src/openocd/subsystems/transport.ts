// The probe: which transport, which driver, how fast.
import { whole } from '../address';
import type { Client } from '../client';
import { CommandError } from '../errors';
import { describeRequest } from '../request';

export interface AdapterInfo {
  /** OpenOCD's driver: `cmsis-dap`, `st-link`, `remote_bitbang`, … */
  readonly name: string;
  readonly transport: string;
  /** kHz; undefined where the driver has no notion of speed. */
  readonly speed: number | undefined;
}

export class Transport {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** `transport select`: `swd`, `jtag`, … @throws CommandError */
  async current(): Promise<string> {
    return this.#client.execute(
      describeRequest({
        action: 'Asking for the transport',
        error: CommandError,
        script: 'transport select',
        parse: (text) => text.trim(),
      }),
    );
  }

  /** `transport list`: what this OpenOCD was built with, not what the probe can. @throws CommandError */
  async list(): Promise<string[]> {
    return this.#client.execute(
      describeRequest({
        action: 'Listing the transports',
        error: CommandError,
        script: 'transport list',
        parse: (text) => [...text.matchAll(/^\s+(\S+)$/gm)].map(([, name]) => name ?? ''),
      }),
    );
  }

  /** `adapter name` (before 0.11 `adapter_name`), transport and speed. @throws CommandError */
  async adapterInfo(): Promise<AdapterInfo> {
    const name = describeRequest({
      action: 'Asking for the adapter',
      error: CommandError,
      script: ({ adapterGroup }) => (adapterGroup ? 'adapter name' : 'adapter_name'),
      parse: (text: string) => text.trim(),
    });
    const [adapter, transport, speed] = await this.#client.batch([
      name,
      describeRequest({
        action: 'Asking for the transport',
        error: CommandError,
        script: 'transport select',
        parse: (text) => text.trim(),
      }),
      this.#speedRequest(),
    ]);
    if (!adapter.ok) throw adapter.error;
    return {
      name: adapter.value,
      transport: transport.ok ? transport.value : '',
      speed: speed.ok ? speed.value : undefined,
    };
  }

  /** `adapter speed`, in kHz. @throws CommandError where the driver has no notion of speed */
  async speed(): Promise<number> {
    return this.#client.execute(this.#speedRequest());
  }

  /** `adapter speed KHZ`. @returns the speed the probe chose, in kHz @throws CommandError; ArgumentError */
  async setSpeed(kHz: number): Promise<number> {
    whole(kHz, 'speed in kHz', 1);
    await this.#client.execute(
      describeRequest({
        action: `Setting the adapter speed to ${kHz} kHz`,
        error: CommandError,
        script: ({ adapterGroup }) => `${adapterGroup ? 'adapter speed' : 'adapter_khz'} ${kHz}`,
        parse: () => undefined,
      }),
    );
    return this.speed();
  }

  #speedRequest() {
    return describeRequest({
      action: 'Asking for the adapter speed',
      error: CommandError,
      script: ({ adapterGroup }) => (adapterGroup ? 'adapter speed' : 'adapter_khz'),
      parse: (text): number => {
        const kHz = /(\d+)(?: kHz)?\s*$/.exec(text)?.[1];
        if (kHz === undefined) throw new Error(`“${text.trim()}” is no speed`);
        return Number(kHz);
      },
    });
  }
}
