/* The board: clock tick, LEDs, a timer and a serial line. */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_HZ 8000000u

typedef enum { LED_GREEN = 9, LED_RED = 6, LED_BLUE = 7 } led_t;

void board_init(void);
void led_set(led_t led, bool on);
void led_toggle(led_t led);
void serial_write(const char *text);
uint32_t milliseconds(void);
void sleep_until_interrupt(void);

void SysTick_Handler(void);
void TIM2_Handler(void);

#endif
