// Names: nested, inline, anonymous and aliased namespaces; overloads; operators; equal names in different scopes; using.
#include "corpus.h"

namespace outer {
int value = 1;
namespace inner {
int value = 2;
struct Point {
  int x, y;
  Point operator+(const Point &other) const { return {x + other.x, y + other.y}; }
  bool operator==(const Point &other) const { return x == other.x && y == other.y; }
  int operator()(int factor) const { return (x + y) * factor; }
  explicit operator int() const { return x; }
};
} // namespace inner
inline namespace v2 {
int version = 22;
KEEP int describe(int n) { return n + version; }
} // namespace v2
} // namespace outer

namespace {
int value = 3;
KEEP int hidden(int n) { return n * value; }
} // namespace

namespace alias = outer::inner;

static int overload_calls;
KEEP int overload(int a) { return overload_calls++, a; }
KEEP int overload(int a, int b) { return overload_calls++, a - b; }
KEEP int overload(const char *text) { return overload_calls++, text[0]; }
KEEP int overload(double d) { return overload_calls++, static_cast<int>(d); }
KEEP int overload(const alias::Point &p) { return overload_calls++, p.x; }

extern "C" void theme_names(void) {
  using outer::inner::Point;
  namespace local = outer::inner;
  const Point a{source, 4}, b{1, -1};
  const Point sum = a + b;
  int total = overload(1) + overload(5, 3) + overload("text") + overload(2.5) + overload(sum);
  total += hidden(2) + outer::describe(1) + outer::value + local::value + ::value;
  sink = total + sum(2) + static_cast<int>(a == b) + static_cast<int>(sum);
}
