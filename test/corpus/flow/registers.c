/* Values that live in pieces: 64-bit in register pairs, doubles, structs taken apart; optimised out; entry values. */
#include <stdint.h>
#include "corpus.h"

struct halves {
  uint32_t low, high;
};

KEEP static int consume(int x) {
  sink = x;
  return source;
}

KEEP static uint64_t rotate(uint64_t value, unsigned by) {
  uint64_t up = value << by;
  uint64_t down = value >> (64 - by);
  consume((int)up);
  return up | down;
}

KEEP static double blend(double a, double b, float share) {
  double part = a * (double)share;
  consume((int)part);
  double rest = b * (1.0 - (double)share);
  return part + rest;
}

KEEP static uint32_t split(uint64_t value) {
  struct halves h = {(uint32_t)value, (uint32_t)(value >> 32)};
  consume((int)h.low);
  h.high += h.low;
  consume((int)h.high);
  return h.low ^ h.high;
}

/* `first` dies in its register after the first call; only DW_OP_entry_value can bring it back. */
KEEP static int entry_values(int first, int second, int third) {
  int unused = first * 77;
  int known = 42;
  (void)unused;
  consume(first);
  consume(second + known);
  return consume(third);
}

KEEP static int many(int a, int b, int c, int d, int e, int f, int g, int h) {
  int x = a * b, y = c * d, z = e * f, w = g * h;
  consume(x + y);
  consume(z - w);
  return x ^ y ^ z ^ w;
}

void theme_registers(void) {
  uint64_t wide = rotate(0x0123456789ABCDEFull + (unsigned)source, 12);
  double mixed = blend(1.5, -2.5, 0.25f);
  int kept = source;
  int total = entry_values(kept, kept + 1, 9) + many(1, 2, 3, 4, 5, 6, 7, kept);
  sink = (int)split(wide) + (int)mixed + total;
}
