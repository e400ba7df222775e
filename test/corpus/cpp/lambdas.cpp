// Lambdas: by value, by reference, this, generic, mutable, init capture, stored, recursive through a reference.
#include "corpus.h"

template <typename F> KEEP static int call(F &&f, int n) { return f(n); }

struct Counter {
  int count = 0;
  KEEP int run(int by) {
    auto add = [this, by](int n) {
      count += by * n;
      return count;
    };
    return call(add, 2) + call([*this](int n) { return count + n; }, 1);
  }
};

static const auto file_lambda = [](int n) -> int { return n * 3; };
Counter counter;

extern "C" void theme_lambdas(void) {
  int local = source;
  auto by_value = [local](int n) { return local + n; };
  auto by_reference = [&local](int n) { return local += n; };
  auto changing = [state = local * 2](int n) mutable { return state += n; };
  auto generic = [](auto a) { return static_cast<int>(a + a); };
  auto factorial = [](auto &self, int n) -> int { return n < 2 ? 1 : n * self(self, n - 1); };
  int (*plain)(int) = [](int n) { return n - 1; };
  int total = call(by_value, 1) + call(by_reference, 2) + call(changing, 3) + call(generic, 4) + generic(2.5);
  sink = total + factorial(factorial, 5) + plain(local) + call(file_lambda, 2) + counter.run(local);
}
