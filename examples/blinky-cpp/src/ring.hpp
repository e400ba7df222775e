// A ring of the last N values: a class template with a type and a value as parameters.
#pragma once
#include <array>
#include <cstddef>

template <typename T, std::size_t N> class Ring {
public:
  void push(const T &value) {
    values_[next_] = value;
    next_ = (next_ + 1) % N;
    if (count_ < N) count_++;
  }

  /** Folds all values into one. */
  template <typename U, typename F> U fold(U start, F &&combine) const {
    for (std::size_t i = 0; i < count_; i++) start = combine(start, values_[i]);
    return start;
  }

  std::size_t count() const { return count_; }

private:
  std::array<T, N> values_{};
  std::size_t next_ = 0, count_ = 0;
};
