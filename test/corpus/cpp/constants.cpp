// Enum classes with underlying types, constexpr, static and inline members, unions with constructors, nullptr_t, auto, bindings.
#include <stddef.h>
#include <stdint.h>
#include "corpus.h"

enum class Level : uint8_t { Debug = 1, Info, Error = 200 };
enum class Signed : int16_t { Low = -300, High = 300 };
enum Plain : unsigned long long { Huge = 0xFFFFFFFFFFull };

struct Limits {
  static constexpr int lowest = -40;
  static constexpr double ratio = 0.75;
  static inline const char *name = "limits";
  static const uint16_t table[3];
  Level level = Level::Info;
};
const uint16_t Limits::table[3] = {1, 10, 100};

union Number {
  int32_t integer;
  float real;
  constexpr explicit Number(int32_t i) : integer(i) {}
  constexpr explicit Number(float f) : real(f) {}
};

struct Triple {
  int one;
  char two;
  double three;
};

Level level = Level::Error;
Signed offset = Signed::Low;
Plain plain = Huge;
Number number{1.5f};
Limits limits;
decltype(nullptr) null = nullptr;
char16_t letter16 = u'Ж';
char32_t letter32 = U'😀';

KEEP static Triple make(int seed) { return {seed, static_cast<char>('a' + seed), seed * 0.5}; }

extern "C" void theme_constants(void) {
  constexpr int compile_time = Limits::lowest * 2;
  auto [one, two, three] = make(source);
  static Triple kept = make(9);
  auto &[first, second, third] = kept;
  first += second;
  level = level == Level::Error ? Level::Debug : Level::Error;
  sink = compile_time + one + two + static_cast<int>(three + third) + Limits::table[source % 3] + static_cast<int>(limits.level);
}
