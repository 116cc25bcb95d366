#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "control_plane/config_builder/otel_config_builder.h"

// Whatever an overlay holds, it is merged into YAML that reads as what was merged, or it is refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oc::control_plane;
  static const OtelConfigBuilder builder{oc::contracts::Config{}};
  oc::model::DiscoveredLogSource source;
  source.source_id = "a";
  source.log_path = "/var/log/a.log";
  oc::model::Policy policy;
  policy.overlay_text.assign(reinterpret_cast<const char*>(data), size);
  policy.overlay_name = "fuzz.yaml";
  CollectorSettings settings;
  settings.storage_directory = "/data";
  const auto rendered = builder.build(settings, {{&source, nullptr}}, policy);
  if (!rendered) std::abort();  // only settings make errors
  if (!rendered->problems.empty()) return 0;
  const auto again = parse_yaml_tree(rendered->yaml, "rendered");
  // Anchors make large documents of small ones; those are refused by whoever reads them.
  if (!again) return 0;
  if (write_yaml(*again).text != rendered->yaml) std::abort();
  return 0;
}
