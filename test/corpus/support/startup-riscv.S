# Reset code for RISC-V; the same for every program of the corpus.
  .section .vectors, "ax"
  .globl Reset_Handler
  .type Reset_Handler, @function
Reset_Handler:
  .cfi_startproc
  .cfi_undefined ra
  .option push
  .option norelax
  la gp, __global_pointer$
  .option pop
  la sp, stack_top
  la tp, tls_block
  la t0, trap
#ifndef __clang__
  .option push
  .option arch, +zicsr
#endif
  csrw mtvec, t0
#ifndef __clang__
  .option pop
#endif
  la t0, data_load
  la t1, data_start
  la t2, data_end
1:
  bgeu t1, t2, 2f
  lw t3, 0(t0)
  sw t3, 0(t1)
  addi t0, t0, 4
  addi t1, t1, 4
  j 1b
2:
  la t1, bss_start
  la t2, bss_end
3:
  bgeu t1, t2, 4f
  sw zero, 0(t1)
  addi t1, t1, 4
  j 3b
4:
  la s0, init_array_start
  la s1, init_array_end
5:
  bgeu s0, s1, 6f
#if __riscv_xlen == 64
  ld t0, 0(s0)
  addi s0, s0, 8
#else
  lw t0, 0(s0)
  addi s0, s0, 4
#endif
  jalr t0
  j 5b
6:
  call main
7:
  j 7b
  .cfi_endproc
  .size Reset_Handler, . - Reset_Handler

  .text
  .balign 4
  .globl trap
  .type trap, @function
trap:
  j trap
  .size trap, . - trap
