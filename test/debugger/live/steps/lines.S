/* What compilers make and no C program makes for sure: code of no line, rows that begin no statement, a function that ends in a jump. */
  .syntax unified
  .thumb
  .section .text.lines_with_gaps, "ax"
  .file 1 "gaps.c"
  .global lines_with_gaps
  .type lines_with_gaps, %function
  .thumb_func
lines_with_gaps:
  .cfi_sections .debug_frame
  .cfi_startproc
  .loc 1 10 0
  push {r4, lr}
  .cfi_def_cfa_offset 8
  .cfi_offset 4, -8
  .cfi_offset 14, -4
  .loc 1 11 0
  movs r4, r0
  .loc 1 0 0
  adds r4, #1
  .loc 1 11 0
  adds r4, #1
  .loc 1 12 0 is_stmt 0
  adds r4, #1
  .loc 1 13 0 is_stmt 1
  adds r4, #1
  .loc 1 14 0
  movs r0, r4
  pop {r4, pc}
  .cfi_endproc
  .size lines_with_gaps, . - lines_with_gaps

  .section .text.ends_in_jump, "ax"
  .global ends_in_jump
  .type ends_in_jump, %function
  .thumb_func
ends_in_jump:
  .cfi_startproc
  .loc 1 20 0
  push {r4, lr}
  .cfi_def_cfa_offset 8
  .cfi_offset 4, -8
  .cfi_offset 14, -4
  .loc 1 21 0
  adds r0, #1
  .loc 1 22 0
  pop {r4}
  pop {r3}
  .cfi_def_cfa_offset 0
  .cfi_restore 4
  .cfi_register 14, 3
  mov lr, r3
  .cfi_restore 14
  ldr r3, =two
  bx r3
  .cfi_endproc
  .size ends_in_jump, . - ends_in_jump
  .ltorg
