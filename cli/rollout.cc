#include "cli/rollout.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "base/files.h"
#include "cli/table.h"

namespace oc::cli {

namespace {

constexpr std::chrono::milliseconds kPoll{100};
// A proof takes at most 30 s, a rollback as long again; a control plane that was restarted goes on.
constexpr std::chrono::minutes kPatience{5};

std::string user_name() {
  const char* name = std::getenv("USER");
  return name != nullptr && *name != '\0' ? name : ::geteuid() == 0 ? "root" : "cli";
}

// Steps that ended since the last look, one line each.
void print_steps(const Json& run, std::set<std::string>& printed) {
  for (const auto& step : run.value("steps", Json::array())) {
    const auto state = step.value("state", std::string()), name = step.value("name", std::string());
    if (state == "running" || !printed.insert(name).second) continue;
    bool good = state == "completed";
    std::string detail;
    const auto output = step.value("output", Json());
    if (output.is_object()) {
      detail = output.value("reason", std::string());
      // A step that found out that something is wrong has done its work, and the news are bad.
      for (const auto* verdict : {"state", "status"}) good &= output.value(verdict, std::string()) != "failed";
      good &= output.value("passed", true);
    }
    const auto error = step.value("error", Json());
    if (error.is_string()) detail = error.get<std::string>();
    if (error.is_object()) detail = error.value("message", std::string());
    fmt::print("  {} {}{}{}\n", good ? "✓" : "✗", name, detail.empty() ? "" : ": ", detail);
    std::fflush(stdout);
  }
}

Result<Json> follow(ApiClient& api, const std::string& run_id, bool show) {
  std::set<std::string> printed;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  Error last{Error::Kind::kRetryable, "the rollout has not ended yet",
             "follow it: onecollector workflows watch " + run_id};
  while (std::chrono::steady_clock::now() < deadline) {
    auto run = api.get("/api/v1/workflows/" + run_id);
    if (!run && !run.error().retryable()) return run;
    if (run) {
      if (show) print_steps(*run, printed);
      if (run->value("state", std::string()) != "running") return run;
    }
    std::this_thread::sleep_for(kPoll);
  }
  return std::unexpected(last);
}

int print_outcome(const ClientOptions& client, const Json& run, const std::set<std::string>& good) {
  const auto outcome = run.value("outcome", Json());
  const auto result = outcome.is_object() ? outcome.value("result", std::string()) : run.value("state", std::string());
  const bool ok = good.contains(result);
  if (client.output != Output::kTable) {
    fmt::print("{}", machine_text(run, client.output));
    return ok ? kExitOk : kExitNegative;
  }
  auto reason = outcome.is_object() ? outcome.value("reason", std::string()) : std::string();
  const auto error = run.value("error", Json());
  if (error.is_object()) reason = error.value("message", std::string());
  if (error.is_string()) reason = error.get<std::string>();
  const auto terminal = Terminal::of_stdout();
  fmt::print("{}: {}\n", paint(result, ok ? Tone::kGood : Tone::kBad, terminal), reason);
  if (!ok) fmt::print("What ran before runs on. See 'onecollector policies' and 'onecollector sources'.\n");
  return ok ? kExitOk : kExitNegative;
}

// Of one that waits for another rollout to end: until something came of it.
int follow_policy(const ClientOptions& client, ApiClient& api, std::int64_t version) {
  if (client.output == Output::kTable) fmt::print("  … another rollout has not ended yet\n");
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    const auto policy = api.get(fmt::format("/api/v1/policies/{}", version));
    if (!policy) return fail(policy.error(), exit_code_of(policy.error()));
    const auto state = policy->value("state", std::string());
    if (state != "proposed") {
      const auto result = state == "current" ? "promoted" : state;
      return print_outcome(client, {{"outcome", {{"result", result}, {"reason", policy->value("broken_reason", "")}}}},
                           {"promoted"});
    }
    std::this_thread::sleep_for(kPoll);
  }
  return fail({Error::Kind::kRetryable, "the rollout has not ended yet", "see 'onecollector policies'"});
}

int follow_and_print(const ClientOptions& client, ApiClient& api, const Json& started,
                     const std::set<std::string>& good) {
  const auto run_id = started.value("run", std::string());
  if (run_id.empty())
    return follow_policy(client, api, started.value("policy", Json::object()).value("version", std::int64_t{0}));
  const auto run = follow(api, run_id, client.output == Output::kTable);
  if (!run) return fail(run.error(), exit_code_of(run.error()));
  return print_outcome(client, *run, good);
}

}  // namespace

int apply_command(const ClientOptions& client, const ApplyOptions& options) {
  const auto overlay = read_file(options.file);
  if (!overlay) return fail(overlay.error(), kExitUsage);
  ApiClient api(client);
  const auto started = api.post("/api/v1/policies", {{"overlay", *overlay},
                                                     {"name", options.file},
                                                     {"reason", options.reason},
                                                     {"author", user_name()},
                                                     {"force", options.force}});
  if (!started) return fail(started.error(), exit_code_of(started.error()));
  if (client.output == Output::kTable)
    fmt::print("policy p{}, workflow run {}\n",
               started->value("policy", Json::object()).value("version", std::int64_t{0}),
               started->value("run", std::string()));
  if (!options.wait) return kExitOk;
  return follow_and_print(client, api, *started, {"promoted", "unproven"});
}

int rollback_command(const ClientOptions& client, const std::string& reason) {
  ApiClient api(client);
  const auto started = api.post("/api/v1/rollback", {{"reason", reason}, {"author", user_name()}});
  if (!started) return fail(started.error(), exit_code_of(started.error()));
  return follow_and_print(client, api, *started, {"rolled_back"});
}

}  // namespace oc::cli
