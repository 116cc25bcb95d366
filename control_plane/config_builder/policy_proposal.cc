#include "control_plane/config_builder/policy_proposal.h"

#include "base/ids.h"
#include "base/log.h"
#include "control_plane/config_builder/overlay.h"

namespace oc::control_plane {

namespace {

// Whether there is anything to roll out; an error of the database is no answer.
Result<bool> is_news(PolicyRepository& policies, const std::string& text) {
  const auto hash = stable_hash(text);
  OC_TRY_ASSIGN(const auto last, policies.newest_by(kFileAuthor));
  if (last && last->hash == hash) return last->state == model::PolicyState::kProposed;
  OC_TRY_ASSIGN(const auto current, policies.current_policy());
  return current.hash != hash;
}

Status take(PolicyRepository& policies, const std::string& file, const std::string& text, Nanos now,
            const StartRollout& start) {
  OC_TRY_ASSIGN(const bool news, is_news(policies, text));
  if (!news) return {};
  OC_TRY_ASSIGN(const auto proposal,
                propose_policy(policies, {text, file, "the overlay file changed", kFileAuthor, now}, false));
  if (!proposal.policy) return permanent(summary(proposal.problems), "correct the file: the policy before stays");
  OC_TRY_ASSIGN(const auto run, start(*proposal.policy));
  log::info("overlay {}: policy version {}, run {}", file, proposal.policy->version, run);
  return {};
}

}  // namespace

Result<PolicyProposal> propose_policy(PolicyRepository& policies, const NewPolicy& policy, bool force) {
  PolicyProposal proposal;
  proposal.problems = parse_overlay(policy.overlay_text, policy.overlay_name).problems;
  if (!proposal.problems.empty()) return proposal;
  OC_TRY_ASSIGN(proposal.policy, policies.add_policy(policy, force));
  return proposal;
}

bool take_overlay_file(PolicyRepository& policies, const std::string& file, const std::string& text, Nanos now,
                       const StartRollout& start) {
  const auto taken = take(policies, file, text, now, start);
  if (!taken) log::warn("overlay: {}", taken.error().text());
  return taken || !taken.error().retryable();
}

}  // namespace oc::control_plane
