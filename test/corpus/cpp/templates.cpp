// Templates: types, values, packs, template parameters, partial specialisation, recursion, static members, variables.
#include <stddef.h>
#include <stdint.h>
#include "corpus.h"

namespace lib {

template <typename T, size_t N> struct Ring {
  static constexpr size_t capacity = N;
  static inline unsigned made = 0;
  T items[N]{};
  size_t head = 0;
  Ring() { made++; }
  KEEP void push(const T &item) {
    items[head] = item;
    head = (head + 1) % N;
  }
  template <typename U> KEEP U sum(U start) const {
    for (const T &item : items) start += static_cast<U>(item);
    return start;
  }
};

template <typename T, size_t N> struct Ring<T *, N> {
  T *items[N]{};
  KEEP int first() const { return items[0] ? static_cast<int>(*items[0]) : 0; }
};

template <int N> struct Factorial {
  enum { value = N * Factorial<N - 1>::value };
};
template <> struct Factorial<0> {
  enum { value = 1 };
};

template <typename... T> KEEP int total(T... values) { return (static_cast<int>(values) + ...); }
template <template <typename, size_t> class Container, typename T> struct Holder {
  Container<T, 2> held;
};
template <typename T> constexpr T pi = T(3.14159265);
template <auto Value> struct Constant {
  static constexpr auto value = Value;
};
template <typename T> KEEP T largest(T a, T b) { return a < b ? b : a; }

} // namespace lib

lib::Ring<int, 4> ring;
lib::Ring<uint8_t, 3> byte_ring;
lib::Ring<const short *, 2> pointer_ring;
lib::Holder<lib::Ring, char> holder;
lib::Constant<&sink> constant;
lib::Constant<'x'> letter;

extern "C" void theme_templates(void) {
  static const short seven = 7;
  const int input = source;
  ring.push(input);
  byte_ring.push(static_cast<uint8_t>(source));
  holder.held.push('h');
  pointer_ring.items[0] = &seven;
  int result = ring.sum(0) + static_cast<int>(byte_ring.sum(0.5)) + pointer_ring.first();
  result += lib::total(1, 2.5f, 'c', input) + lib::Factorial<4>::value + static_cast<int>(lib::pi<double>);
  result += lib::largest(input, 2) + static_cast<int>(lib::largest(1.5, 2.5)) + letter.value;
  sink = result + static_cast<int>(lib::Ring<int, 4>::made + lib::Ring<int, 4>::capacity);
}
