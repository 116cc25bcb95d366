#include "apps/onecollector/commands.h"
#include "cli/configs.h"
#include "cli/events.h"
#include "cli/policies.h"
#include "cli/rollout.h"
#include "cli/source_changes.h"
#include "cli/sources.h"
#include "cli/status.h"

namespace oc::apps {

namespace {

std::shared_ptr<std::string> add_source_argument(CLI::App& command) {
  auto source = std::make_shared<std::string>();
  command.add_option("SOURCE", *source, "path, service name, or the first digits of an id")->required();
  return source;
}

void add_source_label(CLI::App& sources, Run& run) {
  auto* command = sources.add_subcommand("label", "set or remove labels that its records carry");
  auto client = add_client_options(*command);
  auto options = std::make_shared<cli::LabelOptions>();
  command->add_option("SOURCE", options->source, "path, service name, or the first digits of an id")->required();
  command->add_option("LABELS", options->set, "key=value, of low cardinality");
  command->add_option("--remove", options->remove, "a label to remove; may be given again")->allow_extra_args(false);
  command->footer("Example:\n  onecollector sources label /var/log/syslog team=payments --remove tier");
  command->callback([&run, client, options] { run = [=] { return cli::label_command(*client, *options); }; });
}

void add_source_delete(CLI::App& sources, Run& run) {
  auto* command = sources.add_subcommand("delete", "forget a source but for its history");
  auto client = add_client_options(*command);
  auto source = add_source_argument(*command);
  command->footer("Example:\n  onecollector sources delete /var/log/old.log");
  command->callback([&run, client, source] { run = [=] { return cli::delete_source_command(*client, *source); }; });
}

void add_source_history(CLI::App& sources, Run& run) {
  auto* command = sources.add_subcommand("history", "what happened to a source, and who did it");
  auto client = add_client_options(*command);
  auto source = add_source_argument(*command);
  command->footer("Example:\n  onecollector sources history /var/log/syslog");
  command->callback([&run, client, source] { run = [=] { return cli::history_command(*client, *source); }; });
}

void add_sources(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("sources", "every source with its shape, config and proof of delivery");
  auto client = add_client_options(*command);
  auto options = std::make_shared<cli::SourcesOptions>();
  command->add_option("--status", options->status)
      ->check(CLI::IsMember({"active", "inactive", "all"}))
      ->capture_default_str();
  command->add_option("--search", options->search, "text in path, service or shape");
  command->footer("Example:\n  onecollector sources --search nginx");
  command->callback([&run, client, options, command] {
    if (command->get_subcommands().empty()) run = [=] { return cli::sources_command(*client, *options); };
  });
  add_source_label(*command, run);
  add_source_delete(*command, run);
  add_source_history(*command, run);
}

void add_events(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("events", "what happened: sources, configs, proofs, alerts");
  auto client = add_client_options(*command);
  auto options = std::make_shared<cli::EventsOptions>();
  command->add_flag("--follow", options->follow, "print each event as it comes, and go on after a restart");
  command->add_option("--after", options->after, "only events with a higher seq; else the newest 100");
  command->add_option("--type", options->types, "only this type; may be given again")->allow_extra_args(false);
  command->footer("Example:\n  onecollector events --follow --type log_source_registered");
  command->callback([&run, client, options] {
    run = [=] {
      SignalWait signals;
      return cli::events_command(*client, *options, signals);
    };
  });
}

void add_explain(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("explain", "the chain from discovered to stored, with the first broken link");
  auto client = add_client_options(*command);
  auto source = std::make_shared<std::string>();
  command->add_option("SOURCE", *source, "path, service name, or the first digits of an id")->required();
  command->footer("Example:\n  onecollector explain /var/log/syslog");
  command->callback([&run, client, source] { run = [=] { return cli::explain_command(*client, *source); }; });
}

CLI::App* add_config_diff(CLI::App& configs, Run& run) {
  auto* command = configs.add_subcommand("diff", "what changed from one version to another");
  auto client = add_client_options(*command);
  auto agent = std::make_shared<std::string>();
  auto versions = std::make_shared<std::pair<std::int64_t, std::int64_t>>();
  command->add_option("BEFORE", versions->first, "a version's number")->required();
  command->add_option("AFTER", versions->second, "a version's number")->required();
  command->add_option("--agent", *agent, "agent id; may be left out where there is one");
  command->footer("Example:\n  onecollector configs diff 2 3");
  command->callback([&run, client, agent, versions] {
    run = [=] { return cli::config_diff_command(*client, *agent, versions->first, versions->second); };
  });
  return command;
}

void add_configs(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("configs", "every version of every collector's config");
  auto client = add_client_options(*command);
  command->footer(
      "Example:\n  onecollector configs\n  onecollector configs show --version 3\n  onecollector configs diff 2 3");
  auto* show = command->add_subcommand("show", "the YAML of one version");
  auto agent = std::make_shared<std::string>();
  auto version = std::make_shared<std::int64_t>(0);
  auto show_client = add_client_options(*show);
  show->add_option("--agent", *agent, "agent id; may be left out where there is one");
  show->add_option("--version", *version, "0 is the latest")->capture_default_str();
  show->footer("Example:\n  onecollector configs show");
  auto* diff = add_config_diff(*command, run);
  command->callback([&run, client, show, diff] {
    if (!show->parsed() && !diff->parsed()) run = [=] { return cli::configs_command(*client); };
  });
  show->callback([&run, show_client, agent, version] {
    run = [=] { return cli::config_show_command(*show_client, *agent, *version); };
  });
}

void add_policies(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("policies", "every overlay that was proposed, and what came of it");
  auto client = add_client_options(*command);
  command->footer("Example:\n  onecollector policies\n  onecollector policies show 2");
  auto* list = command->add_subcommand("list", "all of them, the newest first");
  auto list_client = add_client_options(*list);
  list->footer("Example:\n  onecollector policies list");
  auto* show = command->add_subcommand("show", "the overlay of one version");
  auto show_client = add_client_options(*show);
  auto version = std::make_shared<std::int64_t>(0);
  show->add_option("VERSION", *version, "its number")->required();
  show->footer("Example:\n  onecollector policies show 2");
  command->callback([&run, client, list, show] {
    if (!list->parsed() && !show->parsed()) run = [=] { return cli::policies_command(*client); };
  });
  list->callback([&run, list_client] { run = [=] { return cli::policies_command(*list_client); }; });
  show->callback(
      [&run, show_client, version] { run = [=] { return cli::policy_show_command(*show_client, *version); }; });
}

void add_plan(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("plan", "what an overlay would change, without changing it; exit code 0 or 1");
  auto client = add_client_options(*command);
  auto file = std::make_shared<std::string>();
  command->add_option("FILE", *file, "collector YAML (see docs/policies.md)")->required();
  command->footer("Example:\n  onecollector plan overlay.yaml");
  command->callback([&run, client, file] { run = [=] { return cli::plan_command(*client, *file); }; });
}

void add_apply(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("apply", "tries an overlay, proves delivery under it, or takes it back by itself");
  auto client = add_client_options(*command);
  auto options = std::make_shared<cli::ApplyOptions>();
  command->add_option("FILE", options->file, "collector YAML (see docs/policies.md)")->required();
  command->add_option("--reason", options->reason, "why, for those who look at 'onecollector policies'");
  command->add_flag("--force", options->force, "also what was marked broken before");
  command->add_flag("!--no-wait", options->wait, "do not follow the rollout to its end");
  command->footer(
      "Example:\n  onecollector apply overlay.yaml --reason 'drop debug lines'\n\n"
      "Exit codes: 0 applied and proven, 1 refused or taken back.");
  command->callback([&run, client, options] { run = [=] { return cli::apply_command(*client, *options); }; });
}

void add_rollback(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("rollback", "takes the current policy back and marks it broken");
  auto client = add_client_options(*command);
  auto reason = std::make_shared<std::string>("taken back by hand");
  command->add_option("--reason", *reason, "why")->capture_default_str();
  command->footer("Example:\n  onecollector rollback --reason 'too much is dropped'");
  command->callback([&run, client, reason] { run = [=] { return cli::rollback_command(*client, *reason); }; });
}

}  // namespace

void add_client_commands(CLI::App& app, Run& run) {
  auto* status = app.add_subcommand("status", "is everything collected and delivered? exit code 0 or 1");
  auto status_client = add_client_options(*status);
  status->footer("Example:\n  onecollector status --output json");
  status->callback([&run, status_client] { run = [=] { return cli::status_command(*status_client); }; });

  auto* agents = app.add_subcommand("agents", "every agent with its collector and config");
  auto agents_client = add_client_options(*agents);
  agents->footer("Example:\n  onecollector agents");
  agents->callback([&run, agents_client] { run = [=] { return cli::agents_command(*agents_client); }; });

  add_sources(app, run);
  add_explain(app, run);
  add_events(app, run);
  add_configs(app, run);
  add_policies(app, run);
  add_plan(app, run);
  add_apply(app, run);
  add_rollback(app, run);
}

}  // namespace oc::apps
