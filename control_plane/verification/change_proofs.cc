#include "control_plane/verification/change_proofs.h"

#include <algorithm>

namespace oc::control_plane {

namespace {
constexpr std::chrono::milliseconds kProbeAgain{1'000};
}

Result<ChangeProof> ChangeWait::wait(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [&] { return answer_.has_value(); });
  if (answer_) return *answer_;
  abandoned_ = true;
  return retryable("the proof was cancelled");
}

void ChangeWait::answer(Result<ChangeProof> proof) {
  {
    std::lock_guard lock(mutex_);
    answer_ = std::move(proof);
  }
  changed_.notify_all();
}

bool ChangeWait::abandoned() const {
  std::lock_guard lock(mutex_);
  return abandoned_;
}

std::optional<Result<ChangeProof>> ChangeWait::answered() const {
  std::lock_guard lock(mutex_);
  return answer_;
}

void ChangeProofs::add(std::shared_ptr<ChangeWait> wait, Time now) {
  ChangeProver prover(wait->request(), now);
  active_.push_back({std::move(wait), std::move(prover), now});
  parts_.sources.hurry(true);
  parts_.sources.look_again(now);
}

void ChangeProofs::config_settled(const std::string& agent_id, const StoreStatus& store, Time now) {
  const auto agent = parts_.fleet.agent(agent_id);
  const auto baseline = baselines_.find(agent_id);
  const bool applied = agent && agent->applied_version > 0 && agent->config_state == ConfigState::kApplied;
  const bool news = baseline == baselines_.end() || baseline->second.config_version != agent->applied_version;
  if (applied && news)
    take_baseline(*agent, store, now);
  else
    parts_.probes.start(agent_id, now);
}

void ChangeProofs::take_baseline(const AgentFacts& agent, const StoreStatus& store, Time now) {
  ConfigBaseline baseline{agent.applied_version, now, store.reachable, !baselines_.contains(agent.agent_id), {}};
  for (const auto& source : parts_.sources.evidence(agent.agent_id))
    baseline.sources.emplace(source.id(), baseline_of(source));
  baselines_[agent.agent_id] = std::move(baseline);
  probe_results_.erase(agent.agent_id);
  parts_.probes.restart(agent.agent_id, now);
}

void ChangeProofs::take_first_reports(ConfigBaseline& baseline, const std::vector<SourceEvidence>& sources) {
  for (const auto& source : sources) {
    const auto before = baseline.sources.find(source.id());
    if (before != baseline.sources.end() && !before->second.report) before->second.report = source.facts->collector;
  }
}

void ChangeProofs::probe_ended(const std::string& agent_id, const model::VerificationResult& result) {
  if (baselines_.contains(agent_id)) probe_results_[agent_id] = result;
}

void ChangeProofs::step(const StoreStatus& store, Time now) {
  if (active_.empty()) return;
  std::erase_if(active_, [&](Active& active) {
    if (active.wait->abandoned()) return true;
    auto proof = step(active, store, now);
    if (proof) active.wait->answer(std::move(*proof));
    return proof.has_value();
  });
  parts_.sources.hurry(!active_.empty());
}

std::optional<ChangeProof> ChangeProofs::step(Active& active, const StoreStatus& store, Time now) {
  const auto& agent_id = active.prover.request().agent_id;
  const auto agent = parts_.fleet.agent(agent_id);
  auto baseline = baselines_.find(agent_id);
  // Applied before this control plane was started: from now on, then.
  if (active.prover.applied(agent) &&
      (baseline == baselines_.end() || baseline->second.config_version != agent->applied_version)) {
    take_baseline(*agent, store, now);
    baseline = baselines_.find(agent_id);
  }
  const bool of_this =
      baseline != baselines_.end() && baseline->second.config_version == active.prover.request().config_version;
  const auto sources = parts_.sources.evidence(agent_id);
  if (of_this && baseline->second.before_us) take_first_reports(baseline->second, sources);
  ChangeProver::Evidence evidence{agent, store, sources, of_this ? &baseline->second : nullptr, {}};
  if (const auto result = probe_results_.find(agent_id); of_this && result != probe_results_.end())
    evidence.probe = result->second;
  auto proof = active.prover.step(evidence, now);
  const bool probe_wanted = of_this && !(evidence.probe && evidence.probe->log_found);
  if (!proof && probe_wanted && now >= active.next_probe) {
    parts_.probes.start(agent_id, now);
    active.next_probe = now + kProbeAgain;
  }
  return proof;
}

std::optional<ChangeProofs::Time> ChangeProofs::next_due() const {
  std::optional<Time> due;
  for (const auto& active : active_) due = std::min(due.value_or(active.prover.next_due()), active.prover.next_due());
  return due;
}

void ChangeProofs::give_up(const Error& reason) {
  for (const auto& active : active_) active.wait->answer(std::unexpected(reason));
  active_.clear();
}

}  // namespace oc::control_plane
