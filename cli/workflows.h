// `workflows`: runs of the control plane's workflows, for people and machines.
#pragma once

#include <string>

#include "base/process.h"
#include "cli/api_client.h"
#include "cli/table.h"

namespace oc::cli {

struct WorkflowsOptions {
  std::string state;     // empty: all
  std::string workflow;  // empty: all
  std::uint64_t limit = 50;
};

int workflows_command(const ClientOptions& client, const WorkflowsOptions& options);
// Exit code 1 when the run failed or was cancelled.
int workflow_show_command(const ClientOptions& client, const std::string& run_id);
// Prints each step as it begins and ends, until the run has ended; exit code as for show.
int workflow_watch_command(const ClientOptions& client, const std::string& run_id, SignalWait& signals);
int workflow_cancel_command(const ClientOptions& client, const std::string& run_id);

// One row a run, one row a step. Arrays as the API gives them.
std::string runs_table(const Json& runs, const Terminal& terminal);
std::string steps_table(const Json& steps, const Terminal& terminal);
// "collector_dynamic_reload_workflow completed in 412 ms", with the error of one that failed.
std::string run_words(const Json& run);
// The time between two RFC 3339 times, "84 ms", "12.3 s", "4 min"; the first alone: "–".
std::string duration_words(const Json& started_at, const Json& finished_at);

}  // namespace oc::cli
