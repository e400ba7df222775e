// Settings by name, each a number, a switch or a text; changed by commands such as `speed 20`.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace settings {

using Value = std::variant<int, bool, std::string>;
using Table = std::map<std::string, Value, std::less<>>;

/** What a line says: the name, and a value if there is one. */
struct Command {
  std::string name;
  std::optional<Value> value;
};

Command parse(std::string_view line);
/** Changes a setting that exists to a value of its type. */
bool change(Table &table, const Command &command);
std::string to_text(const Value &value);

} // namespace settings
