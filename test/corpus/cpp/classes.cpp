// Classes: virtual functions, multiple and virtual bases, access, static members, nested types, covariant results.
#include "corpus.h"

class Shape {
public:
  explicit Shape(int id) : id_(id) { alive++; }
  virtual ~Shape() { alive--; }
  virtual int area() const = 0;
  virtual Shape *self() { return this; }
  static int alive;
  struct Style {
    unsigned char red, green, blue;
    enum class Line : unsigned char { Solid, Dashed = 7, Dotted } line;
  };
  Style style{1, 2, 3, Style::Line::Dashed};

protected:
  int id_;
  mutable int asked_ = 0;
};
int Shape::alive = 0;

class Named {
public:
  explicit Named(const char *name) : name_(name) {}
  virtual const char *name() const { return name_; }

private:
  const char *name_;
};

class Square : public Shape, private Named {
public:
  Square(int id, int side) : Shape(id), Named("square"), side_(side) {}
  KEEP int area() const override { return asked_++, side_ * side_ + name()[0]; }
  Square *self() override { return this; }

private:
  int side_;
};

struct Root {
  int root = 1;
  virtual int who() const { return root; }
};
struct Left : virtual Root {
  int left = 2;
  KEEP int who() const override { return left + root; }
};
struct Right : virtual Root {
  int right = 3;
};
struct Diamond : Left, Right {
  int diamond = 4;
  KEEP int who() const override { return diamond + Left::who() + right; }
};
struct Empty {};
struct WithEmpty : Empty {
  int after = 9;
};

Square square(7, 5);
Diamond diamond;
Shape *const shape = &square;
const Root &root_reference = diamond;
WithEmpty with_empty;

KEEP static int ask(const Shape &s, Root *r) { return s.area() + r->who(); }

extern "C" void theme_classes(void) {
  Square local(8, source);
  Diamond inner;
  inner.diamond = source;
  Right *as_right = &inner;
  sink = ask(local, &inner) + ask(*shape->self(), &diamond) + as_right->right + root_reference.who() + Shape::alive;
}
