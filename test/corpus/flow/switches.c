/* Long switch tables (dense and sparse), computed goto, a loop with goto in and out, Duff's device. */
#include <stdint.h>
#include "corpus.h"

KEEP static int dense(int x) {
  switch (x) {
  case 0: sink = 1; return 10;
  case 1: sink = 2; return 21;
  case 2: sink = 3; return 32;
  case 3: sink = 4; /* fall through */
  case 4: sink = 5; return 54;
  case 5: return sink;
  case 6: sink ^= 7; return 76;
  case 7: sink += 8; return 87;
  case 8: sink -= 9; return 98;
  case 9: sink = 10; return 109;
  case 10: sink = 11; return 110;
  case 11: sink = source; return 121;
  default: return -1;
  }
}

KEEP static int sparse(unsigned x) {
  switch (x) {
  case 3: return 1;
  case 77: return 2;
  case 1000: return 3;
  case 65536: return 4;
  case 0x80000000u: return 5;
  default: return 0;
  }
}

KEEP static int interpret(const uint8_t *code) {
  static const void *const labels[] = {&&stop, &&increment, &&twice, &&negate};
  int accumulator = source;
  goto *labels[*code];
increment:
  accumulator++;
  goto *labels[*++code];
twice:
  accumulator *= 2;
  goto *labels[*++code];
negate:
  accumulator = -accumulator;
  goto *labels[*++code];
stop:
  return accumulator;
}

KEEP static void duff(volatile uint8_t *to, const uint8_t *from, int count) {
  int turns = (count + 3) / 4;
  switch (count % 4) {
  case 0:
    do {
      *to++ = *from++; /* fall through */
    case 3:
      *to++ = *from++; /* fall through */
    case 2:
      *to++ = *from++; /* fall through */
    case 1:
      *to++ = *from++;
    } while (--turns > 0);
  }
}

void theme_switches(void) {
  static const uint8_t code[] = {1, 2, 3, 1, 0};
  uint8_t copy[sizeof code];
  int total = 0;
  for (int i = -1; i < 13; i++) total += dense(i);
  duff(copy, code, sizeof code);
  sink = total + sparse(77) + sparse((unsigned)source) + interpret(copy);
}
