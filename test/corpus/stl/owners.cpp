// The standard library's owners and sums: unique_ptr, shared_ptr, weak_ptr, optional, variant, tuple, function, reference_wrapper.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include "corpus.h"

struct Device {
  int id;
  virtual ~Device() = default;
};
struct Sensor : Device {
  float gain = 1.5f;
  explicit Sensor(int n) { id = n; }
};

using Setting = std::variant<int, std::string, float, std::monostate>;
std::optional<int> global_optional;
Setting global_setting = 2.5f;

KEEP static int read(const std::optional<Sensor> &sensor, const Setting &setting) {
  return (sensor ? sensor->id : -1) + static_cast<int>(setting.index());
}

extern "C" void theme_owners(void) {
  std::unique_ptr<Device> device = std::make_unique<Sensor>(source);
  std::unique_ptr<int[]> block(new int[3]{1, 2, 3});
  std::unique_ptr<int> none;
  std::shared_ptr<std::string> shared = std::make_shared<std::string>("shared");
  std::shared_ptr<std::string> again = shared;
  std::weak_ptr<std::string> weak = shared;
  std::optional<Sensor> sensor;
  if (source & 1) sensor.emplace(12);
  std::optional<std::string> text = "optional text";
  Setting setting = std::string("set");
  std::tuple<int, char, double> tuple{1, 't', 0.5};
  int captured = source;
  std::function<int(int)> function = [captured](int n) { return n + captured; };
  std::reference_wrapper<int> wrapper = captured;
  global_optional = source;
  sink = device->id + block[1] + (none ? 1 : 0) + static_cast<int>(weak.use_count()) + read(sensor, setting) +
         std::get<0>(tuple) + function(2) + wrapper.get() + static_cast<int>(text->size()) + (*again)[0];
}
