#include "control_plane/config_builder/component_names.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace oc::control_plane {

namespace {

struct Rename {
  std::string_view today;
  std::string_view before;
  int since_minor;
};

// Release notes of opentelemetry-collector and -contrib. The old names live on as aliases with a warning; the new ones
// are errors for an older collector.
constexpr Rename kRenames[] = {
    {"otlp_http", "otlphttp", 144},
    {"otlp_grpc", "otlp", 144},
    {"file_log", "filelog", 149},
};

Result<int> minor_of(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  int minor = 0;
  if (version.starts_with("0.")) {
    const auto digits = version.substr(2);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), minor);
    if (error == std::errc() && end != digits.data()) return minor;
  }
  return permanent(fmt::format("\"{}\" is not a version of the OpenTelemetry Collector", version),
                   "expected 0.MINOR.PATCH");
}

}  // namespace

Result<CollectorTarget> CollectorTarget::parse(std::string_view kind, std::string_view version) {
  if (kind == "native") return CollectorTarget{};
  if (kind != "official")
    return permanent(fmt::format("collector kind \"{}\" is unknown", kind),
                     "agent.collector.kind is native or official");
  OC_TRY_ASSIGN(const int minor, minor_of(version));
  return CollectorTarget{false, minor};
}

std::string_view component_name(std::string_view todays_name, const CollectorTarget& target) {
  if (target.native) return todays_name;
  for (const auto& rename : kRenames)
    if (rename.today == todays_name && target.minor_version < rename.since_minor) return rename.before;
  return todays_name;
}

std::string component_id(std::string_view id, const CollectorTarget& target) {
  const auto slash = std::min(id.find('/'), id.size());
  auto type = id.substr(0, slash);
  for (const auto& rename : kRenames)
    if (rename.before == type && rename.before != "otlp") type = rename.today;  // otlp is the receiver's name too
  return std::string(component_name(type, target)) + std::string(id.substr(slash));
}

}  // namespace oc::control_plane
