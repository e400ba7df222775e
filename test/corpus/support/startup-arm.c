/* Vector table and reset code for Arm M-profile; the same for every program of the corpus. */
#include <stdint.h>

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_top[];
extern void (*const init_array_start[])(void);
extern void (*const init_array_end[])(void);

int main(void);
void Reset_Handler(void);
void Default_Handler(void);
void HardFault_Handler(void);
void SVC_Handler(void) __attribute__((weak, alias("Default_Handler")));
void PendSV_Handler(void) __attribute__((weak, alias("Default_Handler")));
void SysTick_Handler(void) __attribute__((weak, alias("Default_Handler")));

/* Copies through volatile, so that no compiler turns the loops into calls of memcpy before .data is there. */
void Reset_Handler(void) {
  const volatile uint32_t *from = data_load;
  for (volatile uint32_t *to = data_start; to != data_end;) *to++ = *from++;
  for (volatile uint32_t *to = bss_start; to != bss_end;) *to++ = 0;
#if defined(__ARM_FP)
  *(volatile uint32_t *)0xE000ED88u |= 0xFu << 20; /* CPACR: full access to the FPU */
#endif
  for (void (*const *constructor)(void) = init_array_start; constructor != init_array_end; constructor++) (*constructor)();
  (void)main();
  for (;;) {
  }
}

void Default_Handler(void) {
  for (;;) {
  }
}

void HardFault_Handler(void) {
  for (;;) {
  }
}

typedef void (*handler)(void);

__attribute__((section(".vectors"), used)) static const handler vectors[48] = {
    (handler)(uintptr_t)stack_top, Reset_Handler, Default_Handler, HardFault_Handler, 0, 0, 0, 0, 0, 0, 0,
    SVC_Handler, 0, 0, PendSV_Handler, SysTick_Handler,
};
