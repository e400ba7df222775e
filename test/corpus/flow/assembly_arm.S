@ Two functions that call back: one says how to unwind it, the other leaves that to the debugger.
  .syntax unified
  .text
  .thumb

  .globl asm_with_cfi
  .type asm_with_cfi, %function
  .thumb_func
asm_with_cfi:
  .cfi_sections .debug_frame
  .cfi_startproc
  push {r4, r5, lr}
  .cfi_def_cfa_offset 12
  .cfi_offset lr, -4
  .cfi_offset r5, -8
  .cfi_offset r4, -12
  sub sp, #12
  .cfi_def_cfa_offset 24
  mov r4, r0
  movs r5, #3
with_loop:
  mov r0, r4
  mov r2, r1
  str r1, [sp, #4]
  blx r2
  ldr r1, [sp, #4]
  adds r4, r4, r0
  subs r5, #1
  bne with_loop
  mov r0, r4
  add sp, #12
  .cfi_def_cfa_offset 12
  pop {r4, r5, pc}
  .cfi_endproc
  .size asm_with_cfi, . - asm_with_cfi

  .globl asm_without_cfi
  .type asm_without_cfi, %function
  .thumb_func
asm_without_cfi:
  push {r4, r5, r6, lr}
  sub sp, #8
  mov r4, r1
  adds r0, #1
  blx r4
  ldr r1, =constant_in_code
  ldr r1, [r1]
  adds r0, r0, r1
  add sp, #8
  pop {r4, r5, r6, pc}
  .size asm_without_cfi, . - asm_without_cfi

  .balign 4
constant_in_code:
  .word 0x00001234
  .ltorg
