// C++ exceptions: thrown through frames with clean-ups, caught by type, rethrown, function try blocks; noexcept borders.
#include "corpus.h"

struct Error {
  int code;
  virtual ~Error() = default;
};
struct Fatal : Error {
  const char *why;
  Fatal(int c, const char *w) : why(w) { code = c; }
};

struct Guard {
  int &counter;
  explicit Guard(int &c) : counter(c) { counter++; }
  KEEP ~Guard() { counter--; }
};

static int open_guards;

KEEP static int thrower(int depth) {
  Guard guard(open_guards);
  if (depth == 0) throw Fatal(7, "deep");
  return thrower(depth - 1) + guard.counter;
}

KEEP static int safe(int depth) noexcept {
  try {
    return thrower(depth);
  } catch (const Error &error) {
    return error.code;
  }
}

KEEP static int rethrower(int depth) {
  try {
    return thrower(depth);
  } catch (const Fatal &) {
    Guard guard(open_guards);
    throw;
  }
}

struct Member {
  int value;
  Member(int depth) try : value(thrower(depth)) {
  } catch (...) {
    open_guards += 0;
  }
};

extern "C" void theme_exceptions(void) {
  int total = safe(source);
  try {
    total += rethrower(2);
  } catch (Error &error) {
    total += error.code;
  }
  try {
    Member member(1);
    total += member.value;
  } catch (...) {
    total += 100;
  }
  try {
    throw source;
  } catch (int number) {
    total += number;
  }
  sink = total + open_guards;
}
