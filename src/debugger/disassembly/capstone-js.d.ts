// Declarations of the part of Capstone's JavaScript port that is used; the package has none of its own.
declare module '@alexaltea/capstone-js' {
  export interface CapstoneInstruction {
    readonly address: bigint;
    readonly size: number;
    readonly bytes: readonly number[];
    readonly mnemonic: string;
    readonly op_str: string;
  }
  export interface CapstoneDecoder {
    /** Decodes up to the first invalid instruction; throws when there is none at all. */
    disasm(bytes: Uint8Array | readonly number[], address: number | bigint): CapstoneInstruction[];
    close(): void;
  }
  export interface CapstoneModule {
    readonly Capstone: new (architecture: number, mode: number) => CapstoneDecoder;
    readonly ARCH_ARM: number;
    readonly ARCH_RISCV: number;
    readonly MODE_ARM: number;
    readonly MODE_THUMB: number;
    readonly MODE_MCLASS: number;
    readonly MODE_V8: number;
    readonly MODE_RISCV32: number;
    readonly MODE_RISCV64: number;
    readonly MODE_RISCVC: number;
  }
  export default function load(options: {
    wasmBinary: Uint8Array;
    print: (text: string) => void;
    printErr: (text: string) => void;
  }): Promise<CapstoneModule>;
}
