#include "control_plane/api/status_view.h"

#include <algorithm>

#include "contracts/config/version.h"
#include "control_plane/health_monitor/health_monitor.h"

namespace oc::control_plane {

namespace {

AgentFacts remembered(const AgentRecord& record) {
  AgentFacts facts;
  facts.agent_id = record.agent_id;
  facts.host_name = record.host_name;
  facts.version = record.version;
  facts.last_seen_ns = record.last_seen_ns;
  facts.status = "not connected since the control plane started";
  return facts;
}

bool agent_settled(const AgentFacts& agent, const VerificationBoard& board) {
  return agent.snapshot_known && board.probe_answered(agent.agent_id) &&
         (agent.config_state == ConfigState::kApplied || agent.config_state == ConfigState::kFailed);
}

bool settled(const std::vector<AgentFacts>& agents, const VerificationBoard& board, std::size_t waiting) {
  std::size_t connected = 0;
  for (const auto& agent : agents) {
    if (!agent.connected) continue;
    if (!agent_settled(agent, board)) return false;
    ++connected;
  }
  return connected > 0 && waiting == 0;
}

Json store_json(const StoreStatus& store) {
  return Json{{"url", store.url},
              {"kind", store.embedded    ? "embedded"
                       : store.queryable ? "loki"
                                         : "otlp"},
              {"reachable", store.reachable},
              {"reason", store.reason}};
}

Json summary_json(const std::map<ProofState, std::size_t>& counts) {
  const auto count = [&](ProofState state) {
    const auto at = counts.find(state);
    return at == counts.end() ? std::size_t{0} : at->second;
  };
  const auto failed = count(ProofState::kNotDelivered) + count(ProofState::kRefused);
  const auto waiting = count(ProofState::kWaiting);
  const auto verified = count(ProofState::kVerified) + count(ProofState::kCounted);
  const auto acknowledged = count(ProofState::kAcknowledged);
  const auto partly = count(ProofState::kMerged) + count(ProofState::kTooOld);
  return Json{{"sources", verified + acknowledged + partly + count(ProofState::kIdle) + waiting + failed},
              {"verified", verified},
              {"acknowledged", acknowledged},
              {"partly", partly},
              {"idle", count(ProofState::kIdle)},
              {"waiting", waiting},
              {"failed", failed}};
}

}  // namespace

Json agent_json(const AgentFacts& agent) {
  Json proposed_logs = Json::array();
  for (const auto& log : agent.proposed_logs) proposed_logs.push_back(contracts::to_json(log));
  const auto& collector = agent.collector;
  return Json{
      {"agent_id", agent.agent_id},
      {"host_name", agent.host_name},
      {"version", agent.version},
      {"connected", agent.connected},
      {"healthy", agent.healthy},
      {"status", agent.status},
      {"last_seen", to_rfc3339(agent.last_seen_ns)},
      {"config",
       {{"version", agent.config_version}, {"state", to_string(agent.config_state)}, {"error", agent.config_error}}},
      {"collector",
       {{"kind", collector.kind},
        {"version", collector.version},
        {"healthy", agent.collector_healthy},
        {"error", agent.collector_error}}},
      {"notes", agent.notes},
      {"proposed_logs", std::move(proposed_logs)}};
}

Result<std::vector<AgentFacts>> all_agents(const ApiContext& context) {
  auto agents = context.fleet.agents();
  OC_TRY_ASSIGN(const auto records, context.agents.list_agents());
  for (const auto& record : records)
    if (!context.fleet.agent(record.agent_id)) agents.push_back(remembered(record));
  std::sort(agents.begin(), agents.end(), [](const auto& a, const auto& b) { return a.agent_id < b.agent_id; });
  return agents;
}

Result<Json> status_json(const ApiContext& context) {
  OC_TRY_ASSIGN(const auto agents, all_agents(context));
  const auto summary = summary_json(context.board.counts());
  const auto probe = context.board.probe();
  Json status{{"version", contracts::kVersion},
              {"started_at", to_rfc3339(context.started_at_ns)},
              {"settled", settled(agents, context.board, summary["waiting"].get<std::size_t>())},
              {"summary", summary},
              {"agents", Json::array()},
              {"probe", probe ? to_json(*probe) : Json(nullptr)},
              {"stores", {{"logs", store_json(context.board.store())}}},
              {"health", Json::array()},
              {"notes", Json::array()}};
  for (const auto& result : HealthMonitor(context.fleet, context.board).check_all())
    status["health"].push_back(to_json(result));
  for (const auto& agent : agents) {
    status["agents"].push_back(agent_json(agent));
    for (const auto& note : agent.notes) status["notes"].push_back(agent.host_name + ": " + note);
  }
  return status;
}

}  // namespace oc::control_plane
