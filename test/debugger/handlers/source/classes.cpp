// Interrupted C++: virtual calls, a lambda, a template, references.
#include "work.h"

namespace shapes {
struct Shape {
  virtual int area(const int &unit) const = 0;
};
struct Square : Shape {
  int side;
  explicit Square(int side) : side(side) {}
  int area(const int &unit) const override {
    int square = side * side;
    return leaf(square, unit);
  }
};
struct Rectangle : Square {
  int height;
  Rectangle(int width, int height) : Square(width), height(height) {}
  int area(const int &unit) const override {
    int plain = side * height;
    return plain + Square::area(unit);
  }
};
template <typename Each> __attribute__((noinline)) int total(const Shape *const (&list)[2], Each each) {
  int result = 0;
  for (const Shape *shape : list) result += each(*shape);
  return result;
}
}  // namespace shapes

extern "C" int work_classes(int round) {
  shapes::Square square(round & 7);
  shapes::Rectangle rectangle(2, round & 3);
  const shapes::Shape *const list[2] = {&square, &rectangle};
  int unit = round + 1;
  return shapes::total(list, [&unit](const shapes::Shape &shape) { return shape.area(unit); });
}
