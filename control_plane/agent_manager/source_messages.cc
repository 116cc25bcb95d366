#include "control_plane/agent_manager/source_messages.h"

#include "base/log.h"

namespace oc::control_plane {

namespace opamp = contracts::opamp;

SourceMessages::SourceMessages(FleetState& fleet, std::vector<FleetListener*> listeners, AgentRequests& requests,
                               MetricRegistry& metrics)
    : fleet_(fleet),
      listeners_(std::move(listeners)),
      requests_(requests),
      resyncs_(
          metrics.counter("onecollector_source_resyncs_total", "Snapshots asked for because something was missed")) {}

Result<bool> SourceMessages::handle(ManagedAgent& agent, const opamp::CustomMessage& message) {
  const auto handler = message.capability == contracts::kSourcesCapability     ? &SourceMessages::handle_sources
                       : message.capability == contracts::kProbeCapability     ? &SourceMessages::handle_probe
                       : message.capability == contracts::kCollectorCapability ? &SourceMessages::handle_answer
                                                                               : nullptr;
  if (handler == nullptr) return false;
  auto data = parse_json(message.data);
  if (!data) return in_context(std::move(data).error(), "custom message " + message.type);
  auto handled = (this->*handler)(agent, message.type, *data);
  if (!handled) return in_context(std::move(handled).error(), "custom message " + message.type);
  return handled;
}

Result<bool> SourceMessages::handle_sources(ManagedAgent& agent, const std::string& type, const Json& data) {
  if (type == "snapshot") {
    OC_TRY_ASSIGN(auto snapshot, contracts::from_json<contracts::SourcesSnapshot>(data));
    return settle_set(agent, agent.set.apply(std::move(snapshot)));
  }
  if (type == "delta") {
    OC_TRY_ASSIGN(auto delta, contracts::from_json<contracts::SourcesDelta>(data));
    return settle_set(agent, agent.set.apply(std::move(delta)));
  }
  if (type == "heartbeat") {
    OC_TRY_ASSIGN(const auto heartbeat, contracts::from_json<contracts::SourcesHeartbeat>(data));
    if (auto checked = agent.set.check(heartbeat); !checked) ask_for_snapshot(agent, checked.error().message);
    agent.facts.snapshot_known = agent.set.known();
  } else if (type == "ledger") {
    OC_TRY_ASSIGN(const auto ledger, contracts::from_json<contracts::SourcesLedger>(data));
    fleet_.set_ledger(agent.facts.agent_id, ledger.files);
    for (auto* listener : listeners_) listener->ledger_moved(ledger.files);
  } else if (type == contracts::kCollectorReportType) {
    OC_TRY_ASSIGN(const auto report, contracts::collector_report_from_json(data));
    fleet_.set_collector(agent.facts.agent_id, report);
    for (auto* listener : listeners_) listener->collector_reported(agent.facts.agent_id);
  }
  return false;
}

Result<bool> SourceMessages::handle_probe(ManagedAgent& agent, const std::string& type, const Json& data) {
  if (type != "written") return false;
  OC_TRY_ASSIGN(const auto written, contracts::from_json<contracts::ProbeWritten>(data));
  for (auto* listener : listeners_) listener->probe_written(agent.facts.agent_id, written);
  return false;
}

Result<bool> SourceMessages::handle_answer(ManagedAgent& agent, const std::string& type, const Json& data) {
  if (type != contracts::CollectorAnswer::kType) return false;
  OC_TRY_ASSIGN(auto answer, contracts::collector_answer_from_json(data));
  requests_.answered(agent.facts.agent_id, std::move(answer));
  return false;
}

bool SourceMessages::settle_set(ManagedAgent& agent, const Status& applied) {
  const auto& changes = agent.set.changes();
  fleet_.update_sources(agent.facts.agent_id, agent.set.sources(), changes.upserted, changes.removed);
  agent.facts.snapshot_known = agent.set.known();
  if (!applied) {
    // Deltas that were under way already bring the same error: one question is enough.
    if (applied.error().retryable() && !agent.snapshot_asked) ask_for_snapshot(agent, applied.error().message);
    if (!applied.error().retryable()) log::error("agent {}: {}", agent.facts.agent_id, applied.error().text());
    return false;
  }
  agent.snapshot_asked = false;
  send(agent, contracts::kSourcesCapability, "ack", Json{{"sequence", agent.set.sequence()}});
  return true;
}

void SourceMessages::ask_for_snapshot(ManagedAgent& agent, const std::string& reason) {
  resyncs_->add();
  agent.snapshot_asked = true;
  log::info("asking agent {} for its sources: {}", agent.facts.agent_id, reason);
  send(agent, contracts::kSourcesCapability, "resync", Json{{"reason", reason}});
}

void SourceMessages::send_probe(ManagedAgent& agent, const std::string& test_id) {
  send(agent, contracts::kProbeCapability, "write", to_json(contracts::ProbeWrite{test_id}));
}

void SourceMessages::send_request(ManagedAgent& agent, const contracts::CollectorRequest& request) {
  send(agent, contracts::kCollectorCapability, std::string(contracts::CollectorRequest::kType), to_json(request));
}

void SourceMessages::send(ManagedAgent& agent, std::string_view capability, std::string type, const Json& data) {
  if (!agent.peer) return;
  opamp::ServerToAgent message;
  message.instance_uid = agent.instance_uid;
  message.custom_message = opamp::CustomMessage{std::string(capability), std::move(type), data.dump()};
  agent.peer->send_binary(opamp::encode(message));
}

}  // namespace oc::control_plane
