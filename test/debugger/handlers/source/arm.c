// An Arm M-profile program whose handlers have every shape that compilers and people give them. A debugger steps its thread,
// pends an exception with `poke`, and reads special registers with the stubs behind it.
#include "work.h"

typedef unsigned int u32;
extern u32 stack_top[], data_start[], data_end[], data_load[], bss_start[], bss_end[];

u32 thread_stack[256] __attribute__((aligned(8)));
u32 handled[8];

__attribute__((noinline)) void served(int number) {
  handled[number & 7]++;
}

__attribute__((noinline)) static int serve(int number, int extra) {
  int twice = number * 2;
  served(number);
  return twice + extra;
}

// Plain.
void plain_handler(void) {
  int before = 11;
  int result = serve(0, before);
  sink = result + before;
}

// The attribute aligns the stack in the prologue.
__attribute__((interrupt)) void attribute_handler(void) {
  volatile long long aligned = 0x1122334455667788;
  sink = serve(1, (int)aligned);
}

// Written by hand, without unwind tables.
__attribute__((naked)) void assembly_handler(void) {
  __asm volatile(
      "push {r4, lr}\n"
      "sub sp, #8\n"
      "movs r4, #42\n"
      "bl from_assembly\n"
      "add sp, #8\n"
      "pop {r4, pc}\n");
}
__attribute__((used)) void from_assembly(void) {
  int local = 22;
  sink = serve(2, local);
}

// Jumps to C with the frame's address, as fault handlers do.
__attribute__((naked)) void jumping_handler(void) {
  __asm volatile(
      "movs r0, #4\n"
      "mov r1, lr\n"
      "tst r0, r1\n"
      "beq 1f\n"
      "mrs r0, psp\n"
      "b 2f\n"
      "1: mrs r0, msp\n"
      "2: ldr r1, =with_frame\n"
      "bx r1\n"
      ".ltorg\n");
}
__attribute__((used)) void with_frame(u32 *frame) {
  u32 pc = frame[6];
  served(3);
  sink = (int)pc;
}

// Saves the thread's registers on its own stack and calls the scheduler, as kernels do.
__attribute__((naked)) void switching_handler(void) {
  __asm volatile(
      ".syntax unified\n"
      "mrs r0, psp\n"
      "subs r0, #32\n"
      "stmia r0!, {r4-r7}\n"
      "mov r4, r8\n"
      "mov r5, r9\n"
      "mov r6, r10\n"
      "mov r7, r11\n"
      "stmia r0!, {r4-r7}\n"
      "subs r0, #32\n"
      "ldmia r0!, {r4-r7}\n"
      "push {r3, lr}\n"
      "bl schedule\n"
      "pop {r3, pc}\n");
}
__attribute__((used)) void schedule(void) {
  int next = 33;
  sink = serve(4, next);
}

#ifdef WITH_FLOATS
// Uses the floating-point unit: the lazily stacked registers of the thread go to their place.
void float_handler(void) {
  volatile float x = 2.5f;
  float y = x * 3.0f;
  serve(5, 1);
  sink = (int)(y + x);
}
#else
void float_handler(void) { serve(5, 1); }
#endif

void supervisor_handler(void) { serve(6, 2); }

__attribute__((naked, used)) void poke(void) {
  __asm volatile("str r1, [r0]\n nop\n");
}
__attribute__((naked, used)) void read_msp(void) { __asm volatile("mrs r0, msp\n nop\n"); }
__attribute__((naked, used)) void read_psp(void) { __asm volatile("mrs r0, psp\n nop\n"); }
__attribute__((naked, used)) void read_control(void) { __asm volatile("mrs r0, control\n nop\n"); }

static void on_thread_stack(void) {
  __asm volatile("svc 0");
  work();
}

int main(void) {
#ifdef WITH_FLOATS
  *(volatile u32 *)0xe000ed88 |= 0xf << 20;
#endif
  // Priorities: IRQ 0 and 3 lowest, then IRQ 1 and 4, then IRQ 2 and 5.
  *(volatile u32 *)0xe000e400 = 0xc04080c0;
  *(volatile u32 *)0xe000e404 = 0x00004080;
  *(volatile u32 *)0xe000e100 = 0x3f;
#ifdef MAIN_STACK
  work();
#else
  __asm volatile(
      "msr psp, %0\n"
      "movs r0, #2\n"
      "msr control, r0\n"
      "isb\n" ::"r"(thread_stack + 256)
      : "r0");
  on_thread_stack();
#endif
}

void Reset_Handler(void) {
  for (u32 *from = data_load, *to = data_start; to < data_end;) *to++ = *from++;
  for (u32 *to = bss_start; to < bss_end;) *to++ = 0;
  main();
  for (;;) {
  }
}

static void unexpected(void) {
  for (;;) {
  }
}

__attribute__((section(".vectors"), used)) static const void *const vectors[] = {
    stack_top,       Reset_Handler, unexpected, unexpected, unexpected, unexpected, unexpected, unexpected, 0, 0, 0,
    supervisor_handler, unexpected, 0,          unexpected, unexpected,
    // IRQ 0–5
    plain_handler, attribute_handler, assembly_handler, jumping_handler, switching_handler, float_handler,
};

void *memcpy(void *to, const void *from, unsigned size) {
  for (unsigned i = 0; i < size; i++) ((char *)to)[i] = ((const char *)from)[i];
  return to;
}
