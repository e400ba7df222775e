/* Function pointers: tables, arguments, results, typedefs, and a function returning a pointer to a function. */
#include "corpus.h"

typedef int binary(int, int);
typedef int (*binary_pointer)(int, int);

static int add(int a, int b) { return a + b; }
static int subtract(int a, int b) { return a - b; }
static int multiply(int a, int b) { return a * b; }

struct operation {
  const char *name;
  binary *call;
  int (*variadic)(const char *format, ...);
};

const struct operation operations[] = {{"add", add, 0}, {"subtract", subtract, 0}, {"multiply", multiply, 0}};
binary_pointer current = add;

KEEP static binary_pointer choose(int index) { return operations[index % 3].call; }
KEEP static int (*choose_plain(int index))(int, int) { return choose(index + 1); }
KEEP static int apply(binary f, int a, int b) { return f(a, b); }

void theme_function_pointers(void) {
  current = choose(source);
  int first = apply(current, 7, source);
  int second = choose_plain(source)(first, 2);
  sink = apply(&multiply, first, second);
}
