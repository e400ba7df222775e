/* Exercises what the tests with the real OpenOCD look at: ticks, a RAM function, RTT, semihosting and a fault on
   request, a button, TIM2 and USART1. */
#include "start.h"

#define REG(a) (*(volatile uint32_t *)(a))
#define SYST_CSR REG(0xE000E010)
#define SYST_RVR REG(0xE000E014)
#define SYST_CVR REG(0xE000E018)
#define NVIC_ISER REG(0xE000E100)
#define ICSR REG(0xE000ED04)
#define GPIOA_IDR REG(0x48000010)
#define GPIOC_MODER REG(0x48000800)
#define GPIOC_BSRR REG(0x48000818)
#define TIM2_CR1 REG(0x40000000)
#define TIM2_DIER REG(0x4000000C)
#define TIM2_SR REG(0x40000010)
#define TIM2_PSC REG(0x40000028)
#define TIM2_ARR REG(0x4000002C)
#define USART1_CR1 REG(0x40013800)
#define USART1_BRR REG(0x4001380C)
#define USART1_ISR REG(0x4001381C)
#define USART1_RDR REG(0x40013824)
#define USART1_TDR REG(0x40013828)

typedef struct { const char *name; char *buffer; uint32_t size; volatile uint32_t write, read; uint32_t flags; } channel_t;
static struct { char id[16]; int32_t ups, downs; channel_t up[2], down[1]; } rtt;
static char up0[1024], up1[64], down0[64];

volatile uint32_t ticks, loops, pendsv_count, svc_count, timer_count, button;
volatile uint32_t request_semihosting, request_fault, request_flood; /* set by the host */
volatile uint32_t watched = 7;
volatile char received[16];
volatile uint32_t received_count;
volatile uint32_t mixed = 1;

static void rtt_init(void) {
  static const char reversed[] = "\0\0\0\0\0\0TTR REGGES"; /* so that flash holds no second match */
  rtt.ups = 2; rtt.downs = 1;
  rtt.up[0] = (channel_t){ "Terminal", up0, sizeof up0, 0, 0, 0 };
  rtt.up[1] = (channel_t){ "Telemetry", up1, sizeof up1, 0, 0, 0 };
  rtt.down[0] = (channel_t){ "Terminal", down0, sizeof down0, 0, 0, 0 };
  for (int i = 0; i < 16; i++) rtt.id[i] = reversed[15 - i];
}
static void rtt_write(const char *text) {
  channel_t *c = &rtt.up[0];
  for (; *text; text++) {
    uint32_t next = c->write + 1 == c->size ? 0 : c->write + 1;
    if (next == c->read) return;
    c->buffer[c->write] = *text;
    c->write = next;
  }
}
static int rtt_read(void) {
  channel_t *c = &rtt.down[0];
  if (c->read == c->write) return -1;
  int x = c->buffer[c->read];
  c->read = c->read + 1 == c->size ? 0 : c->read + 1;
  return x;
}

void SysTick_Handler(void) { ticks++; }
void PendSV_Handler(void) { pendsv_count++; }
void SVC_Handler(void) { svc_count++; }
void TIM2_IRQHandler(void) { TIM2_SR = 0; timer_count++; }
void USART1_IRQHandler(void) {
  char c = (char)USART1_RDR;
  if (received_count < sizeof received) received[received_count++] = c;
}

__attribute__((noinline)) int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
__attribute__((noinline, section(".ramfunc"), long_call)) uint32_t ram_mix(uint32_t a) { a ^= a << 13; a ^= a >> 17; a ^= a << 5; return a; }
static void semihosting_write(const char *text) {
  register int operation __asm("r0") = 4; /* SYS_WRITE0 */
  register const char *argument __asm("r1") = text;
  __asm volatile("bkpt 0xAB" : "+r"(operation) : "r"(argument) : "memory");
}

int main(void) {
  rtt_init();
  rtt_write("board up\n");
  GPIOC_MODER = 1 << 18;
  SYST_RVR = 8000 - 1; SYST_CVR = 0; SYST_CSR = 7;             /* 1 ms at 8 MHz */
  TIM2_PSC = 7; TIM2_ARR = 9999; TIM2_DIER = 1; TIM2_CR1 = 1;  /* 10 ms */
  USART1_BRR = 70; USART1_CR1 = 0x2D;                          /* 115200 baud; RXNEIE, TE, RE, UE */
  NVIC_ISER = (1u << 15) | (1u << 27);
  for (const char *p = "hello usart\n"; *p; p++) { while (!(USART1_ISR & 0x80)) { } USART1_TDR = (uint32_t)*p; }
  for (uint32_t next = 100;;) {
    loops++;
    mixed = ram_mix(mixed);
    button = GPIOA_IDR & 1;
    if (request_semihosting) { request_semihosting = 0; semihosting_write("hello from semihosting\n"); }
    if (request_fault) { request_fault = 0; (void)REG(0x60000000); }
    for (int c; (c = rtt_read()) >= 0;) { char s[2] = { (char)(c >= 'a' && c <= 'z' ? c - 32 : c), 0 }; rtt_write(s); }
    while (request_flood) rtt_write("0123456789abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOP\n");
    if ((int32_t)(ticks - next) >= 0) {
      next += 100;
      watched += (uint32_t)fib(10);
      GPIOC_BSRR = (next / 100) & 1 ? 1u << 9 : 1u << 25;
      ICSR = 1 << 28;
      __asm volatile("svc 0");
      rtt_write("tick\n");
    }
    __asm volatile("wfi");
  }
}
