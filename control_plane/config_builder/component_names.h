// Component names by the version of the collector that reads them: OpenTelemetry renamed several, and a config must
// speak the names its target knows.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace oc::control_plane {

struct CollectorTarget {
  bool native = true;     // ours: speaks today's names and the keys that only it knows
  int minor_version = 0;  // of the official collector, 0.MINOR; unused for the native one
  // `kind` and `version` as an agent reports them ("native", "0.1.0").
  static Result<CollectorTarget> parse(std::string_view kind, std::string_view version);
};

// The name of a component type (today's, "file_log") as `target` knows it ("filelog" before 0.149).
std::string_view component_name(std::string_view todays_name, const CollectorTarget& target);

// "file_log/x" or "filelog/x" with the type's name as `target` knows it; types without an older name stay.
std::string component_id(std::string_view id, const CollectorTarget& target);

}  // namespace oc::control_plane
