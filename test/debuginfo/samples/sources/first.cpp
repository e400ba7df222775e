#include "shapes.h"

static volatile int counter = 1;
volatile int total;
static const int limit = 4;

static __attribute__((noinline)) int helper(int value) {
  static int calls;
  struct Local {
    int depth;
  } local = {value};
  calls += 1;
  return local.depth + calls + limit;
}

int geometry::Shape::area() const { return origin.x * origin.y; }

extern "C" int main() {
  geometry::Point point = {counter, 2};
  geometry::Box<int> box = {1, counter};
  geometry::Shape shape;
  shape.origin = point;
  total = helper(geometry::weigh(point)) + box.larger() + shape.area() + measure(geometry::twice<long>(3));
  return geometry::twice<int>(total);
}
