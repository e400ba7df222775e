#include "shapes.h"

static volatile int counter = 2;
volatile int limit = 9;

static __attribute__((noinline)) int helper(int value) { return value - limit; }

int measure(int value) {
  geometry::Point point = {value, counter};
  geometry::Box<long long> box = {1, value};
  geometry::Kind kind = value > 3 ? geometry::Kind::Round : geometry::Kind::Square;
  return helper(geometry::weigh(point)) + static_cast<int>(box.larger()) + static_cast<int>(kind);
}
