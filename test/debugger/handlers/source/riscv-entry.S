# Reset, the vector table, and a trap entry as vendors write it: no size, no unwind tables, the way in shared with others.
#if __riscv_xlen == 64
#define S sd
#define L ld
#define N 8
#else
#define S sw
#define L lw
#define N 4
#endif
  .section .vectors, "ax"
  .globl Reset_Handler
Reset_Handler:
  la sp, stack_top
  la gp, __global_pointer$
  j start

  .text
  .balign 256
  .option push
  .option norvc
  .globl vector_table
vector_table:
  j call_handler
  j .
  j .
  j software_entry
  j .
  j .
  j .
  j timer_handler
  .option pop

software_entry:
  addi sp, sp, -36*N
  S ra, 0(sp)
  j assembly_handler

assembly_handler:
  S t0, 1*N(sp)
  S t1, 2*N(sp)
  S t2, 3*N(sp)
  S t3, 4*N(sp)
  S t4, 5*N(sp)
  S t5, 6*N(sp)
  S t6, 7*N(sp)
  S a0, 8*N(sp)
  S a1, 9*N(sp)
  S a2, 10*N(sp)
  S a3, 11*N(sp)
  S a4, 12*N(sp)
  S a5, 13*N(sp)
  S a6, 14*N(sp)
  S a7, 15*N(sp)
  S s0, 16*N(sp)
  csrr t1, mepc
  S t1, 17*N(sp)
  csrr t1, mstatus
  S t1, 18*N(sp)
  addi s0, sp, 36*N
  S s0, 19*N(sp)
  csrr a0, mcause
  csrr a1, mepc
  jal software_interrupt
  L t1, 18*N(sp)
  csrw mstatus, t1
  L t1, 17*N(sp)
  csrw mepc, t1
  L ra, 0(sp)
  L t0, 1*N(sp)
  L t1, 2*N(sp)
  L t2, 3*N(sp)
  L t3, 4*N(sp)
  L t4, 5*N(sp)
  L t5, 6*N(sp)
  L t6, 7*N(sp)
  L a0, 8*N(sp)
  L a1, 9*N(sp)
  L a2, 10*N(sp)
  L a3, 11*N(sp)
  L a4, 12*N(sp)
  L a5, 13*N(sp)
  L a6, 14*N(sp)
  L a7, 15*N(sp)
  L s0, 16*N(sp)
  L sp, 19*N(sp)
  mret
