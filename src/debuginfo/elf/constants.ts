// The numbers of the ELF specification (System V gABI 4.3, Arm AAELF32, RISC-V psABI) that the reader uses.

export const SHT_NOBITS = 8;
export const SHT_SYMTAB = 2;
export const SHT_DYNSYM = 11;
export const SHT_NOTE = 7;
export const SHT_SYMTAB_SHNDX = 18;
export const SHT_ARM_EXIDX = 0x7000_0001;

export const SHF_ALLOC = 2;
export const SHF_EXECINSTR = 4;
export const SHF_COMPRESSED = 0x800;

export const ELFCOMPRESS_ZLIB = 1;
export const ELFCOMPRESS_ZSTD = 2;

export const PT_LOAD = 1;
export const PF_X = 1;
export const PF_W = 2;

export const ET_CORE = 4;

export const EM_ARM = 40;
export const EM_AARCH64 = 183;
export const EM_RISCV = 243;
export const EM_XTENSA = 94;

export const SHN_UNDEF = 0;
export const SHN_LORESERVE = 0xff00;
export const SHN_ABS = 0xfff1;
export const SHN_XINDEX = 0xffff;

export const STT_OBJECT = 1;
export const STT_FUNC = 2;
export const STT_SECTION = 3;
export const STT_FILE = 4;
export const STT_TLS = 6;
export const STT_GNU_IFUNC = 10;
/** Thumb function of the old Arm ABI. */
export const STT_ARM_TFUNC = 13;

export const NT_GNU_BUILD_ID = 3;
