#include "control_plane/agent_manager/fleet_state.h"

namespace oc::control_plane {

std::string_view to_string(ConfigState state) {
  switch (state) {
    case ConfigState::kNone:
      return "none";
    case ConfigState::kApplying:
      return "applying";
    case ConfigState::kApplied:
      return "applied";
    case ConfigState::kFailed:
      return "failed";
  }
  return "none";
}

void FleetState::set_agent(const AgentFacts& agent) {
  std::lock_guard lock(mutex_);
  agents_[agent.agent_id] = agent;
  changed_.notify_all();
}

std::optional<AgentFacts> FleetState::wait_for_agent(const std::string& agent_id,
                                                     const std::function<bool(const AgentFacts&)>& until,
                                                     std::chrono::milliseconds timeout, std::stop_token stop) const {
  std::unique_lock lock(mutex_);
  const auto passes = [&] {
    const auto at = agents_.find(agent_id);
    return at != agents_.end() && until(at->second);
  };
  if (!changed_.wait_for(lock, stop, timeout, passes)) return std::nullopt;
  return agents_.at(agent_id);
}

void FleetState::update_sources(const std::string& agent_id,
                                const std::map<std::string, model::DiscoveredLogSource>& sources,
                                const std::set<std::string>& upserted, const std::set<std::string>& removed) {
  std::lock_guard lock(mutex_);
  for (const auto& id : removed) sources_.erase(id);
  for (const auto& id : upserted) {
    auto& facts = sources_[id];
    facts.agent_id = agent_id;
    facts.source = sources.at(id);
  }
}

void FleetState::set_rendered(const std::map<std::string, Rendered>& rendered_by_source) {
  std::lock_guard lock(mutex_);
  for (const auto& [id, rendered] : rendered_by_source) {
    const auto at = sources_.find(id);
    if (at == sources_.end()) continue;
    at->second.config_version = rendered.config_version;
    at->second.service_name = rendered.service_name;
  }
}

void FleetState::set_ledger(const std::string& agent_id, const std::vector<contracts::LedgerEntry>& entries) {
  std::lock_guard lock(mutex_);
  for (const auto& entry : entries)
    if (const auto at = sources_.find(entry.source_id); at != sources_.end() && at->second.agent_id == agent_id)
      at->second.ledger = entry;
}

void FleetState::set_collector(const std::string& agent_id, const contracts::CollectorReport& report) {
  std::lock_guard lock(mutex_);
  for (const auto& source : report.sources)
    if (const auto at = sources_.find(source.source_id); at != sources_.end() && at->second.agent_id == agent_id)
      at->second.collector = source;
  left_out_[agent_id] = report.left_out;
}

std::map<std::string, std::uint64_t> FleetState::left_out(const std::string& agent_id) const {
  std::lock_guard lock(mutex_);
  const auto at = left_out_.find(agent_id);
  return at == left_out_.end() ? std::map<std::string, std::uint64_t>() : at->second;
}

std::vector<AgentFacts> FleetState::agents() const {
  std::lock_guard lock(mutex_);
  std::vector<AgentFacts> agents;
  for (const auto& [id, agent] : agents_) agents.push_back(agent);
  return agents;
}

std::optional<AgentFacts> FleetState::agent(const std::string& agent_id) const {
  std::lock_guard lock(mutex_);
  const auto at = agents_.find(agent_id);
  return at == agents_.end() ? std::nullopt : std::optional(at->second);
}

std::optional<SourceFacts> FleetState::source(const std::string& source_id) const {
  std::lock_guard lock(mutex_);
  const auto at = sources_.find(source_id);
  return at == sources_.end() ? std::nullopt : std::optional(at->second);
}

void FleetState::for_each_source(
    const std::function<void(const std::string& source_id, const SourceFacts&)>& visit) const {
  std::lock_guard lock(mutex_);
  for (const auto& [id, facts] : sources_) visit(id, facts);
}

}  // namespace oc::control_plane
