// A RISC-V program with trap handlers of two kinds: assembly that stores everything itself and has no unwind tables, and the
// compiler's interrupt attribute. Both save mepc and let other traps in while they serve.
#include "work.h"

typedef unsigned int u32;
typedef unsigned long word;
extern u32 data_start[], data_end[], data_load[], bss_start[], bss_end[];
void vector_table(void);

u32 handled[8];

#define CSR_READ(name) ({ word value; __asm volatile("csrr %0, " #name : "=r"(value)); value; })
#define CSR_WRITE(name, value) __asm volatile("csrw " #name ", %0" ::"r"((word)(value)) : "memory")

__attribute__((noinline)) void served(int number) {
  handled[number & 7]++;
}

__attribute__((noinline)) static int serve(int number, int extra) {
  int twice = number * 2;
  served(number);
  return twice + extra;
}

static void quiet_software(void) { *(volatile u32 *)0x2000000 = 0; }
static void quiet_timer(void) {
  *(volatile u32 *)0x2004000 = 0xffffffff;
  *(volatile u32 *)0x2004004 = 0xffffffff;
}

// Called by the assembly entry.
void software_interrupt(word cause, word epc) {
  int local = 22;
  quiet_software();
  __asm volatile("csrsi mstatus, 8");
  sink = serve(0, local + (int)(cause & 1));
  __asm volatile("csrci mstatus, 8");
  (void)epc;
}

__attribute__((interrupt("machine"), aligned(4))) void timer_handler(void) {
  word epc = CSR_READ(mepc);
  word status = CSR_READ(mstatus);
  quiet_timer();
  __asm volatile("csrsi mstatus, 8");
  sink = serve(1, 5);
  __asm volatile("csrci mstatus, 8");
  CSR_WRITE(mepc, epc);
  CSR_WRITE(mstatus, status);
}

// Steps over the ECALL.
__attribute__((interrupt("machine"), aligned(4))) void call_handler(void) {
  word epc = CSR_READ(mepc);
  serve(2, 0);
  CSR_WRITE(mepc, epc + 4);
}

__attribute__((naked, used)) void poke(void) {
  __asm volatile("sw a1, 0(a0)\n nop\n");
}

int main(void) {
  quiet_timer();
  CSR_WRITE(mtvec, (word)vector_table | 1);
  CSR_WRITE(mie, 0x88);
  CSR_WRITE(mstatus, 0x3888);
  __asm volatile("ecall");
  work();
}

void start(void) {
  for (u32 *from = data_load, *to = data_start; to < data_end;) *to++ = *from++;
  for (u32 *to = bss_start; to < bss_end;) *to++ = 0;
  main();
  for (;;) {
  }
}

void *memcpy(void *to, const void *from, word size) {
  for (word i = 0; i < size; i++) ((char *)to)[i] = ((const char *)from)[i];
  return to;
}
