/* Bit-fields: signed and unsigned, crossing byte and word borders, unnamed and zero-width, in unions and packed structs. */
#include <stdbool.h>
#include <stdint.h>
#include "corpus.h"

struct plain {
  unsigned low : 3;
  int negative : 5;
  unsigned crossing : 17;
  unsigned : 2;
  unsigned top : 5;
  signed int one : 1;
  unsigned : 0;
  unsigned fresh : 9;
};

struct packed {
  uint8_t head : 4;
  uint64_t wide : 39;
  int64_t signed_wide : 21;
  bool flag : 1;
  uint16_t tail;
} __attribute__((packed));

enum colour { RED, GREEN, BLUE = 5 };

struct mixed {
  char letter;
  enum colour colour : 4;
  short small : 11;
  long long big : 50;
};

union view {
  uint32_t word;
  struct {
    uint32_t a : 1, b : 2, c : 3, d : 4, e : 22;
  };
};

struct plain plain_bits = {5, -13, 0x1ABCD, 21, -1, 300};
struct packed packed_bits = {9, 0x5555555555, -1000000, true, 0xBEEF};
volatile struct mixed mixed_bits = {'m', BLUE, -1000, -1234567890123};
union view view_bits = {0xDEADBEEF};

KEEP int sum_bits(struct plain p, const struct packed *q) {
  int total = (int)p.low + p.negative + (int)p.crossing + p.one;
  total += q->head + (int)q->wide + (int)q->signed_wide + q->flag;
  return total;
}

void theme_bitfields(void) {
  struct plain local = plain_bits;
  local.negative = source - 16;
  local.crossing += (unsigned)source;
  mixed_bits.small = (short)(mixed_bits.small + 1);
  view_bits.e++;
  sink = sum_bits(local, &packed_bits) + mixed_bits.small + (int)view_bits.d;
}
