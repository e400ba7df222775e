// The standard library's sequences: array, vector (also of bool), string (short and long), string_view, deque, list, span of pairs.
#include <array>
#include <deque>
#include <forward_list>
#include <list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include "corpus.h"

struct Sample {
  int time;
  float value;
};

std::array<int, 3> triple{1, 2, 3};
std::vector<int> *numbers;

KEEP static int look(const std::vector<Sample> &samples, const std::string &name, std::string_view part) {
  int total = static_cast<int>(name.size() + part.size());
  for (const Sample &sample : samples) total += sample.time;
  return total;
}

extern "C" void theme_sequences(void) {
  std::vector<int> values{10, 20, source};
  numbers = &values;
  std::vector<int> empty;
  std::vector<bool> bits{true, false, true, true, false};
  std::vector<Sample> samples{{1, 0.5f}, {2, -1.5f}};
  std::vector<std::vector<char>> nested{{'a', 'b'}, {}, {'c'}};
  std::string small = "short";
  std::string large = "a string that does not fit into the object itself";
  std::string_view view = large;
  view.remove_prefix(2);
  std::deque<short> queue{1, 2, 3};
  queue.push_front(-1);
  std::list<int> chain{5, 6, 7};
  std::forward_list<int> forward{8, 9};
  std::pair<int, std::string> pair{4, "four"};
  triple[1] = source;
  sink = look(samples, small, view) + queue.front() + chain.back() + forward.front() + pair.first + bits[2] +
         static_cast<int>(nested.size() + empty.size());
  numbers = nullptr;
}
