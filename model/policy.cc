#include "model/policy.h"

#include "base/utf8.h"

namespace oc::model {

std::string_view to_string(PolicyState state) {
  switch (state) {
    case PolicyState::kProposed:
      return "proposed";
    case PolicyState::kCurrent:
      return "current";
    case PolicyState::kProven:
      return "proven";
    case PolicyState::kBroken:
      return "broken";
    case PolicyState::kSuperseded:
      return "superseded";
  }
  return "unknown";
}

Json to_json(const Policy& policy) {
  return {{"version", policy.version},
          {"parent", policy.parent},
          {"overlay", to_utf8(policy.overlay_text)},
          {"overlay_name", to_utf8(policy.overlay_name)},
          {"hash", policy.hash},
          {"reason", to_utf8(policy.reason)},
          {"author", to_utf8(policy.author)},
          {"created_at", to_rfc3339(policy.created_at_ns)},
          {"state", to_string(policy.state)},
          {"broken_reason", to_utf8(policy.broken_reason)}};
}

}  // namespace oc::model
