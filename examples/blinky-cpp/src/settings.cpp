// Parsing and printing of settings; see settings.hpp.
#include "settings.hpp"

namespace settings {

namespace {

std::optional<int> to_number(std::string_view text) {
  if (text.empty() || text.size() > 6) return std::nullopt;
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

std::string digits(unsigned number) {
  const std::string before = number < 10 ? std::string() : digits(number / 10);
  return before + static_cast<char>('0' + number % 10);
}

// One overload for each alternative of Value.
struct Printer {
  std::string operator()(int number) const {
    return number < 0 ? "-" + digits(0u - static_cast<unsigned>(number)) : digits(static_cast<unsigned>(number));
  }
  std::string operator()(bool on) const { return on ? "on" : "off"; }
  std::string operator()(const std::string &text) const { return text; }
};

} // namespace

Command parse(std::string_view line) {
  const auto space = line.find(' ');
  Command command{std::string(line.substr(0, space)), std::nullopt};
  if (space == std::string_view::npos) return command;
  const std::string_view text = line.substr(space + 1);
  if (const auto number = to_number(text)) command.value = *number;
  else if (text == "on" || text == "off") command.value = text == "on";
  else command.value = std::string(text);
  return command;
}

bool change(Table &table, const Command &command) {
  const auto found = table.find(command.name);
  if (found == table.end() || !command.value || found->second.index() != command.value->index()) return false;
  found->second = *command.value;
  return true;
}

std::string to_text(const Value &value) { return std::visit(Printer{}, value); }

} // namespace settings
