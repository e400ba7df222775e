// A program to debug: shapes, containers and lambdas on the C++ standard library. Start at main() and step.
#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>
#include "ring.hpp"
#include "runtime.hpp"
#include "settings.hpp"
#include "shapes.hpp"

extern "C" {
#include "board.h"
#include "rtt.h"
int main(void);
}

namespace {

struct Task {
  const char *name;
  std::uint32_t period_ms;
  std::function<void(std::uint32_t)> run;
  std::uint32_t next_ms = 0;
};

using Shapes = std::vector<std::unique_ptr<shapes::Shape>>;

/** Everything the program works on. */
struct Program {
  std::vector<Task> tasks;
  Shapes shapes;
  Ring<int, 8> areas;
  settings::Table settings{{"speed", 4}, {"blink", true}, {"name", std::string("board")}};
  std::array<int, 4> histogram{};
  std::string typed;
  std::optional<settings::Command> last_command;
};

/** Goes up by one in each report. */
volatile std::uint32_t counter;
/** A triangle between -100 and 100, worth a plot. */
volatile int wave;
Program *program;

void print(const std::string &text) {
  const std::string line = text + "\n";
  rtt_write(RTT_TERMINAL, line.data(), line.size());
}

template <typename T> const T &largest(const T &a, const T &b) { return a < b ? b : a; }

int wave_at(unsigned phase) {
  const int position = static_cast<int>(phase % 400);
  return position < 200 ? position - 100 : 300 - position;
}

int total_area(const Shapes &shapes) {
  int total = 0;
  for (const auto &shape : shapes) total += shape->area();
  return total;
}

void sample(Program &self, std::uint32_t now) {
  const int speed = std::get<int>(self.settings.at("speed"));
  wave = wave_at(now / 10 * static_cast<unsigned>(speed));
  const auto &shape = self.shapes[now % self.shapes.size()];
  self.areas.push(shape->area());
  self.histogram[now % self.histogram.size()]++;
}

void report(Program &self, std::uint32_t now) {
  counter = counter + 1;
  const int sum = self.areas.fold(0, [](int a, int b) { return a + b; });
  const int most = self.areas.fold(0, [](int a, int b) { return largest(a, b); });
  print("counter " + settings::to_text(static_cast<int>(counter)) + ", " + settings::to_text(static_cast<int>(now)) +
        " ms, areas " + settings::to_text(sum) + " of " + settings::to_text(total_area(self.shapes)) + ", largest " +
        settings::to_text(most));
}

// Reads a word from an odd address: Armv6-M has no unaligned accesses, so this ends in HardFault_Handler.
[[gnu::noinline]] void fault() {
  const auto address = reinterpret_cast<std::uintptr_t>(&wave) + 1;
  wave = *reinterpret_cast<volatile int *>(address);
}

void list_settings(const Program &self) {
  for (const auto &[name, value] : self.settings) print(name + " = " + settings::to_text(value));
}

void run_line(Program &self, const std::string &line) {
  const settings::Command &command = self.last_command.emplace(settings::parse(line));
  if (command.name == "fault") fault();
  else if (command.name == "help") list_settings(self);
  else if (settings::change(self.settings, command)) print(command.name + " changed");
  else print("Unknown command or value, type help");
}

void poll_terminal(Program &self) {
  for (int c = rtt_read(); c >= 0; c = rtt_read()) {
    if (c != '\n' && c != '\r') {
      if (self.typed.size() < 40) self.typed += static_cast<char>(c);
      continue;
    }
    const std::string line = std::move(self.typed);
    self.typed.clear();
    if (!line.empty()) run_line(self, line);
  }
}

void run_due_tasks(std::vector<Task> &tasks, std::uint32_t now) {
  for (Task &task : tasks) {
    if (static_cast<std::int32_t>(now - task.next_ms) < 0) continue;
    task.next_ms = now + task.period_ms;
    task.run(now);
  }
}

std::unique_ptr<Program> make_program() {
  auto made = std::make_unique<Program>();
  Program &self = *made;
  self.shapes.push_back(std::make_unique<shapes::Rectangle>(shapes::Colour{255, 0, 0}, 3, 4));
  self.shapes.push_back(std::make_unique<shapes::Circle>(shapes::Colour{0, 255, 0}, 5));
  auto square = std::make_unique<shapes::Square>(shapes::Colour{0, 0, 255}, 6);
  square->move(10, -10);
  self.shapes.push_back(std::move(square));
  self.tasks.push_back({"sample", 20, [&self](std::uint32_t now) { sample(self, now); }});
  self.tasks.push_back({"report", 500, [&self](std::uint32_t now) { report(self, now); }});
  self.tasks.push_back({"blink", 250, [&self](std::uint32_t) {
                          if (std::get<bool>(self.settings.at("blink"))) led_toggle(LED_GREEN);
                        }});
  return made;
}

} // namespace

int main() {
  board_init();
  rtt_init();
  const auto owner = make_program();
  program = owner.get();
  print("Hello from blinky-cpp, " + settings::to_text(shapes::Numbered::made()) + " shapes, heap " +
        settings::to_text(static_cast<int>(heap_used())));
  for (;;) {
    run_due_tasks(program->tasks, milliseconds());
    poll_terminal(*program);
    sleep_until_interrupt();
  }
}
