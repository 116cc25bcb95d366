#include "cli/policies.h"

#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "base/files.h"
#include "cli/configs.h"
#include "cli/print_answer.h"

namespace oc::cli {

namespace {

Tone policy_tone(const std::string& state) {
  if (state == "current") return Tone::kGood;
  return state == "broken" ? Tone::kBad : Tone::kPlain;
}

std::string policy_reason(const Json& policy) {
  const auto broken = policy.value("broken_reason", std::string());
  return broken.empty() ? policy.value("reason", std::string()) : "broken: " + broken;
}

// The same line as the server's own errors have.
std::string problem_text(const Json& problem) {
  const auto line = problem.value("line", 0);
  auto text = problem.value("file", std::string());
  if (line > 0) text += fmt::format(":{}:{}", line, problem.value("column", 0));
  const auto component = problem.value("component", std::string());
  text += (component.empty() ? ": " : ": " + component + ": ") + problem.value("message", std::string());
  const auto next_step = problem.value("next_step", std::string());
  return next_step.empty() ? text : fmt::format("{} ({})", text, next_step);
}

std::string problem_lines(const Json& problems, const Terminal& terminal) {
  std::string text;
  for (const auto& problem : problems) text += paint(problem_text(problem), Tone::kBad, terminal) + "\n";
  return text;
}

std::string agent_text(const Json& agent, const Terminal& terminal) {
  auto text = fmt::format("{} ({}): ", agent.value("host_name", std::string()),
                          agent.value("agent_id", std::string()).substr(0, 8));
  if (agent.value("refused", false))
    return text + "refused\n" + problem_lines(agent.value("problems", Json::array()), terminal);
  const auto difference = agent.value("difference", Json::object());
  text += changed_components(difference) + "\n";
  for (const auto& [source_id, reason] : agent.value("quarantined", Json::object()).items())
    text += fmt::format("left out: {}: {}\n", source_id, reason.get<std::string>());
  for (const auto& note : agent.value("notes", Json::array()))
    text += fmt::format("note: {}\n", note.get<std::string>());
  return text + coloured_diff(difference.value("diff", std::string()), terminal);
}

}  // namespace

int policies_command(const ClientOptions& client) {
  return print_answer(client, "/api/v1/policies", [](const Json& answer, const Terminal& terminal) {
    Table table({"VERSION", "STATE", "AUTHOR", "OVERLAY", "CREATED", "REASON"}, {"VERSION", "STATE", "CREATED"});
    for (const auto& policy : answer.value("policies", Json::array())) {
      const auto state = policy.value("state", std::string());
      table.add({{fmt::format("p{}", policy.value("version", std::int64_t{0}))},
                 {state, policy_tone(state)},
                 {policy.value("author", std::string())},
                 {policy.value("overlay_name", std::string())},
                 {policy.value("created_at", std::string())},
                 {policy_reason(policy)}});
    }
    fmt::print("{}", table.render(terminal));
  });
}

int policy_show_command(const ClientOptions& client, std::int64_t version) {
  return print_answer(client, fmt::format("/api/v1/policies/{}", version), [](const Json& policy, const Terminal&) {
    fmt::print("{}", policy.value("overlay", std::string()));
  });
}

int plan_command(const ClientOptions& client, const std::string& file) {
  const auto overlay = read_file(file);
  if (!overlay) return fail(overlay.error(), kExitUsage);
  ApiClient api(client);
  const auto plan = api.post("/api/v1/plan", {{"overlay", *overlay}, {"name", file}});
  if (!plan) return fail(plan.error(), exit_code_of(plan.error()));
  if (client.output == Output::kTable)
    fmt::print("{}", plan_text(*plan, Terminal::of_stdout()));
  else
    fmt::print("{}", machine_text(*plan, client.output));
  return plan->value("refused", false) ? kExitNegative : kExitOk;
}

std::string plan_text(const Json& plan, const Terminal& terminal) {
  auto text = problem_lines(plan.value("problems", Json::array()), terminal);
  const auto agents = plan.value("agents", Json::array());
  for (const auto& agent : agents) text += agent_text(agent, terminal);
  if (text.empty()) text = "No agent is connected: only the overlay itself was checked.\n";
  return text + (plan.value("refused", false) ? "Refused. Nothing was changed.\n" : "Nothing was changed.\n");
}

}  // namespace oc::cli
