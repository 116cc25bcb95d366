#include "cli/configs.h"

#include <cstdio>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/print_answer.h"

namespace oc::cli {

namespace {

constexpr std::size_t kNamedComponents = 5;  // the diff below shows the rest

Tone config_tone(const Json& config) {
  const auto state = config.value("state", std::string());
  if (state == "verified" || state == "applied") return Tone::kGood;
  return state == "failed" || state == "refused" || state == "broken" ? Tone::kBad : Tone::kPlain;
}

// Why it was made, and what came of it where that was not good.
std::string reason_of(const Json& config) {
  auto reason = config.value("reason", std::string());
  if (const auto left_out = config.value("quarantined", Json::object()).size())
    reason += fmt::format("; {} quarantined", left_out);
  const auto error = config.value("error", std::string());
  return error.empty() ? reason : reason + ": " + error;
}

Result<std::string> only_agent(ApiClient& api) {
  OC_TRY_ASSIGN(const auto answer, api.get("/api/v1/agents"));
  const auto agents = answer.value("agents", Json::array());
  if (agents.size() == 1) return agents[0].value("agent_id", std::string());
  if (agents.empty()) return permanent("no agent is known yet", "start one: onecollector agent");
  return permanent(fmt::format("{} agents are known", agents.size()),
                   "name one with --agent ID (see 'onecollector agents')");
}

Result<std::int64_t> latest_version(ApiClient& api, const std::string& agent) {
  OC_TRY_ASSIGN(const auto answer, api.get("/api/v1/configs?agent=" + http::percent_encode(agent)));
  std::int64_t latest = 0;
  for (const auto& config : answer.value("configs", Json::array()))
    latest = std::max(latest, config.value("version", std::int64_t{0}));
  if (latest == 0) return permanent("no config has been rendered for agent " + agent);
  return latest;
}

Result<Json> find_config(ApiClient& api, std::string agent, std::int64_t version) {
  if (agent.empty()) {
    OC_TRY_ASSIGN(agent, only_agent(api));
  }
  if (version == 0) {
    OC_TRY_ASSIGN(version, latest_version(api, agent));
  }
  return api.get(fmt::format("/api/v1/configs/{}/{}", http::percent_encode(agent), version));
}

std::string painted_line(std::string_view line, const Terminal& terminal) {
  if (line.starts_with("+")) return paint(line, Tone::kGood, terminal);
  if (line.starts_with("-")) return paint(line, Tone::kBad, terminal);
  return line.starts_with("@@") ? paint(line, Tone::kFaint, terminal) : std::string(line);
}

std::string named(const Json& components) {
  std::vector<std::string> names;
  for (const auto& component : components)
    if (names.size() < kNamedComponents) names.push_back(component.get<std::string>());
  return fmt::format("{}{}", fmt::join(names, ", "), components.size() > names.size() ? ", …" : "");
}

}  // namespace

int configs_command(const ClientOptions& client) {
  return print_answer(client, "/api/v1/configs", [](const Json& answer, const Terminal& terminal) {
    Table table({"AGENT", "VERSION", "STATE", "POLICY", "HASH", "GENERATED", "REASON"},
                {"VERSION", "POLICY", "HASH", "GENERATED"});
    for (const auto& config : answer.value("configs", Json::array()))
      table.add({{config.value("agent_id", std::string()).substr(0, 8)},
                 {fmt::format("v{}", config.value("version", std::int64_t{0}))},
                 {config.value("state", std::string()), config_tone(config)},
                 {fmt::format("p{}", config.value("policy_version", std::int64_t{1}))},
                 {config.value("hash", std::string()).substr(0, 12)},
                 {config.value("generated_at", std::string())},
                 {reason_of(config)}});
    fmt::print("{}", table.render(terminal));
  });
}

int config_show_command(const ClientOptions& client, const std::string& agent, std::int64_t version) {
  ApiClient api(client);
  const auto config = find_config(api, agent, version);
  if (!config) return fail(config.error(), exit_code_of(config.error()));
  if (client.output == Output::kTable)
    fmt::print("{}", config->value("yaml", std::string()));
  else
    fmt::print("{}", machine_text(*config, client.output));
  return kExitOk;
}

int config_diff_command(const ClientOptions& client, const std::string& agent, std::int64_t before,
                        std::int64_t after) {
  ApiClient api(client);
  auto of = agent.empty() ? only_agent(api) : Result<std::string>(agent);
  if (!of) return fail(of.error(), exit_code_of(of.error()));
  const auto path = fmt::format("/api/v1/configs/{}/{}/diff/{}", http::percent_encode(*of), before, after);
  return print_answer(client, path, [](const Json& difference, const Terminal& terminal) {
    const auto diff = difference.value("diff", std::string());
    if (diff.empty()) return fmt::print("No difference.\n");
    fmt::print("{}\n{}", changed_components(difference), coloured_diff(diff, terminal));
  });
}

std::string coloured_diff(const std::string& diff, const Terminal& terminal) {
  std::string out;
  for (std::size_t begin = 0; begin < diff.size();) {
    const auto end = std::min(diff.find('\n', begin), diff.size());
    out += painted_line(std::string_view(diff).substr(begin, end - begin), terminal) + "\n";
    begin = end + 1;
  }
  return out;
}

std::string changed_components(const Json& difference) {
  std::vector<std::string> parts;
  for (const auto* kind : {"added", "removed", "changed"}) {
    const auto components = difference.value(kind, Json::array());
    if (!components.empty()) parts.push_back(fmt::format("{} {}: {}", components.size(), kind, named(components)));
  }
  return parts.empty() ? "no component changed" : fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace oc::cli
