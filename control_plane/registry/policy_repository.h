// Policies by version. Thread-safe and durable like the other repositories (registry_repository.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/policy.h"

namespace oc::control_plane {

inline constexpr std::int64_t kFirstPolicy = 1;  // the empty overlay: good by definition, never broken

struct NewPolicy {
  std::string overlay_text;
  std::string overlay_name;
  std::string reason;
  std::string author;
  Nanos created_at_ns = 0;
};

class PolicyRepository {
 public:
  virtual ~PolicyRepository() = default;
  // Proposes a content. One that is known keeps its version: broken → a permanent error with the reason it broke for,
  // or, with `force`, proposed again; superseded → proposed again; otherwise as it is.
  virtual Result<model::Policy> add_policy(const NewPolicy& policy, bool force) = 0;
  virtual Result<std::optional<model::Policy>> find_policy(std::int64_t version) = 0;
  // Newest first, without the overlay's text. At most `limit`.
  virtual Result<std::vector<model::Policy>> list_policies(std::size_t limit) = 0;
  virtual Result<std::optional<model::Policy>> newest_by(const std::string& author) = 0;
  // What configs are rendered from when no rollout is under way.
  virtual Result<model::Policy> current_policy() = 0;
  // What to go back to if `bad` fails: the current one, or, if that is `bad` itself, the one that was current last.
  virtual Result<model::Policy> last_good_policy(std::int64_t bad) = 0;
  // kCurrent: the one before becomes kProven. kBroken (with its reason) of the current one: the last good one becomes
  // current. All in one transaction. Errors: an unknown version; kBroken of kFirstPolicy; any other state for the
  // current one, for there must be one.
  virtual Status set_policy_state(std::int64_t version, model::PolicyState state, const std::string& reason) = 0;
};

}  // namespace oc::control_plane
