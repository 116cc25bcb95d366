#include "cli/status.h"

#include <cstdio>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/print_answer.h"
#include "cli/proposed_logs.h"
#include "cli/table.h"

namespace oc::cli {

namespace {

std::uint64_t count_of(const Json& summary, const char* key) { return summary.value(key, std::uint64_t{0}); }

std::string probe_words(const Json& probe) {
  if (!probe.is_object()) return "not run yet";
  if (!probe.value("log_found", false)) return "not found: " + probe.value("reason", std::string("no reason given"));
  const auto words = fmt::format("found in {:.0f} ms", probe.value("latency_seconds", 0.0) * 1000);
  return probe.value("labels_correct", false) ? words : words + ", but " + probe.value("reason", std::string());
}

std::string store_words(const Json& store) {
  const auto words = fmt::format("{} ({})", store.value("url", std::string()), store.value("kind", std::string()));
  return store.value("reachable", false) ? words : words + " does not answer: " + store.value("reason", std::string());
}

// The probe's line cannot be looked for there.
bool is_write_only(const Json& status) {
  const auto logs = status.value("stores", Json::object()).value("logs", Json::object());
  return logs.value("kind", std::string()) == "otlp";
}

// Of what is not well; the probe has a line of its own.
std::string health_words(const Json& check) {
  const auto state = check.value("state", std::string());
  if ((state != "warning" && state != "failing") ||
      check.value("check", std::string()) == "check_end_to_end_sample_log")
    return {};
  return state + ": " + check.value("reason", std::string());
}

std::string agent_state(const Json& agent) {
  if (!agent.value("connected", false)) return "not connected";
  auto status = agent.value("status", std::string());
  if (!status.empty()) return status;
  return agent.value("healthy", false) ? "healthy" : "unhealthy";
}

std::string config_words(const Json& agent) {
  const auto config = agent.value("config", Json::object());
  auto words = fmt::format("v{} {}", config.value("version", std::int64_t{0}), config.value("state", std::string()));
  const auto error = config.value("error", std::string());
  return error.empty() ? words : words + ": " + error;
}

std::string agents_table(const Json& agents, const Terminal& terminal) {
  Table table({"AGENT", "HOST", "STATE", "CONFIG", "COLLECTOR", "LAST SEEN"}, {"LAST SEEN"});
  for (const auto& agent : agents) {
    const auto collector = agent.value("collector", Json::object());
    const bool healthy = agent.value("healthy", false) && agent.value("connected", false);
    table.add(
        {{agent.value("agent_id", std::string()).substr(0, 8)},
         {agent.value("host_name", std::string())},
         {agent_state(agent), healthy ? Tone::kGood : Tone::kBad},
         {config_words(agent)},
         {fmt::format("{} {}", collector.value("kind", std::string()), collector.value("version", std::string()))},
         {agent.value("last_seen", std::string())}});
  }
  return table.render(terminal);
}

void print_status(const Json& status, const Terminal& terminal) {
  const bool healthy = is_healthy(status);
  fmt::print(
      "OneCollector {}: {}\n", status.value("version", std::string()),
      paint(healthy ? "all delivered" : "not everything is delivered", healthy ? Tone::kGood : Tone::kBad, terminal));
  fmt::print("  sources  {}\n", summary_words(status.value("summary", Json::object())));
  fmt::print("  probe    {}\n", probe_words(status.value("probe", Json())));
  const auto stores = status.value("stores", Json::object());
  fmt::print("  logs     {}\n\n", store_words(stores.value("logs", Json::object())));
  for (const auto& check : status.value("health", Json::array()))
    if (const auto words = health_words(check); !words.empty()) fmt::print("health: {}\n", words);
  fmt::print("{}", agents_table(status.value("agents", Json::array()), terminal));
  for (const auto& note : status.value("notes", Json::array())) fmt::print("note: {}\n", note.get<std::string>());
  fmt::print("{}", proposed_logs_section(status.value("agents", Json::array()), terminal));
  if (!healthy) fmt::print("\nSee 'onecollector sources', then 'onecollector explain SOURCE'.\n");
}

}  // namespace

std::string summary_words(const Json& summary) {
  std::vector<std::string> parts;
  for (const auto* state : {"verified", "acknowledged", "partly", "idle", "waiting", "failed"})
    if (const auto count = count_of(summary, state))
      parts.push_back(fmt::format("{} {}", with_thousands(count), state));
  const auto sources = count_of(summary, "sources");
  return fmt::format("{} source{}{}{}", with_thousands(sources), sources == 1 ? "" : "s", parts.empty() ? "" : ": ",
                     fmt::join(parts, ", "));
}

std::string probe_sentence(const Json& probe) { return "Probe: " + probe_words(probe) + "."; }

bool is_healthy(const Json& status) {
  const auto summary = status.value("summary", Json::object());
  if (!status.value("settled", false) || count_of(summary, "failed") > 0) return false;
  if (!is_write_only(status)) {
    const auto probe = status.value("probe", Json());
    if (!probe.is_object() || !probe.value("log_found", false)) return false;
  }
  for (const auto& agent : status.value("agents", Json::array()))
    if (agent.value("connected", false) && !agent.value("healthy", false)) return false;
  return true;
}

int status_command(const ClientOptions& client) {
  ApiClient api(client);
  const auto status = api.get("/api/v1/status");
  if (!status) return fail(status.error(), exit_code_of(status.error()));
  const bool healthy = is_healthy(*status);
  if (client.output == Output::kTable)
    print_status(*status, Terminal::of_stdout());
  else
    fmt::print("{}", machine_text(*status, client.output));
  return healthy ? kExitOk : kExitNegative;
}

int agents_command(const ClientOptions& client) {
  return print_answer(client, "/api/v1/agents", [](const Json& answer, const Terminal& terminal) {
    fmt::print("{}", agents_table(answer.value("agents", Json::array()), terminal));
  });
}

}  // namespace oc::cli
