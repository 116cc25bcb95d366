#include "control_plane/verification/delivery_chain.h"

#include <algorithm>

#include <fmt/format.h>

#include "control_plane/verification/drop_reasons.h"

namespace oc::control_plane {

namespace {

std::string or_unknown(const std::string& text) { return text.empty() ? "(unknown)" : text; }

bool nothing_to_read(const SourceFacts& source) {
  return source.ledger && source.ledger->last_newline_end <= source.ledger->start_offset;
}

ChainStep rendered(const SourceFacts& source, const std::optional<AgentFacts>& agent) {
  if (source.config_version > 0) return {"rendered", true, fmt::format("in config version {}", source.config_version)};
  if (agent && agent->config_state == ConfigState::kFailed) return {"rendered", false, agent->config_error};
  return {"rendered", std::nullopt, "in no config yet"};
}

ChainStep applied(const SourceFacts& source, const std::optional<AgentFacts>& agent) {
  if (source.config_version == 0 || !agent) return {"applied", std::nullopt, "nothing to apply yet"};
  if (agent->applied_version >= source.config_version)
    return {"applied", true, fmt::format("the collector runs config version {}", agent->applied_version)};
  if (agent->config_state == ConfigState::kFailed)
    return {"applied", false, "collector refused: " + agent->config_error};
  if (!agent->connected) return {"applied", false, "the agent is not connected"};
  return {"applied", std::nullopt, fmt::format("config version {} is being applied", agent->config_version)};
}

bool is_official(const std::optional<AgentFacts>& agent) { return agent && agent->collector.kind == "official"; }

// An official collector tells neither bytes nor what it sent of one source.
ChainStep accepted(const SourceFacts& source) {
  if (source.collector && source.collector->emitted > 0)
    return {"read", true, with_thousands(source.collector->emitted) + " records accepted since the collector's start"};
  return {"read", std::nullopt, "the collector has accepted nothing of it since its start"};
}

ChainStep sent_by_official(const SourceFacts& source) {
  if (!source.collector) return {"sent", std::nullopt, "the collector has not reported"};
  if (!source.collector->last_error.empty()) return {"sent", false, "sink refusing: " + source.collector->last_error};
  return {"sent", true, "no exporter complains; how much an official collector sent of one source is not known"};
}

ChainStep read(const SourceFacts& source, const std::optional<AgentFacts>& agent) {
  if (nothing_to_read(source)) return {"read", true, "nothing to read yet"};
  if (!source.ledger) return {"read", std::nullopt, "the agent has not said how far the file has grown"};
  if (is_official(agent)) return accepted(source);
  const auto& report = source.collector;
  if (report && report->read_bytes > kBlankBytes && report->emitted == 0 && report->dropped.empty() &&
      report->acknowledged_offset >= source.ledger->last_newline_end)
    return {"read", false, fmt::format("{} bytes read but nothing emitted", with_thousands(report->read_bytes))};
  if (report && (report->read_bytes > 0 || report->acknowledged_offset > source.ledger->start_offset))
    return {"read", true, fmt::format("{} bytes read, {} records", report->read_bytes, report->emitted)};
  return {"read", std::nullopt, "the collector has not read it"};
}

bool refused_some(const contracts::CollectorSourceReport& report) {
  return std::any_of(report.dropped.begin(), report.dropped.end(),
                     [](const auto& drop) { return kind_of_drop(drop.first) == DropKind::kRefused; });
}

ChainStep sent(const SourceFacts& source, const std::optional<AgentFacts>& agent) {
  if (nothing_to_read(source)) return {"sent", true, "nothing to send yet"};
  if (is_official(agent)) return sent_by_official(source);
  if (!source.collector || !source.ledger) return {"sent", std::nullopt, "the collector has not reported"};
  const auto& report = *source.collector;
  const auto dropped = drops_text(report.dropped);
  auto progress =
      fmt::format("acknowledged to byte {} of {}", report.acknowledged_offset, source.ledger->last_newline_end);
  if (!dropped.empty()) progress += ", " + dropped;
  const bool refused = refused_some(report);
  if (report.acknowledged_offset >= source.ledger->last_newline_end && !refused) return {"sent", true, progress};
  if (!report.last_error.empty()) return {"sent", false, "sink refusing: " + report.last_error};
  if (refused) return {"sent", false, dropped};
  return {"sent", std::nullopt, progress};
}

ChainStep stored(const SourceFacts& source, const StoreStatus& store, bool proven) {
  if (nothing_to_read(source)) return {"stored", true, "nothing to store yet"};
  if (proven) return {"stored", true, "the store holds it"};
  if (!store.reachable) return {"stored", false, fmt::format("store {} unreachable: {}", store.url, store.reason)};
  return {"stored", std::nullopt, fmt::format("the store {} does not hold it yet", store.url)};
}

}  // namespace

std::vector<ChainStep> delivery_chain(const SourceFacts& source, const std::optional<AgentFacts>& agent,
                                      const StoreStatus& store, bool proven) {
  const auto host = agent ? or_unknown(agent->host_name) : "(unknown)";
  std::vector<ChainStep> chain = {{"discovered", true, fmt::format("{} on host {}", source.source.log_path, host)},
                                  {"registered", true, fmt::format("by agent {}", source.agent_id)},
                                  rendered(source, agent),
                                  applied(source, agent),
                                  read(source, agent),
                                  sent(source, agent),
                                  stored(source, store, proven)};
  if (!proven) return chain;
  for (auto& step : chain) step.ok = true;
  return chain;
}

const ChainStep* broken_link(const std::vector<ChainStep>& chain, bool overdue) {
  const auto failed = std::find_if(chain.begin(), chain.end(), [](const auto& step) { return step.ok == false; });
  if (failed != chain.end()) return &*failed;
  const auto unreached = std::find_if(chain.begin(), chain.end(), [](const auto& step) { return step.ok != true; });
  return overdue && unreached != chain.end() ? &*unreached : nullptr;
}

}  // namespace oc::control_plane
