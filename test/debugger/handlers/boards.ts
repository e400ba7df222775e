// The programs of the recorded handlers: how each is built, on which emulated board it runs, and what pends its exceptions.

export interface Event {
  /** Address and value of each store that pends the exception. */
  readonly pokes: readonly (readonly [number, number])[];
}

export interface BoardProgram {
  readonly name: string;
  readonly machine: 'arm' | 'riscv32' | 'riscv64';
  readonly coreType: string;
  readonly compiler: string;
  readonly sources: readonly string[];
  readonly flags: readonly string[];
  readonly linker: readonly string[];
  readonly qemu: readonly string[];
  readonly events: readonly Event[];
  /** Memory to save: address and length. */
  readonly memory: readonly (readonly [number, number])[];
}

const pend = (irq: number): Event => ({ pokes: [[0xe000e200, 1 << irq]] });
const armEvents = Array.from({ length: 6 }, (_, irq) => pend(irq));
const systemControl = [0xe000ed00, 0x250] as const;

function arm(name: string, coreType: string, board: string, flags: string, ram = 0x20000000, flash = 0): BoardProgram {
  return {
    name,
    machine: 'arm',
    coreType,
    compiler: 'arm-none-eabi-gcc',
    sources: ['work.c', 'arm.c', 'classes.cpp'],
    flags: ['-mthumb', ...flags.split(' ')],
    linker: ['-T', 'arm.ld', `-Wl,--defsym=ram_origin=${ram},--defsym=flash_origin=${flash}`],
    qemu: ['qemu-system-arm', '-M', board],
    // Without a process stack there is nothing for the scheduler to save.
    events: flags.includes('MAIN_STACK') ? armEvents.map((event, irq) => (irq === 4 ? pend(1) : event)) : armEvents,
    memory: [[ram, 0x4000], systemControl],
  };
}

function riscv(bits: 32 | 64, name: string, flags: string): BoardProgram {
  return {
    name,
    machine: bits === 32 ? 'riscv32' : 'riscv64',
    coreType: 'riscv',
    compiler: 'riscv64-unknown-elf-gcc',
    sources: ['riscv-entry.S', 'work.c', 'riscv.c', 'classes.cpp'],
    flags: flags.split(' '),
    linker: ['-T', 'riscv.ld'],
    qemu: [`qemu-system-riscv${bits}`, '-M', 'virt', '-bios', 'none'],
    events: [
      { pokes: [[0x2000000, 1]] },
      {
        pokes: [
          [0x2004000, 0],
          [0x2004004, 0],
        ],
      },
    ],
    memory: [[0x80020000, 0x4000]],
  };
}

const hardFloat = '-mfloat-abi=hard -DWITH_FLOATS';

export const programs: readonly BoardProgram[] = [
  arm('v6m-O0', 'armv6m', 'microbit', '-mcpu=cortex-m0 -O0'),
  arm('v6m-Os', 'armv6m', 'microbit', '-mcpu=cortex-m0 -Os'),
  arm('v7m-O2', 'armv7m', 'mps2-an385', '-mcpu=cortex-m3 -O2'),
  arm('v7m-main-Og', 'armv7m', 'mps2-an385', '-mcpu=cortex-m3 -Og -DMAIN_STACK'),
  arm('v7em-O1', 'armv7em', 'mps2-an386', `-mcpu=cortex-m4 -mfpu=fpv4-sp-d16 ${hardFloat} -O1`),
  arm('v7em-O0', 'armv7em', 'mps2-an500', `-mcpu=cortex-m7 -mfpu=fpv5-d16 ${hardFloat} -O0`),
  arm('v8m-Og', 'armv8m', 'mps2-an505', `-mcpu=cortex-m33 -mfpu=fpv5-sp-d16 ${hardFloat} -Og`, 0x38000000, 0x10000000),
  riscv(32, 'rv32-O0', '-march=rv32imac_zicsr -mabi=ilp32 -O0'),
  riscv(32, 'rv32-O2', '-march=rv32imac_zicsr -mabi=ilp32 -O2'),
  riscv(32, 'rv32f-Og', '-march=rv32imafc_zicsr -mabi=ilp32f -DWITH_FLOATS -Og'),
  riscv(64, 'rv64-Os', '-march=rv64imac_zicsr -mabi=lp64 -mcmodel=medany -Os'),
];
