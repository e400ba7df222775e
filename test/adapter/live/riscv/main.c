/* Everything a debugger meets on a RISC-V core: recursion, a timer interrupt, traps, tail calls, inlined calls, structs. */
#include <stdint.h>

typedef struct {
  int x;
  int y;
} Point;

typedef struct {
  Point corner[2];
  const char *name;
  unsigned flags : 3;
  unsigned rest : 5;
} Box;

Box box = {{{1, 2}, {3, 4}}, "box", 5, 9};
volatile unsigned counter;
volatile unsigned ticks;
volatile unsigned ticked_in_second;
volatile unsigned fault_request;
volatile unsigned traps;
#if __riscv_flen
typedef double Real;
#else
typedef int Real;
#endif
volatile Real ratio = 1.5;
volatile int sink;
unsigned char bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};

#define CLINT 0x02000000ul
#define MTIMECMP (*(volatile uint32_t *)(CLINT + 0x4000))
#define MTIMECMPH (*(volatile uint32_t *)(CLINT + 0x4004))
#define MTIME (*(volatile uint32_t *)(CLINT + 0xbff8))
#ifndef PERIOD
#define PERIOD 2000
#endif

static void arm_timer(void) {
  MTIMECMPH = 0;
  MTIMECMP = MTIME + PERIOD;
}

__attribute__((noinline)) static void tick(void) {
  ticks++;
  arm_timer();
}

__attribute__((interrupt("machine"), aligned(4))) void trap_handler(void) {
  unsigned long cause, pc;
  __asm volatile("csrr %0, mcause" : "=r"(cause));
  if ((long)cause < 0) {
    tick();
    return;
  }
  traps++;
  __asm volatile("csrr %0, mepc" : "=r"(pc));
  uint16_t op = *(uint16_t *)pc;
  pc += (op & 3) == 3 ? 4 : 2;
  __asm volatile("csrw mepc, %0" : : "r"(pc));
}

__attribute__((noinline)) int factorial(int n) {
  if (n <= 1)
    return 1;
  return n * factorial(n - 1);
}

static inline __attribute__((always_inline)) int squared(int value) {
  int result = value * value;
  sink = result;
  return result;
}

__attribute__((noinline)) int leaf(int a, int b) {
  sink = a;
  return a + b;
}

__attribute__((noinline)) int tail(int a) {
  sink = a;
  return leaf(a, 2);
}

__attribute__((noinline)) int area(const Box *b) {
  int width = b->corner[1].x - b->corner[0].x;
  int height = b->corner[1].y - b->corner[0].y;
  return width * height;
}

__attribute__((noinline)) Real scaled(Real by) {
  Real local = ratio * by;
  ratio = local;
  return local;
}

__attribute__((noinline)) void fault(unsigned kind) {
  if (kind == 1)
    __asm volatile(".4byte 0xffffffff");
  else if (kind == 2)
    sink = *(volatile int *)0x10;
  else if (kind == 3)
    __asm volatile("ecall");
}

__attribute__((noinline)) int work(int round) {
  int total = 0;
  total += factorial(5);
  total += squared(round);
  total += tail(round);
  total += area(&box);
  total += (int)scaled(1.0);
  return total;
}

int main(void) {
  __asm volatile("csrw mtvec, %0" : : "r"(trap_handler));
#if __riscv_flen
  __asm volatile("csrs mstatus, %0" : : "r"(0x2000));
#endif
  arm_timer();
  __asm volatile("csrs mie, %0" : : "r"(0x80));
  __asm volatile("csrs mstatus, %0" : : "r"(8));
  for (int round = 0;; round++) {
    sink = work(round);
    counter++;
    box.corner[1].x = 3 + (round & 7);
    if (fault_request) {
      fault(fault_request);
      fault_request = 0;
    }
  }
}

void second(void) {
  for (;;) {
    ticked_in_second++;
    sink = leaf(1, 2);
  }
}
