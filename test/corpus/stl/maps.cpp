// The standard library's associative containers: map, set, multimap, unordered_map, unordered_set; iterators; bitset; atomic.
#include <atomic>
#include <bitset>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include "corpus.h"

struct Order {
  bool operator()(int a, int b) const { return a > b; }
};

std::atomic<int> atomic{5};
std::bitset<40> bitset(0b1011);

KEEP static int count(const std::map<int, std::string> &names, const std::unordered_map<int, int> &hashed) {
  return static_cast<int>(names.size() + hashed.size());
}

extern "C" void theme_maps(void) {
  std::map<int, std::string> names{{1, "one"}, {2, "two"}, {source, "many"}};
  std::map<std::string, int, std::less<>> empty;
  std::set<int, Order> set{3, 1, 2};
  std::multimap<char, int> multi{{'a', 1}, {'a', 2}, {'b', 3}};
  std::unordered_map<int, int> hashed{{10, 100}, {20, 200}};
  std::unordered_set<short> hashed_set{7, 8, 9};
  std::chrono::milliseconds delay{250};
  auto found = names.find(2);
  bitset.flip(static_cast<unsigned>(source));
  sink = static_cast<int>(delay.count()) + static_cast<int>(found->second.size() + empty.size() + multi.count('a') + hashed.size() + hashed_set.size()) +
         *set.begin() + count(names, hashed) + static_cast<int>(bitset.count());
}
