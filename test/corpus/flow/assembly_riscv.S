# Two functions that call back: one says how to unwind it, the other leaves that to the debugger.
#if __riscv_xlen == 64
#define STORE sd
#define LOAD ld
#define WORD 8
#else
#define STORE sw
#define LOAD lw
#define WORD 4
#endif
  .text

  .globl asm_with_cfi
  .type asm_with_cfi, @function
asm_with_cfi:
  .cfi_startproc
  addi sp, sp, -32
  .cfi_def_cfa_offset 32
  STORE ra, (32 - WORD)(sp)
  STORE s0, (32 - 2 * WORD)(sp)
  .cfi_offset ra, -WORD
  .cfi_offset s0, -2 * WORD
  mv s0, a0
  jalr a1
  add a0, a0, s0
  LOAD ra, (32 - WORD)(sp)
  LOAD s0, (32 - 2 * WORD)(sp)
  .cfi_restore ra
  .cfi_restore s0
  addi sp, sp, 32
  .cfi_def_cfa_offset 0
  ret
  .cfi_endproc
  .size asm_with_cfi, . - asm_with_cfi

  .globl asm_without_cfi
  .type asm_without_cfi, @function
asm_without_cfi:
  addi sp, sp, -16
  STORE ra, (16 - WORD)(sp)
  addi a0, a0, 1
  jalr a1
  LOAD ra, (16 - WORD)(sp)
  addi sp, sp, 16
  ret
  .size asm_without_cfi, . - asm_without_cfi
