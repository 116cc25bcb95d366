#include "apps/onecollector/commands.h"
#include "cli/activities.h"
#include "cli/workflows.h"

namespace oc::apps {

namespace {

using RunCommand = std::function<int(const cli::ClientOptions&, const std::string& run_id)>;

int watch(const cli::ClientOptions& client, const std::string& run_id) {
  SignalWait signals;
  return cli::workflow_watch_command(client, run_id, signals);
}

void add_run_command(CLI::App& workflows, Run& run, const std::string& name, const std::string& help,
                     const RunCommand& body) {
  auto* command = workflows.add_subcommand(name, help);
  auto client = add_client_options(*command);
  auto run_id = std::make_shared<std::string>();
  command->add_option("RUN", *run_id, "a run's id or the first digits of it")->required();
  command->footer("Example:\n  onecollector workflows " + name + " 3f9a01c2");
  command->callback([&run, client, run_id, body] { run = [=] { return body(*client, *run_id); }; });
}

void add_list_options(CLI::App& command, Run& run, const std::function<bool()>& wanted) {
  auto client = add_client_options(command);
  auto options = std::make_shared<cli::WorkflowsOptions>();
  command.add_option("--state", options->state, "running, completed, failed or cancelled")
      ->check(CLI::IsMember({"running", "completed", "failed", "cancelled"}));
  command.add_option("--workflow", options->workflow, "only runs of this workflow");
  command.add_option("--limit", options->limit, "how many, the newest first")
      ->check(CLI::Range(1, 200))
      ->capture_default_str();
  command.footer(
      "Example:\n  onecollector workflows --state failed\n  onecollector workflows watch 3f9a01c2\n"
      "  onecollector workflows show 3f9a01c2 --output json");
  command.callback([&run, client, options, wanted] {
    if (wanted()) run = [=] { return cli::workflows_command(*client, *options); };
  });
}

void add_workflows(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("workflows", "runs of the control plane's workflows, with every step");
  add_list_options(*command, run, [command] { return command->get_subcommands().empty(); });
  auto* list = command->add_subcommand("list", "the same as without a subcommand");
  add_list_options(*list, run, [] { return true; });
  add_run_command(*command, run, "show", "one run with its steps; exit code 1 when it failed",
                  cli::workflow_show_command);
  add_run_command(*command, run, "watch", "each step as it begins and ends", watch);
  add_run_command(*command, run, "cancel", "ask a run to end", cli::workflow_cancel_command);
}

void add_activities(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("activities", "what the control plane does when it is asked by name");
  auto client = add_client_options(*command);
  command->footer(
      "Example:\n  onecollector activities\n  onecollector activities show register_service_activity\n"
      "  onecollector activities run verify_services_health_activity");
  command->callback([&run, client, command] {
    if (command->get_subcommands().empty()) run = [=] { return cli::activities_command(*client); };
  });

  auto* show = command->add_subcommand("show", "the members of its input and output, and its limits");
  auto show_client = add_client_options(*show);
  auto shown = std::make_shared<std::string>();
  show->add_option("NAME", *shown)->required();
  show->footer("Example:\n  onecollector activities show label_enrichment_activity");
  show->callback(
      [&run, show_client, shown] { run = [=] { return cli::activity_show_command(*show_client, *shown); }; });

  auto* call = command->add_subcommand("run", "call one and print its output; exit code 1 when it failed");
  auto call_client = add_client_options(*call);
  auto name = std::make_shared<std::string>(), input = std::make_shared<std::string>();
  call->add_option("NAME", *name)->required();
  call->add_option("--input", *input, "JSON, @FILE, or @- for standard input");
  call->footer(
      "Example:\n  onecollector activities run list_active_collectors_activity --output json\n"
      "  onecollector activities run discover_log_files_activity --input '{\"limit\": 10}'\n"
      "  onecollector activities run upsert_registry_record_activity --input @source.json");
  call->callback([&run, call_client, name, input] {
    run = [=] { return cli::activity_run_command(*call_client, *name, *input); };
  });
}

}  // namespace

void add_workflow_commands(CLI::App& app, Run& run) {
  add_workflows(app, run);
  add_activities(app, run);
}

}  // namespace oc::apps
