/* Exceptions in exceptions: SVC called from thread code, PendSV pended inside it, SysTick above both. */
#include <stdint.h>
#include "corpus.h"

#define ICSR (*(volatile uint32_t *)0xE000ED04u)
#define SHPR2 (*(volatile uint32_t *)0xE000ED1Cu)
#define SHPR3 (*(volatile uint32_t *)0xE000ED20u)
#define SYST_CSR (*(volatile uint32_t *)0xE000E010u)
#define SYST_RVR (*(volatile uint32_t *)0xE000E014u)

volatile unsigned svc_calls, pendsv_calls, tick_calls;

KEEP static unsigned deep(unsigned n) {
  sink = (int)n;
  return n == 0 ? 0 : 1 + deep(n - 1);
}

void SVC_Handler(void) {
  svc_calls++;
  ICSR = 1u << 28; /* PENDSVSET: PendSV is more urgent here, so it nests */
  sink = (int)deep(2);
}

void PendSV_Handler(void) {
  unsigned before = pendsv_calls;
  sink = (int)deep(3);
  pendsv_calls = before + 1;
}

void SysTick_Handler(void) {
  tick_calls++;
  sink = (int)deep(1);
}

KEEP static int call_supervisor(int argument) {
  register int r0 __asm("r0") = argument;
  __asm volatile("svc 7" : "+r"(r0) : : "memory");
  return r0;
}

void theme_exceptions_arm(void) {
  SHPR2 = 0xC0000000u;              /* SVC least urgent */
  SHPR3 = (0x40u << 24) | (0x80u << 16); /* SysTick above PendSV */
  SYST_RVR = 4001;
  SYST_CSR = 7;
  sink = call_supervisor(source);
}
