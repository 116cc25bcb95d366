#include "control_plane/agent_manager/agent_report.h"

#include <charconv>

#include "base/ids.h"
#include "base/json.h"
#include "base/utf8.h"

namespace oc::control_plane {

namespace opamp = contracts::opamp;

namespace {

constexpr std::string_view kCollectorComponent = "collector";  // in the agent's ComponentHealth

// Protobuf strings of a foreign peer may hold any bytes; JSON may not.
std::string attribute(const std::map<std::string, std::string>& attributes, const std::string& name) {
  const auto at = attributes.find(name);
  return at == attributes.end() ? std::string() : to_utf8(at->second);
}

std::uint64_t number(const std::string& text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<std::string> texts_of(const std::string& json_array) {
  std::vector<std::string> texts;
  const auto parsed = parse_json(json_array.empty() ? "[]" : json_array);
  if (!parsed || !parsed->is_array()) return texts;
  for (const auto& text : *parsed)
    if (text.is_string()) texts.push_back(text.get<std::string>());
  return texts;
}

// What is no such list, or too long a one, is none.
std::vector<contracts::ProposedLog> proposed_logs_of(const std::string& json_array) {
  std::vector<contracts::ProposedLog> logs;
  const auto parsed = parse_json(json_array.empty() ? "[]" : json_array);
  if (!parsed || !parsed->is_array() || parsed->size() > contracts::kMaxProposedLogs) return logs;
  for (const auto& entry : *parsed)
    if (auto log = contracts::proposed_log_from_json(entry)) logs.push_back(*std::move(log));
  return logs;
}

void apply_description(AgentFacts& facts, const opamp::AgentDescription& description) {
  const auto& about = description.non_identifying;
  facts.version = attribute(description.identifying, "service.version");
  facts.host_name = attribute(about, "host.name");
  facts.notes = texts_of(attribute(about, "onecollector.notes"));
  facts.proposed_logs = proposed_logs_of(attribute(about, "onecollector.discovery.proposed"));
  facts.discovery_overflows = number(attribute(about, "onecollector.discovery.overflows"));
  auto& collector = facts.collector;
  collector.host_name = facts.host_name;
  collector.kind = attribute(about, "onecollector.collector.kind");
  if (collector.kind.empty()) collector.kind = "native";
  collector.version = attribute(about, "onecollector.collector.version");
  collector.health_endpoint = attribute(about, "onecollector.collector.health_endpoint");
  collector.metrics_endpoint = attribute(about, "onecollector.collector.metrics_endpoint");
  collector.storage_directory = attribute(about, "onecollector.collector.storage_directory");
  collector.held_files = texts_of(attribute(about, "onecollector.collector.held_files"));
  collector.memory_limit_mib = number(attribute(about, "onecollector.collector.memory_limit_mib"));
}

void apply_health(AgentFacts& facts, const opamp::ComponentHealth& health) {
  facts.healthy = health.healthy;
  facts.status = to_utf8(health.status.empty() ? health.last_error : health.status);
  const auto collector = health.components.find(std::string(kCollectorComponent));
  facts.collector_healthy = collector != health.components.end() && collector->second.healthy;
  facts.collector_error = collector == health.components.end() ? "" : to_utf8(collector->second.last_error);
}

}  // namespace

ReportEffect apply_report(ManagedAgent& agent, const opamp::AgentToServer& message) {
  ReportEffect effect;
  const bool follows = agent.described && message.sequence_num == agent.sequence_num + 1;
  effect.needs_full_state = !follows && !message.description;
  agent.sequence_num = message.sequence_num;
  if (message.capabilities != 0) agent.capabilities = message.capabilities;
  if (message.description) {
    const auto before = agent.facts.collector;
    const auto overflows = agent.facts.discovery_overflows;
    apply_description(agent.facts, *message.description);
    const auto now = agent.facts.discovery_overflows;
    effect.overflows = now >= overflows ? now - overflows : now;  // it counts from its own start
    effect.settings_changed = !agent.described || before != agent.facts.collector;
    agent.described = true;
  }
  if (message.health) apply_health(agent.facts, *message.health);
  if (message.effective_config) {
    const auto main_file = message.effective_config->find("");
    agent.facts.effective_config_hash =
        main_file == message.effective_config->end() ? "" : stable_hash(main_file->second.body);
  }
  return effect;
}

}  // namespace oc::control_plane
