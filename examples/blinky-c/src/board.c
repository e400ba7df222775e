/* Registers of an STM32F072 that this program needs, and nothing else of it. */
#include "board.h"

typedef volatile uint32_t reg_t;

typedef struct {
  reg_t MODER, OTYPER, OSPEEDR, PUPDR, IDR, ODR, BSRR;
} gpio_t;

typedef struct {
  reg_t CSR, RVR, CVR;
} systick_t;

typedef struct {
  reg_t CR1, CR2, SMCR, DIER, SR, EGR, unused[3], CNT, PSC, ARR;
} timer_t;

typedef struct {
  reg_t CR1, CR2, CR3, BRR, GTPR, RTOR, RQR, ISR, ICR, RDR, TDR;
} usart_t;

#define GPIOC ((gpio_t *)0x48000800u)
#define SYSTICK ((systick_t *)0xE000E010u)
#define TIM2 ((timer_t *)0x40000000u)
#define USART1 ((usart_t *)0x40013800u)
#define RCC_AHBENR (*(reg_t *)0x40021014u)
#define RCC_APB2ENR (*(reg_t *)0x40021018u)
#define RCC_APB1ENR (*(reg_t *)0x4002101Cu)
#define NVIC_ISER (*(reg_t *)0xE000E100u)

enum { TIM2_IRQ = 15, TXE = 1 << 7 };

static volatile uint32_t ticks;
volatile uint32_t timer_interrupts;

static void gpio_init(void) {
  static const led_t leds[] = {LED_GREEN, LED_RED, LED_BLUE};
  for (unsigned i = 0; i < sizeof leds / sizeof *leds; i++) GPIOC->MODER |= 1u << (2 * leds[i]);
}

static void systick_init(void) {
  SYSTICK->RVR = CLOCK_HZ / 1000 - 1;
  SYSTICK->CVR = 0;
  SYSTICK->CSR = 7; /* core clock, interrupt, on */
}

/* Interrupts ten times a second. */
static void timer_init(void) {
  TIM2->PSC = CLOCK_HZ / 10000 - 1;
  TIM2->ARR = 1000 - 1;
  TIM2->DIER = 1;
  TIM2->CR1 = 1;
  NVIC_ISER = 1u << TIM2_IRQ;
}

static void serial_init(void) {
  USART1->BRR = CLOCK_HZ / 115200;
  USART1->CR1 = 1u << 3 | 1u << 0; /* transmitter on, USART on */
}

void board_init(void) {
  RCC_AHBENR |= 1u << 19;  /* GPIOC */
  RCC_APB1ENR |= 1u << 0;  /* TIM2 */
  RCC_APB2ENR |= 1u << 14; /* USART1 */
  gpio_init();
  serial_init();
  timer_init();
  systick_init();
}

void led_set(led_t led, bool on) { GPIOC->BSRR = 1u << (on ? led : led + 16); }

void led_toggle(led_t led) { led_set(led, (GPIOC->ODR >> led & 1u) == 0); }

void serial_write(const char *text) {
  for (; *text; text++) {
    while (!(USART1->ISR & TXE)) {
    }
    USART1->TDR = (uint8_t)*text;
  }
}

uint32_t milliseconds(void) { return ticks; }

void sleep_until_interrupt(void) { __asm volatile("wfi"); }

void SysTick_Handler(void) { ticks++; }

void TIM2_Handler(void) {
  TIM2->SR = 0;
  timer_interrupts++;
}
