/* Frames that are not plain: alloca, large frames, dynamic realignment, varargs, frame address. */
#include <stdarg.h>
#include <stdint.h>
#include "corpus.h"

KEEP static int use(volatile char *bytes, int count) {
  int total = 0;
  for (int i = 0; i < count; i++) {
    bytes[i] = (char)i;
    total += bytes[i];
  }
  return total;
}

KEEP static int with_alloca(int count) {
  char *bytes = __builtin_alloca((unsigned)count);
  int total = use(bytes, count);
  if (count > 4) {
    char *more = __builtin_alloca((unsigned)count / 2);
    total += use(more, count / 2);
  }
  return total + bytes[1];
}

KEEP static int large_frame(int seed) {
  volatile int block[300];
  for (int i = 0; i < 300; i += 50) block[i] = seed + i;
  return use((volatile char *)block, 20) + block[250];
}

KEEP static int aligned_frame(int seed) {
  _Alignas(32) volatile uint32_t words[8];
  words[0] = (uint32_t)seed;
  return use((volatile char *)words, 8) + (int)((uintptr_t)words & 31);
}

KEEP static int add_all(int count, ...) {
  va_list list;
  va_start(list, count);
  int total = 0;
  for (int i = 0; i < count; i++) total += i == 2 ? (int)va_arg(list, double) : va_arg(list, int);
  va_end(list);
  return total;
}

void theme_stack(void) {
  sink = with_alloca(source * 3);
  sink += large_frame(source);
  sink += aligned_frame(source);
  sink += add_all(4, 1, 2, 3.0, source);
}
