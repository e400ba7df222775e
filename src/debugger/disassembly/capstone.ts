// Loads Capstone (WebAssembly) and decodes runs of instructions with it. What is code and where it begins is decided elsewhere.
import load, { type CapstoneDecoder, type CapstoneModule } from '@alexaltea/capstone-js';
import { wasmBytes } from '../../debuginfo/wasm';
import type { DisassemblyMode } from '../arch/architecture';

export interface Decoded {
  readonly length: number;
  readonly text: string;
}

let loading: Promise<CapstoneModule> | undefined;

/** Decoders of the machine's instruction sets. The first one loads the module (about 100 ms). */
export class Decoders {
  readonly #module: CapstoneModule;
  readonly #decoders = new Map<string, CapstoneDecoder>();

  private constructor(module: CapstoneModule) {
    this.#module = module;
  }

  static async load(): Promise<Decoders> {
    // Whatever the module prints must not reach standard output: the protocol lives there.
    const ignore = () => undefined;
    loading ??= load({
      wasmBinary: wasmBytes(() => require('@alexaltea/capstone-js/dist/capstone.wasm')),
      print: ignore,
      printErr: ignore,
    });
    return new Decoders(await loading);
  }

  /** Instructions from the start of `bytes` up to the first that is none. */
  decode(mode: DisassemblyMode, bytes: Uint8Array, address: number): Decoded[] {
    if (bytes.length === 0) return [];
    try {
      return this.#decoder(mode)
        .disasm(bytes, address)
        .map((instruction) => ({
          length: instruction.size,
          text:
            instruction.op_str === '' ? instruction.mnemonic : `${instruction.mnemonic} ${instruction.op_str}`.trim(),
        }));
    } catch {
      // The library throws, without a class of its own, when the first instruction already is none.
      return [];
    }
  }

  close(): void {
    for (const decoder of this.#decoders.values()) decoder.close();
    this.#decoders.clear();
  }

  #decoder(mode: DisassemblyMode): CapstoneDecoder {
    const key = JSON.stringify(mode);
    let decoder = this.#decoders.get(key);
    if (decoder === undefined) {
      const m = this.#module;
      decoder =
        mode.architecture === 'arm'
          ? new m.Capstone(
              m.ARCH_ARM,
              (mode.isThumb ? m.MODE_THUMB : m.MODE_ARM) | m.MODE_V8 | (mode.isMProfile ? m.MODE_MCLASS : 0),
            )
          : new m.Capstone(m.ARCH_RISCV, (mode.bits === 64 ? m.MODE_RISCV64 : m.MODE_RISCV32) | m.MODE_RISCVC);
      this.#decoders.set(key, decoder);
    }
    return decoder;
  }
}
