#include "cli/workflows.h"

#include <cstdio>
#include <set>

#include <fmt/format.h>

#include "cli/json_words.h"
#include "model/rfc3339.h"

namespace oc::cli {

namespace {

constexpr std::chrono::milliseconds kWatchPause{300};
constexpr std::size_t kShownIdDigits = 8;  // the API takes unique beginnings of ids

Tone run_tone(const std::string& state) {
  if (state == "completed") return Tone::kGood;
  if (state == "failed" || state == "cancelled") return Tone::kBad;
  return Tone::kFaint;
}

std::string error_words(const Json& holder) {
  auto error = holder.value("error", Json());
  return error.is_object() ? text_at(error, "error") : std::string();
}

// What a step came to: its output, else what went wrong, else what it waits for.
std::string result_words(const Json& step) {
  auto error = error_words(step);
  if (!error.empty()) return error;
  if (text_at(step, "state") != "running") return one_line(step.value("output", Json()));
  const auto due = text_at(step, "due_at");
  return due.empty() ? "" : "until " + due;
}

std::string mark_of(const std::string& state, const Terminal& terminal) {
  if (state == "completed") return paint("✓", Tone::kGood, terminal);
  if (state == "running") return paint("·", Tone::kFaint, terminal);
  return paint("✗", Tone::kBad, terminal);
}

int exit_code_of_run(const Json& run) {
  const auto state = text_at(run, "state");
  return state == "failed" || state == "cancelled" ? kExitNegative : kExitOk;
}

std::string run_path(const std::string& run_id) { return "/api/v1/workflows/" + http::percent_encode(run_id); }

void print_run(const Json& run, const Terminal& terminal) {
  fmt::print("{}\n", paint(run_words(run), run_tone(text_at(run, "state")), terminal));
  fmt::print("  run      {}\n  key      {}\n  started  {}\n  input    {}\n", text_at(run, "run_id"),
             text_at(run, "key"), text_at(run, "started_at"), one_line(run.value("input", Json())));
  if (run.value("epoch", 1) > 1) fmt::print("  epoch    {}: it began again from observation\n", run.value("epoch", 1));
  if (!run.value("outcome", Json()).is_null()) fmt::print("  outcome  {}\n", one_line(run["outcome"]));
  fmt::print("\n{}", steps_table(run.value("steps", Json::array()), terminal));
}

// Steps that changed since the last look. `seen` holds what was printed.
void print_news(const Json& run, std::set<std::string>& seen, const Terminal& terminal) {
  for (const auto& step : run.value("steps", Json::array())) {
    const auto state = text_at(step, "state");
    const auto attempt = step.value("attempt", 1);
    const auto key = fmt::format("{} {} {} {}", step.value("epoch", 1), text_at(step, "name"), state, attempt);
    if (!seen.insert(key).second) continue;
    const auto words =
        state == "running"
            ? (attempt > 1 ? fmt::format("attempt {}: {}", attempt, result_words(step)) : result_words(step))
            : fmt::format("{} {}", duration_words(step["started_at"], step["finished_at"]), result_words(step));
    fmt::print("{} {:<40} {}\n", mark_of(state, terminal), text_at(step, "name"), words);
  }
  std::fflush(stdout);
}

}  // namespace

std::string duration_words(const Json& started_at, const Json& finished_at) {
  if (!started_at.is_string() || !finished_at.is_string()) return "–";
  const auto from = model::parse_rfc3339(started_at.get_ref<const std::string&>());
  const auto to = model::parse_rfc3339(finished_at.get_ref<const std::string&>());
  if (!from || !to) return "–";
  const auto ms = (*to - *from) / 1'000'000;
  if (ms < 1'000) return fmt::format("{} ms", ms);
  if (ms < 120'000) return fmt::format("{:.1f} s", static_cast<double>(ms) / 1000);
  return fmt::format("{} min", ms / 60'000);
}

std::string run_words(const Json& run) {
  const auto state = text_at(run, "state");
  auto words = text_at(run, "workflow") + " " + state;
  if (state == "running" && run.value("cancel_requested", false)) words += ", asked to end";
  if (state != "running")
    words += " in " + duration_words(run.value("started_at", Json()), run.value("finished_at", Json()));
  const auto error = error_words(run);
  return error.empty() ? words : words + ": " + error;
}

std::string runs_table(const Json& runs, const Terminal& terminal) {
  Table table({"RUN", "WORKFLOW", "KEY", "STATE", "STARTED", "TOOK", "RESULT"}, {"RUN", "STATE", "STARTED", "TOOK"});
  for (const auto& run : runs) {
    const auto error = error_words(run);
    table.add({{text_at(run, "run_id").substr(0, kShownIdDigits)},
               {text_at(run, "workflow")},
               {text_at(run, "key")},
               {text_at(run, "state"), run_tone(text_at(run, "state"))},
               {text_at(run, "started_at")},
               {duration_words(run.value("started_at", Json()), run.value("finished_at", Json()))},
               {error.empty() ? one_line(run.value("outcome", Json())) : error}});
  }
  return table.render(terminal);
}

std::string steps_table(const Json& steps, const Terminal& terminal) {
  Table table({"STEP", "STATE", "ATTEMPT", "TOOK", "INPUT", "RESULT"}, {"STATE", "ATTEMPT", "TOOK"});
  for (const auto& step : steps)
    table.add({{text_at(step, "name")},
               {text_at(step, "state"), run_tone(text_at(step, "state"))},
               {std::to_string(step.value("attempt", 1))},
               {duration_words(step.value("started_at", Json()), step.value("finished_at", Json()))},
               {one_line(step.value("input", Json()))},
               {result_words(step)}});
  return table.render(terminal);
}

int workflows_command(const ClientOptions& client, const WorkflowsOptions& options) {
  ApiClient api(client);
  auto path = fmt::format("/api/v1/workflows?limit={}", options.limit);
  if (!options.state.empty()) path += "&state=" + options.state;
  if (!options.workflow.empty()) path += "&workflow=" + http::percent_encode(options.workflow);
  const auto answer = api.get(path);
  if (!answer) return fail(answer.error(), exit_code_of(answer.error()));
  if (client.output != Output::kTable) {
    fmt::print("{}", machine_text(*answer, client.output));
  } else if (answer->value("runs", Json::array()).empty()) {
    fmt::print("No runs. A workflow begins when a source or a policy changes.\n");
  } else {
    fmt::print("{}", runs_table(answer->at("runs"), Terminal::of_stdout()));
  }
  return kExitOk;
}

int workflow_show_command(const ClientOptions& client, const std::string& run_id) {
  ApiClient api(client);
  const auto run = api.get(run_path(run_id));
  if (!run) return fail(run.error(), exit_code_of(run.error()));
  if (client.output == Output::kTable)
    print_run(*run, Terminal::of_stdout());
  else
    fmt::print("{}", machine_text(*run, client.output));
  return exit_code_of_run(*run);
}

int workflow_watch_command(const ClientOptions& client, const std::string& run_id, SignalWait& signals) {
  ApiClient api(client);
  const auto terminal = Terminal::of_stdout();
  std::set<std::string> seen;
  while (true) {
    const auto run = api.get(run_path(run_id));
    if (!run) return fail(run.error(), exit_code_of(run.error()));
    if (client.output == Output::kTable) print_news(*run, seen, terminal);
    if (text_at(*run, "state") != "running") {
      if (client.output == Output::kTable)
        fmt::print("{}\n", paint(run_words(*run), run_tone(text_at(*run, "state")), terminal));
      else
        fmt::print("{}", machine_text(*run, client.output));
      return exit_code_of_run(*run);
    }
    if (signals.wait(kWatchPause) == SignalWait::Event::kStop) return kExitOk;
  }
}

int workflow_cancel_command(const ClientOptions& client, const std::string& run_id) {
  ApiClient api(client);
  const auto answer = api.post(run_path(run_id) + "/cancel", Json::object());
  if (!answer) return fail(answer.error(), exit_code_of(answer.error()));
  if (client.output == Output::kTable)
    fmt::print("Asked. 'onecollector workflows watch {}' shows how it ends.\n",
               text_at(*answer, "run_id").substr(0, kShownIdDigits));
  else
    fmt::print("{}", machine_text(*answer, client.output));
  return kExitOk;
}

}  // namespace oc::cli
