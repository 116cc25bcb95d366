// An alert: something a person should know of, until it is over. The same key means the same trouble, now and later.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"

namespace oc::control_plane {

enum class AlertStatus { kFiring, kResolved };
enum class Severity { kCritical, kError, kWarning };  // PagerDuty's words
std::string_view to_string(AlertStatus status);
std::string_view to_string(Severity severity);

// Ids in one alert; the count tells of the others.
inline constexpr std::size_t kSourcesInAlert = 10;

struct Alert {
  std::string kind;  // "config_rolled_back", "source_not_delivered" …
  std::string key;   // kind and what it is about: receivers put firing and resolved together by it
  AlertStatus status = AlertStatus::kFiring;
  Severity severity = Severity::kError;
  std::string summary;  // one line
  std::string details;  // the reason, for whoever looks into it; may be empty
  std::vector<std::string> sources;
  std::string host;
  std::int64_t config_version = 0;  // 0: it is not about one
  std::string link;                 // of the REST resource to look at
  Nanos starts_at_ns = 0;
  Nanos ends_at_ns = 0;  // 0: not over
};

// What goes out as one notification: alerts of one kind and status.
using AlertGroup = std::vector<Alert>;

}  // namespace oc::control_plane
