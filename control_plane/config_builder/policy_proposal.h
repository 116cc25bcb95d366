// From an overlay's text to a proposed policy: checked as far as that goes without a config, then kept.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "control_plane/config_builder/config_problem.h"
#include "control_plane/registry/policy_repository.h"

namespace oc::control_plane {

// Starts the rollout of a proposed policy and returns its run's id; for one whose rollout is under way, that run's.
using StartRollout = std::function<Result<std::string>(const model::Policy&)>;

struct PolicyProposal {
  std::vector<ConfigProblem> problems;  // of the overlay; with any of them nothing was kept
  std::optional<model::Policy> policy;
};
// An error: this content is broken (permanent), or nothing can be written now (retryable).
Result<PolicyProposal> propose_policy(PolicyRepository& policies, const NewPolicy& policy, bool force);

inline constexpr const char* kFileAuthor = "file";

// For OverlayWatcher: what the overlay file holds becomes a policy of the author "file", and its rollout is started,
// unless it is what the file held the last time and its rollout has ended (so that a restart does not undo what came by
// other ways since). What is wrong with it is said in the log. False: try again later.
bool take_overlay_file(PolicyRepository& policies, const std::string& file, const std::string& text, Nanos now,
                       const StartRollout& start);

}  // namespace oc::control_plane
