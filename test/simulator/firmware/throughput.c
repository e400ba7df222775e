/* Work for the interpreter: CRC, sort, multiply, divide; leaves a checksum in `result` and stops at BKPT. */
#include "start.h"

volatile uint32_t result;
static uint32_t values[512];

static uint32_t crc(const uint8_t *p, uint32_t n) {
  uint32_t c = ~0u;
  while (n--) { c ^= *p++; for (int k = 0; k < 8; k++) c = c & 1 ? (c >> 1) ^ 0xEDB88320u : c >> 1; }
  return ~c;
}
static void sort(uint32_t *v, int n) {
  for (int i = 1; i < n; i++) { uint32_t x = v[i]; int j = i - 1; while (j >= 0 && v[j] > x) { v[j + 1] = v[j]; j--; } v[j + 1] = x; }
}
int main(void) {
  uint32_t s = 12345, r = 0;
  for (int round = 0; round < 40; round++) {
    for (int i = 0; i < 512; i++) { s = s * 1664525u + 1013904223u; values[i] = s; }
    sort(values, 512);
    r = r * 31 + crc((const uint8_t *)values, sizeof values) + values[round] / (uint32_t)(round + 3);
  }
  result = r;
  __asm volatile("bkpt 1");
  for (;;) { }
}
