#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collector/component_list.h"
#include "collector/pipeline/graph.h"
#include "collector/pipeline/service_config.h"

// Whatever a config holds, it is accepted or refused with an error. `${file:}` is left alone: the fuzzer must not read
// the machine's files.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oc::collector;
  static const auto components = *component_list();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto root = parse_config_text(text, "fuzz.yaml");
  if (!root) return 0;
  if (text.find("${file:") == std::string_view::npos &&
      !expand_references(*root, [](const std::string&) { return std::optional<std::string>("value"); }))
    return 0;
  const auto config = read_service_config({.root = std::move(*root), .hash = {}}, components);
  if (!config) return 0;
  oc::MetricRegistry metrics;
  SharedServices shared;
  (void)check_graph(*config, {metrics, oc::system_clock(), shared});
  return 0;
}
