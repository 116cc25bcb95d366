#include <fmt/format.h>

#include "agent/agent.h"
#include "agent/discovery/process/process_logs.h"
#include "apps/onecollector/commands.h"
#include "collector/collector.h"
#include "collector/pipeline/feature_gates.h"
#include "control_plane/control_plane.h"
#include "stores/backend.h"

namespace oc::apps {

namespace {

using RunRole = std::function<Status(const contracts::Config&, const contracts::DataDirectory&, SignalWait&)>;

int run_role(const std::string& role, const RoleOptions& options, const RunRole& body) {
  SignalWait signals;
  options.configure_log(role);
  const auto config = options.load();
  if (!config) return cli::fail(config.error(), cli::kExitUsage);
  const auto status = body(*config, contracts::DataDirectory(options.data_dir), signals);
  return status ? cli::kExitOk : cli::fail(status.error());
}

CLI::App* add_role(CLI::App& app, Run& run, const std::string& role, const std::string& help,
                   std::shared_ptr<RoleOptions> options, RunRole body) {
  auto* command = app.add_subcommand(role, help);
  options->add_to(*command);
  command->group("Roles ('up' starts them)");
  command->footer("Example:\n  onecollector " + role + " --data-dir /var/lib/onecollector");
  command->callback([&run, command, role, options, body] {
    if (command->get_subcommands().empty()) run = [=] { return run_role(role, *options, body); };
  });
  return command;
}

void add_backend(CLI::App& app, Run& run) {
  auto options = std::make_shared<RoleOptions>();
  auto listen_logs = std::make_shared<std::string>();
  auto* command = add_role(app, run, "backend", "the embedded store: Loki's API, OTLP in", options,
                           [listen_logs](contracts::Config config, const auto& data, SignalWait& signals) -> Status {
                             if (!listen_logs->empty()) {
                               OC_TRY_ASSIGN(config.listen.logs, contracts::Endpoint::parse(*listen_logs));
                             }
                             return stores::run_backend(config, data, signals);
                           });
  command->add_option("--listen-logs", *listen_logs, "address of Loki's API, 127.0.0.1:3100 unless told");
  add_store_commands(*command, run);
}

struct DryRunArguments {
  std::vector<std::string> files;
  collector::DryRunOptions options;
  std::int64_t timeout_ms = options.timeout.count();
  std::string output = "table";
};

// Exit code 0: it ran; whether well, says the report.
int run_dry(const DryRunArguments& arguments) {
  RoleOptions quiet;
  quiet.log_level = "error";
  quiet.configure_log("collector");
  auto options = arguments.options;
  options.timeout = std::chrono::milliseconds(arguments.timeout_ms);
  const auto report = collector::try_config(arguments.files, options);
  if (arguments.output == "json") {
    fmt::print("{}\n", to_json(report).dump(-1, ' ', false, Json::error_handler_t::replace));
  } else {
    fmt::print("{}", collector::to_text(report));
  }
  return report.accepted ? cli::kExitOk : cli::kExitNegative;
}

CLI::App* add_dry_run_command(CLI::App& collector, Run& run) {
  auto* command =
      collector.add_subcommand("dry-run", "tries a config on the newest records, into sinks that only count")
          ->group("Commands");
  auto arguments = std::make_shared<DryRunArguments>();
  command->add_option("--config", arguments->files, "config file; several are merged in order")->required();
  command->add_option("--records", arguments->options.records, "records in all, 1000 unless told")
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--per-source", arguments->options.per_source, "records of one source at most, 1000 unless told")
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--receiver", arguments->options.receivers, "only this one is run; may be given several times");
  command->add_option("--timeout", arguments->timeout_ms, "10s unless told")
      ->transform(CLI::AsNumberWithUnit(std::map<std::string, std::int64_t>{{"ms", 1}, {"s", 1000}, {"m", 60'000}}));
  command->add_option("--output", arguments->output, "table or json")->check(CLI::IsMember({"table", "json"}));
  command->footer("Example:\n  onecollector collector dry-run --config collector.yaml --output json");
  command->callback([&run, arguments] { run = [arguments] { return run_dry(*arguments); }; });
  return command;
}

// One look; `up` has it done again and again, with the rights that takes.
Status find_process_logs(const contracts::DataDirectory& data) {
  std::error_code error;
  const auto own_folder = std::filesystem::canonical(data.root(), error);
  const auto found = agent::find_process_logs({.own_folder = own_folder, .own_executable = own_executable()});
  return write_file_atomic(data.process_logs(), agent::encode_process_logs(found), 0600);
}

void add_find_process_logs(CLI::App& app, Run& run) {
  auto options = std::make_shared<RoleOptions>();
  auto* command = app.add_subcommand("find-process-logs", "looks which logs processes write, for the agent");
  options->add_to(*command);
  command->group("Roles ('up' starts them)");
  command->footer("Example:\n  onecollector find-process-logs --data-dir /var/lib/onecollector");
  command->callback([&run, options] {
    run = [options] {
      options->configure_log("find-process-logs");
      const auto status = find_process_logs(contracts::DataDirectory(options->data_dir));
      return status ? cli::kExitOk : cli::fail(status.error());
    };
  });
}

}  // namespace

void add_role_commands(CLI::App& app, Run& run) {
  auto deciding = std::make_shared<RoleOptions>();
  add_role(app, run, "control-plane", "decides: registry, configs, proof of delivery", deciding,
           [deciding](const auto& config, const auto& data, SignalWait& signals) {
             control_plane::ControlPlaneOptions options;
             options.backend_arguments = deciding->arguments();
             options.backend_arguments.insert(options.backend_arguments.begin(), "backend");
             return control_plane::run_control_plane(config, data, options, signals);
           });
  auto options = std::make_shared<RoleOptions>();
  auto agent_options = std::make_shared<agent::AgentOptions>();
  auto* agent = add_role(app, run, "agent", "discovers on this host and supervises its collector", options,
                         [agent_options](const auto& config, const auto& data, SignalWait& signals) {
                           return agent::run_agent(config, data, *agent_options, signals);
                         });
  agent->add_option("--backfill", options->backfill, "files older than the first start: recent, all or none")
      ->check(CLI::IsMember({"recent", "all", "none"}));
  agent->add_option("--file-system-events", agent_options->file_system_events, "descriptor handed over by 'up'")
      ->group("");
  add_backend(app, run);
  add_find_process_logs(app, run);
}

namespace {

// What --config, --set and --feature-gates say. A --set "a.b=c" is one more source, on top of all others.
struct ConfigArguments {
  std::vector<std::string> sources, settings, gates;
  void add_to(CLI::App& command) {
    command.add_option("--config", sources, "file, env:NAME or yaml:TEXT; several are merged in order");
    command.add_option("--set", settings, "one value on top, as processors.batch.timeout=2s");
    command
        .add_option("--feature-gates", gates, "turns on what is not on by itself, such as filelog.allowFileDeletion")
        ->delimiter(',');
  }
  std::vector<std::string> all() const {
    std::vector<std::string> all = sources;
    for (const auto& setting : settings) all.push_back(collector::config_source_of_setting(setting));
    return all;
  }
};

int validate(const std::vector<std::string>& files, bool as_json) {
  const auto problems = collector::validate_config(files);
  if (as_json)
    fmt::print("{}\n", collector::validation_json(problems));
  else
    for (const auto& problem : problems) cli::fail(problem.error());
  return problems.empty() ? cli::kExitOk : cli::kExitNegative;
}

}  // namespace

void add_collector_command(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("collector", "runs OpenTelemetry Collector YAML");
  command->group("Roles ('up' starts them)");
  auto arguments = std::make_shared<ConfigArguments>();
  arguments->add_to(*command);
  command->footer(
      "Example:\n  onecollector collector --config collector.yaml\n  onecollector collector validate --config "
      "collector.yaml");
  auto* validate = command->add_subcommand("validate", "checks a config without running it")->group("Commands");
  auto to_validate = std::make_shared<ConfigArguments>();
  auto output = std::make_shared<std::string>("table");
  to_validate->add_to(*validate);
  validate->get_option("--config")->required();
  validate->add_option("--output", *output, "json: everything in one line")->check(CLI::IsMember({"table", "json"}));
  validate->footer("Example:\n  onecollector collector validate --config collector.yaml");
  auto* components = command->add_subcommand("components", "lists the components built in")->group("Commands");
  components->footer("Example:\n  onecollector collector components");

  auto* dry_run = add_dry_run_command(*command, run);

  command->callback([&run, arguments, validate, components, dry_run] {
    if (validate->parsed() || components->parsed() || dry_run->parsed()) return;
    if (arguments->sources.empty()) throw CLI::RequiredError("--config");
    run = [arguments] {
      SignalWait signals;
      RoleOptions().configure_log("collector");
      if (const auto known = collector::set_feature_gates(arguments->gates); !known) return cli::fail(known.error());
      const auto status = collector::run_collector(arguments->all(), signals);
      return status ? cli::kExitOk : cli::fail(status.error());
    };
  });
  validate->callback([&run, to_validate, output] {
    run = [to_validate, output] {
      if (const auto known = collector::set_feature_gates(to_validate->gates); !known) return cli::fail(known.error());
      return oc::apps::validate(to_validate->all(), *output == "json");
    };
  });
  components->callback([&run] {
    run = [] {
      fmt::print("{}", collector::list_components());
      return cli::kExitOk;
    };
  });
}

}  // namespace oc::apps
