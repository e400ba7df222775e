/* Every scalar of C: _Bool, _Complex, wide and UTF characters, all integers, floats, enums of odd ranges, qualified pointers. */
#include <complex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include "corpus.h"

typedef __CHAR16_TYPE__ utf16;
typedef __CHAR32_TYPE__ utf32;

enum negative { MINUS = -5, NOTHING = 0, PLUS = 5 };
enum large { SMALL = 1, LARGE = 0xFFFFFFFFu };
enum flags { FLAG_A = 1, FLAG_B = 2, FLAG_C = 8 };

bool yes = true;
_Bool no;
float _Complex complex_float = 1.5f - 2.25f * I;
double _Complex complex_double = -3.0 + 0.125 * I;
wchar_t wide = L'Ω';
const wchar_t wide_text[] = L"wide ✓";
const utf16 text16[] = u"sixteen €";
const utf32 text32[] = U"thirty-two 😀";
const char text8[] = u8"eight ü";
signed char tiny = -128;
unsigned char byte = 0x80;
long long longest = INT64_MIN;
unsigned long long biggest = UINT64_MAX;
float infinity_value = __builtin_inff();
double not_a_number = __builtin_nan("");
float smallest = 1.17549435e-38f;
double third = 1.0 / 3.0;
enum negative sign = MINUS;
enum large size = LARGE;
enum flags flags = (enum flags)(FLAG_A | FLAG_C);
const volatile int *const volatile qualified = &source;
void *nowhere;
const void *somewhere = &third;

KEEP static double mix(double a, float b, long long c, bool d, const int *restrict p, int *restrict q) {
  *q = *p + 1;
  return d ? a * (double)b : (double)c;
}

KEEP static float _Complex turn(float _Complex value) {
  float _Complex turned = value * I;
  return turned;
}

void theme_scalars(void) {
  int in = source, out = 0;
  const double mixed = mix(third, smallest, longest, yes, &in, &out);
  const volatile int stuck = 11;
  complex_float = turn(complex_float);
  flags ^= FLAG_B;
  sink = (int)mixed + out + stuck + (int)wide + *qualified;
}
