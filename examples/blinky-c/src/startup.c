/* Vector table and what happens before main(). */
#include <stdint.h>
#include "board.h"

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_top[];

typedef void (*function_t)(void);
/* Of static C++ objects; none in a C program. */
extern const function_t constructors_start[], constructors_end[];

int main(void);
void Reset_Handler(void);
void HardFault_Handler(void);
void Default_Handler(void);

void Reset_Handler(void) {
  const uint32_t *from = data_load;
  for (uint32_t *to = data_start; to < data_end;) *to++ = *from++;
  for (uint32_t *to = bss_start; to < bss_end;) *to++ = 0;
  for (const function_t *constructor = constructors_start; constructor < constructors_end; constructor++) (*constructor)();
  main();
  for (;;) {
  }
}

/* Set a breakpoint here, or let the debugger catch the fault by itself. */
void HardFault_Handler(void) {
  led_set(LED_RED, true);
  for (;;) {
  }
}

void Default_Handler(void) {
  for (;;) {
  }
}

/* 16 system exceptions, then the 32 interrupts of the chip. */
__attribute__((section(".vectors"), used)) static const function_t vectors[48] = {
    [0] = (function_t)(uintptr_t)stack_top,
    [1] = Reset_Handler,
    [2] = Default_Handler,
    [3] = HardFault_Handler,
    [11] = Default_Handler,
    [14] = Default_Handler,
    [15] = SysTick_Handler,
    [16 + 15] = TIM2_Handler,
};
