/* A program to measure debuggers with: one round of the loop in main() passes every place that an operation of the benchmark
   starts from. The benchmark finds the lines by the words after "at:". */
#include <stddef.h>
#include <stdint.h>

typedef struct {
  int32_t value;
  uint16_t count;
  uint8_t kind;
  int8_t offset[5];
} sample_t;

/** Bytes of the flash as arrays of every length, to see how the cost of showing one grows. */
typedef union {
  uint8_t of10[10], of100[100], of1000[1000], of10000[10000], of100000[100000];
} bytes_t;

typedef struct {
  const char *name;
  char *buffer;
  uint32_t size;
  volatile uint32_t write;
  volatile uint32_t read;
  uint32_t flags;
} channel_t;

enum { SAMPLES = 100, CHANNELS = 16, CLOCK_HZ = 8000000 };
enum mode { MODE_ROUNDS, MODE_FLOOD, MODE_SINK };

sample_t samples[SAMPLES];
const bytes_t *const flash = (const bytes_t *)0x08000000;
volatile uint32_t depth = 20;
volatile enum mode mode;
volatile uint32_t round_count, received, live[10];
volatile int32_t total;

struct {
  char id[16];
  int32_t up_count, down_count;
  channel_t channels[CHANNELS + 1];
} _SEGGER_RTT; /* the name that debuggers look for */

static char terminal_up[1024], terminal_down[256], others[CHANNELS][64];

static void rtt_init(void) {
  /* Backwards, so that a search of the flash finds no second control block. */
  static const char id_reversed[16] = "\0\0\0\0\0\0TTR REGGES";
  _SEGGER_RTT.channels[0] = (channel_t){"Terminal", terminal_up, sizeof terminal_up, 0, 0, 0};
  _SEGGER_RTT.channels[1] = (channel_t){"Terminal", terminal_down, sizeof terminal_down, 0, 0, 0};
  for (unsigned i = 2; i <= CHANNELS; i++) _SEGGER_RTT.channels[i] = (channel_t){"More", others[i - 1], sizeof others[0], 0, 0, 0};
  _SEGGER_RTT.up_count = 1;
  _SEGGER_RTT.down_count = 1;
  for (unsigned i = 0; i < 16; i++) ((volatile char *)_SEGGER_RTT.id)[i] = id_reversed[15 - i];
}

/* Keeps the up channel as full as it gets. */
static void flood(void) {
  channel_t *up = &_SEGGER_RTT.channels[0];
  const uint32_t next = up->write + 1 == up->size ? 0 : up->write + 1;
  if (next == up->read) return;
  up->buffer[up->write] = 'x';
  up->write = next;
}

/* Takes what comes down at once. */
static void sink(void) {
  channel_t *down = &_SEGGER_RTT.channels[1];
  const uint32_t end = down->write;
  received += end >= down->read ? end - down->read : down->size - down->read + end;
  down->read = end;
}

__attribute__((noinline)) static int32_t add(int32_t a, int32_t b) {
  const int32_t sum = a + b;
  total = sum; /* at: in add */
  return sum;
}

__attribute__((noinline)) static uint32_t factorial(uint32_t n) {
  if (n == 0) return 1; /* at: recursion */
  return n * factorial(n - 1);
}

__attribute__((noinline)) static uint32_t descend(uint32_t left) {
  if (left == 0) {
    total = 0; /* at: bottom */
    return 0;
  }
  return descend(left - 1) + 1;
}

__attribute__((noinline)) static void spin(uint32_t milliseconds) {
  /* Four cycles for each turn. */
  for (uint32_t left = milliseconds * (CLOCK_HZ / 4000); left != 0; left--) __asm volatile("");
}

__attribute__((noinline)) static void visit(int32_t i) {
  total = i; /* at: visited */
}

#define TEN(x) x(0) x(1) x(2) x(3) x(4) x(5) x(6) x(7) x(8) x(9)

__attribute__((noinline)) static int32_t thirty(int32_t seed) {
#define DECLARE(n) volatile int32_t number##n = seed + n; volatile uint16_t half##n = (uint16_t)(seed * n); volatile uint8_t byte##n = n;
  TEN(DECLARE)
#define ADD(n) total += number##n + half##n + byte##n;
  TEN(ADD) /* at: thirty */
  return total;
}

/* In RAM, where software breakpoints can be: 256 instructions. */
__attribute__((section(".ramfunc"), noinline, long_call)) void ram_code(void) { __asm volatile(".rept 255\n nop\n .endr"); }

static void rounds(void) {
  const int32_t before = total;
  total = add(before, 1);      /* at: call */
  total += 2;                  /* at: after call */
  total += 3;                  /* at: continue from */
  total += 4;                  /* at: continue to */
  spin(50);                    /* at: long call */
  total = factorial(20) != 0;  /* at: after long call */
  total = (int32_t)descend(depth);
  for (int32_t i = 0; i < 19; i++) visit(i); /* at: nineteen */
  total = 0;                   /* at: after nineteen */
  for (int32_t i = 0; i < 200; i++) visit(i); /* at: two hundred */
  total = 0;                   /* at: after two hundred */
  thirty((int32_t)round_count);
  ram_code();                  /* at: ram code */
  total = 0;                   /* at: before park */
  spin(400);
}

int main(void) {
  rtt_init(); /* at: main */
  for (unsigned i = 0; i < SAMPLES; i++) samples[i] = (sample_t){(int32_t)(i * i), (uint16_t)(1000 - i), (uint8_t)(i & 7), {1, 2, 3, 4, (int8_t)-i}};
  for (;;) {
    if (mode == MODE_FLOOD) flood();
    else if (mode == MODE_SINK) sink();
    else rounds();
    round_count++;
    for (unsigned i = 0; i < sizeof live / sizeof *live; i++) live[i] = round_count * (i + 1);
  }
}

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_top[];

void Reset_Handler(void) {
  const uint32_t *from = data_load;
  for (uint32_t *to = data_start; to < data_end;) *to++ = *from++;
  for (uint32_t *to = bss_start; to < bss_end;) *to++ = 0;
  main();
  for (;;) {
  }
}

void Default_Handler(void) {
  for (;;) {
  }
}

typedef void (*function_t)(void);
__attribute__((section(".vectors"), used)) static const function_t vectors[16] = {
    [0] = (function_t)(uintptr_t)stack_top,
    [1] = Reset_Handler,
    [2] = Default_Handler,
    [3] = Default_Handler,
};
