// What the official collector's command line says beside --config.
#include <array>

#include <fmt/format.h>

#include "collector/collector.h"

namespace oc::collector {

namespace {

// On in this collector, whether asked for or not.
constexpr std::array<std::string_view, 3> kBuiltInGates = {
    "filelog.allowFileDeletion", "filelog.allowHeaderMetadataParsing", "service.partialReload"};

}  // namespace

std::string config_source_of_setting(std::string_view setting) {
  const auto equals = std::min(setting.find('='), setting.size());
  std::string source = "yaml:";
  for (const char c : setting.substr(0, equals)) source += c == '.' ? std::string("::") : std::string(1, c);
  source += ": ";
  source += setting.substr(std::min(equals + 1, setting.size()));
  return source;
}

Status check_feature_gates(const std::vector<std::string>& gates) {
  for (std::string_view gate : gates) {
    const bool off = gate.starts_with('-');
    if (off || gate.starts_with('+')) gate.remove_prefix(1);
    if (std::ranges::find(kBuiltInGates, gate) == kBuiltInGates.end())
      return permanent(fmt::format("--feature-gates: no such feature gate '{}'", gate),
                       fmt::format("this collector has: {}", fmt::join(kBuiltInGates, ", ")));
    if (off) return permanent(fmt::format("--feature-gates: '{}' cannot be turned off", gate));
  }
  return {};
}

}  // namespace oc::collector
