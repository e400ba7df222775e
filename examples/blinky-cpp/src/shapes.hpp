// Classes: an abstract base, overriding, two bases, a virtual base, static members.
#pragma once
#include <cstdint>

namespace shapes {

struct Colour {
  std::uint8_t red, green, blue;
};

/** Has a number of its own; a virtual base, so a shape that is both has one only. */
class Numbered {
public:
  Numbered() : number_(++made_) {}
  virtual ~Numbered() = default;
  int number() const { return number_; }
  static int made() { return made_; }

private:
  static int made_;
  int number_;
};

class Shape : public virtual Numbered {
public:
  explicit Shape(Colour colour) : colour_(colour) {}
  virtual int area() const = 0;
  virtual const char *name() const { return "shape"; }

protected:
  Colour colour_;
};

class Movable : public virtual Numbered {
public:
  void move(int dx, int dy) {
    x_ += dx;
    y_ += dy;
  }

protected:
  int x_ = 0, y_ = 0;
};

class Rectangle : public Shape, public Movable {
public:
  Rectangle(Colour colour, int width, int height) : Shape(colour), width_(width), height_(height) {}
  int area() const override { return width_ * height_; }
  const char *name() const override { return "rectangle"; }

protected:
  int width_, height_;
};

class Square final : public Rectangle {
public:
  Square(Colour colour, int side) : Rectangle(colour, side, side) {}
  const char *name() const override { return "square"; }
};

class Circle final : public Shape {
public:
  Circle(Colour colour, int radius) : Shape(colour), radius_(radius) {}
  int area() const override { return radius_ * radius_ * 355 / 113; }
  const char *name() const override { return "circle"; }

private:
  int radius_;
};

} // namespace shapes
