// One question about the platform's own health, and its answer.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace oc::control_plane {

enum class HealthState { kGood, kWarning, kFailing, kUnknown };  // unknown: nothing to judge by yet
std::string_view to_string(HealthState state);

struct HealthResult {
  std::string check;  // its activity's name: "check_loki_push_errors"
  HealthState state = HealthState::kUnknown;
  std::string reason;  // one sentence
  Json figures = Json::object();
  Nanos checked_at_ns = 0;
};
Json to_json(const HealthResult& result);

class HealthCheck {
 public:
  virtual ~HealthCheck() = default;
  virtual std::string_view name() const = 0;
  // Thread-safe; may block where the check says so. An error: it could not be asked, which says nothing of health.
  virtual Result<HealthResult> check() = 0;
};

}  // namespace oc::control_plane
