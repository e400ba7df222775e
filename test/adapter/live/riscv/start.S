# Start of the program for RISC-V in RAM: a stack for each hart; the first one runs main, the others second.
  .section .init, "ax"
  .globl _start
  .type _start, @function
_start:
  .cfi_startproc
  .cfi_undefined ra
  .option push
  .option norelax
  la gp, __global_pointer$
  .option pop
  csrr t0, mhartid
  la sp, __stack_top
  slli t1, t0, 12
  sub sp, sp, t1
  bnez t0, 2f
  la t1, __bss_start
  la t2, __bss_end
1:
  bgeu t1, t2, 3f
  sw zero, 0(t1)
  addi t1, t1, 4
  j 1b
3:
  call main
4:
  j 4b
2:
  call second
  j 2b
  .cfi_endproc
  .size _start, . - _start
