// Shared by two units: an inline function, a template, a class, and types that dwz moves to its shared file.
#pragma once

namespace geometry {

struct Point {
  int x;
  int y;
};

enum class Kind { Round, Square };

template <typename T> struct Box {
  T first;
  T second;
  T larger() const;
};

template <typename T> __attribute__((noinline)) T Box<T>::larger() const { return first > second ? first : second; }

struct Shape {
  virtual int area() const;
  Point origin;
  Kind kind;
};

__attribute__((always_inline)) inline int weigh(const Point &point) {
  volatile int weight = point.x * 3 + point.y;
  return weight;
}

template <typename T> __attribute__((noinline)) T twice(T value) { return value + value; }

}  // namespace geometry

int measure(int);
extern "C" int check(void);
