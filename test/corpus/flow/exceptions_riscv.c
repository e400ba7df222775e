/* A machine-mode trap handler written in C, and an ecall that enters it. */
#include "corpus.h"

/* The instructions that reach control registers: an extension with a name of its own to GCC, a part of the base to Clang 14. */
#ifdef __clang__
#define CSR(instruction) instruction
#else
#define CSR(instruction) ".option push\n\t.option arch, +zicsr\n\t" instruction "\n\t.option pop"
#endif

volatile unsigned traps;

__attribute__((interrupt("machine"))) void trap_handler(void) {
  unsigned long pc;
  __asm volatile(CSR("csrr %0, mepc") : "=r"(pc));
  traps++;
  __asm volatile(CSR("csrw mepc, %0") : : "r"(pc + 4));
}

KEEP static int call_machine(int argument) {
  register int a0 __asm("a0") = argument;
  __asm volatile("ecall" : "+r"(a0) : : "memory");
  return a0;
}

void theme_exceptions_riscv(void) {
  __asm volatile(CSR("csrw mtvec, %0") : : "r"(trap_handler));
  sink = call_machine(source);
}
