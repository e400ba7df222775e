// Pointers to data members and member functions (also virtual and of a second base), references of every kind.
#include "corpus.h"

struct First {
  int a = 1;
  virtual int get() const { return a; }
};
struct Second {
  int b = 2;
  KEEP int twice() const { return b * 2; }
};
struct Both : First, Second {
  int c = 3;
  int get() const override { return c; }
  KEEP int scaled(int by) { return c * by; }
};

int First::*data_pointer = &First::a;
int Both::*other_pointer = &Both::c;
int (First::*virtual_pointer)() const = &First::get;
int (Both::*plain_pointer)(int) = &Both::scaled;
int (Both::*second_pointer)() const = static_cast<int (Both::*)() const>(&Second::twice);
int First::*null_pointer = nullptr;

Both both;
Both &reference = both;
const int &constant_reference = both.b;
static int three[3] = {7, 8, 9};
int (&array_reference)[3] = three;

KEEP static int &pick(Both &object, int index) { return index & 1 ? object.c : object.b; }
KEEP static int take(int &&moved) { return moved++; }

extern "C" void theme_members(void) {
  Both &local = both;
  const First *base = &local;
  int total = base->*data_pointer + local.*other_pointer + (base->*virtual_pointer)();
  total += (local.*plain_pointer)(source) + (local.*second_pointer)();
  pick(local, source)++;
  sink = total + take(source + 1) + constant_reference + reference.a + array_reference[1];
}
