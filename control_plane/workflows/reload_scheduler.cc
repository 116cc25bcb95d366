#include "control_plane/workflows/reload_scheduler.h"

#include <fmt/format.h>

#include "base/log.h"
#include "control_plane/workflows/collector_dynamic_reload.h"

namespace oc::control_plane {

using std::chrono::milliseconds;

namespace {

// Whoever applies a policy waits this long for another run to end; most take less than a second.
constexpr milliseconds kPatience{5'000};
constexpr milliseconds kWaitForRun{1'000};
constexpr milliseconds kLookAgain{100};
constexpr std::size_t kLookedAtPolicies = 100;

bool failed(ProofState state) { return state == ProofState::kNotDelivered || state == ProofState::kRefused; }

}  // namespace

void ReloadScheduler::start() {
  next_round_ = std::chrono::steady_clock::now() + parts_.times.reconcile;
  thread_ = std::thread([this] { run(); });
}

void ReloadScheduler::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void ReloadScheduler::reconcile(const std::string& agent_id) {
  const auto agent = parts_.fleet.agent(agent_id);
  const bool official = agent && agent->collector.kind == "official";
  set_due(agent_id,
          std::chrono::steady_clock::now() + (official ? parts_.times.coalesce_official : parts_.times.coalesce));
}

void ReloadScheduler::sources_changed(const std::string& agent_id, SetChange change) {
  if (change == SetChange::kAny) return reconcile(agent_id);
  set_due(agent_id, std::chrono::steady_clock::now() + parts_.times.coalesce_gone);
}

void ReloadScheduler::reconcile_all() {
  for (const auto& agent : parts_.fleet.agents()) reconcile(agent.agent_id);
}

// The earliest decides when: a stream of changes must not put it off for ever.
void ReloadScheduler::set_due(const std::string& agent_id, Time at) {
  {
    std::lock_guard lock(mutex_);
    auto& due = due_.try_emplace(agent_id, at).first->second;
    due = std::min(due, at);
  }
  changed_.notify_all();
}

Result<std::string> ReloadScheduler::try_policy(const model::Policy& policy) {
  return begin({canary_agent(), policy.version, policy.reason, policy.author});
}

Result<std::string> ReloadScheduler::take_back(const std::string& reason, const std::string& author) {
  return begin({.agent_id = canary_agent(), .reason = reason, .author = author, .take_back = true});
}

// Empty: something else is under way for the agent. What is proposed is tried once that has ended.
Result<std::string> ReloadScheduler::begin(const ConfigChange& change) {
  if (change.agent_id.empty()) return retryable("no agent is connected to try it on", "start one: onecollector agent");
  const auto input = contracts::write_record(change);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    OC_TRY_ASSIGN(const auto started, parts_.engine.start(std::string(kReloadWorkflow), change.agent_id, input));
    if (!started.joined) return started.run_id;
    OC_TRY_ASSIGN(const auto run, parts_.engine.wait(started.run_id, kWaitForRun));
    const auto under_way = parse_json(run.input);
    if (under_way && *under_way == input) return started.run_id;
  }
  return std::string();
}

void ReloadScheduler::run() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      const auto next = next_look();
      changed_.wait_until(lock, next, [&] {
        return stopping_ || std::any_of(due_.begin(), due_.end(), [&](const auto& due) { return due.second < next; });
      });
      if (stopping_) return;
    }
    const auto now = std::chrono::steady_clock::now();
    if (now >= next_round_) {
      next_round_ = now + parts_.times.reconcile;
      for (const auto& agent : parts_.fleet.agents()) set_due(agent.agent_id, now);
      look_at_proposed();
    }
    if (now >= next_wave_) {
      next_wave_ = now + parts_.times.wave;
      for (const auto& agent_id : waves_.waiting()) set_due(agent_id, now);
    }
    for (const auto& agent_id : take_due(now)) look(agent_id, now);
  }
}

ReloadScheduler::Time ReloadScheduler::next_look() {
  auto next = waves_.waiting().empty() ? next_round_ : std::min(next_round_, next_wave_);
  for (const auto& [agent_id, at] : due_) next = std::min(next, at);
  return next;
}

std::vector<std::string> ReloadScheduler::take_due(Time now) {
  std::vector<std::string> agents;
  std::lock_guard lock(mutex_);
  for (const auto& [agent_id, at] : due_)
    if (at <= now) agents.push_back(agent_id);
  for (const auto& agent_id : agents) due_.erase(agent_id);
  return agents;
}

void ReloadScheduler::look(const std::string& agent_id, Time now) {
  const auto agent = parts_.fleet.agent(agent_id);
  if (!agent || !agent->connected || !agent->snapshot_known) return;  // its next snapshot brings us here again
  const auto change = change_for(*agent, now);
  if (!change) return log::error("agent {}: {}", agent_id, change.error().text());
  if (!*change) return;
  const auto started = parts_.engine.start(std::string(kReloadWorkflow), agent_id, contracts::write_record(**change));
  if (!started) {
    log::error("agent {}: {}", agent_id, started.error().text());
    return set_due(agent_id, now + parts_.times.reconcile);
  }
  // The run under way has read its inputs already, perhaps before this change.
  if (started->joined) set_due(agent_id, now + kLookAgain);
}

Result<std::optional<ConfigChange>> ReloadScheduler::change_for(const AgentFacts& agent, Time now) {
  OC_TRY_ASSIGN(auto policy_version, waves_.policy_for(agent.agent_id, now));
  OC_TRY_ASSIGN(const auto went_back_to, policy_after_leaving(agent.agent_id));
  if (policy_version == 0 && went_back_to == 0) policy_backoffs_.erase(agent.agent_id);
  if (policy_version == 0 && went_back_to > 0 && !may_try_again(policy_backoffs_[agent.agent_id], now))
    policy_version = went_back_to;
  OC_TRY_ASSIGN(const bool wanted, wants_run(agent, policy_version, now));
  if (!wanted) return std::nullopt;
  return ConfigChange{agent.agent_id, policy_version};
}

Result<bool> ReloadScheduler::wants_run(const AgentFacts& agent, std::int64_t policy_version, Time now) {
  OC_TRY_ASSIGN(const bool current,
                parts_.generator.is_current({.agent_id = agent.agent_id, .policy_version = policy_version}));
  if (!current) return true;
  if (agent.config_state == ConfigState::kFailed) return may_try_again(backoffs_[agent.agent_id], now);
  backoffs_.erase(agent.agent_id);
  return can_be_settled(agent);
}

// Of an agent that went back from the current policy, which was not to blame: the one it went back to; otherwise 0.
Result<std::int64_t> ReloadScheduler::policy_after_leaving(const std::string& agent_id) {
  OC_TRY_ASSIGN(const auto newest, parts_.configs.list_configs(agent_id, 2));
  if (newest.size() < 2 || newest[1].state != ArtifactState::kBroken) return 0;
  OC_TRY_ASSIGN(const auto current, parts_.policies.current_policy());
  const auto went_back_to = newest[0].config.policy_version;
  return newest[1].config.policy_version == current.version && went_back_to != current.version ? went_back_to : 0;
}

bool ReloadScheduler::may_try_again(Backoff& backoff, Time now) {
  if (now < backoff.until) return false;
  backoff.pause = std::min(std::max(backoff.pause * 2, parts_.times.reconcile), parts_.times.longest_backoff);
  backoff.until = now + backoff.pause;
  return true;
}

// What is applied and not settled: its run was cut, or it was promoted unproven and something has been written since.
Result<bool> ReloadScheduler::can_be_settled(const AgentFacts& agent) {
  OC_TRY_ASSIGN(const auto desired, parts_.configs.desired_config(agent.agent_id));
  if (!desired || agent.config_state != ConfigState::kApplied) return false;
  if (desired->state == ArtifactState::kDeployed || desired->state == ArtifactState::kApplied) return true;
  if (desired->state != ArtifactState::kUnproven) return false;
  bool failing = false;
  Unsettled now{desired->config.version, 0};
  parts_.fleet.for_each_source([&](const std::string& source_id, const SourceFacts& facts) {
    if (facts.agent_id != agent.agent_id || facts.source.source_type == model::SourceType::kProbe) return;
    if (facts.ledger) now.bytes += facts.ledger->last_newline_end;
    const auto proof = parts_.board.source(source_id);
    failing = failing || (proof && failed(proof->state));
  });
  const bool written = std::exchange(unsettled_[agent.agent_id], now) != now;
  return written || (failing && desired->config.policy_version > kFirstPolicy);
}

// A policy that was proposed when we were killed, before its run began: the newest is tried, older ones are given up.
void ReloadScheduler::look_at_proposed() {
  const auto policies = parts_.policies.list_policies(kLookedAtPolicies);
  if (!policies) return log::error("policies: {}", policies.error().text());
  bool newest = true;
  for (const auto& policy : *policies) {
    if (policy.state != model::PolicyState::kProposed) continue;
    const auto agent_id = canary_agent();
    Status done;
    if (!std::exchange(newest, false)) {
      done = parts_.policies.set_policy_state(policy.version, model::PolicyState::kSuperseded,
                                              "a newer policy was proposed");
    } else if (!agent_id.empty()) {
      const ConfigChange change{agent_id, policy.version, policy.reason, policy.author};
      if (auto run = parts_.engine.start(std::string(kReloadWorkflow), agent_id, contracts::write_record(change)); !run)
        done = std::unexpected(run.error());
    }
    if (!done) log::error("policy {}: {}", policy.version, done.error().text());
  }
}

std::string ReloadScheduler::canary_agent() const {
  for (const auto& agent : parts_.fleet.agents())
    if (agent.connected) return agent.agent_id;
  return {};
}

}  // namespace oc::control_plane
