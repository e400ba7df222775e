/* What both images begin with: the reset handler and the vector table. */
#include <stdint.h>

extern uint32_t _sidata, _sdata, _edata, _sbss, _ebss, _estack;
int main(void);

void Reset_Handler(void) {
  for (uint32_t *s = &_sidata, *d = &_sdata; d < &_edata;) *d++ = *s++;
  for (uint32_t *d = &_sbss; d < &_ebss;) *d++ = 0;
  main();
}
void HardFault_Handler(void) { for (;;) { } }
__attribute__((weak)) void SVC_Handler(void);
__attribute__((weak)) void PendSV_Handler(void);
__attribute__((weak)) void SysTick_Handler(void);
__attribute__((weak)) void TIM2_IRQHandler(void);
__attribute__((weak)) void USART1_IRQHandler(void);

typedef void (*vector_t)(void);
__attribute__((section(".isr_vector"), used)) static const vector_t vectors[48] = {
  [0] = (vector_t)&_estack, [1] = Reset_Handler, [3] = HardFault_Handler, [11] = SVC_Handler,
  [14] = PendSV_Handler, [15] = SysTick_Handler, [16 + 15] = TIM2_IRQHandler, [16 + 27] = USART1_IRQHandler,
};
