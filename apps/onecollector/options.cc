#include "apps/onecollector/commands.h"
#include "base/log.h"

namespace oc::apps {

void RoleOptions::add_to(CLI::App& command) {
  command.add_option("--data-dir", data_dir, "where everything is kept")->capture_default_str();
  command.add_option("--config", config_file, "onecollector.yaml (see 'onecollector config schema')");
  command.add_option("--port-offset", port_offset, "added to every port")->check(CLI::Range(0, 50'000));
  command.add_option("--log-level", log_level)
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
      ->capture_default_str();
}

Result<contracts::Config> RoleOptions::load() const {
  OC_TRY_ASSIGN(auto config, contracts::load_config(config_file, port_offset));
  if (backfill == "all") config.backfill = contracts::Backfill::kAll;
  if (backfill == "none") config.backfill = contracts::Backfill::kNone;
  if (backfill == "recent") config.backfill = contracts::Backfill::kRecent;
  return config;
}

std::vector<std::string> RoleOptions::arguments() const {
  std::vector<std::string> arguments = {"--data-dir", std::filesystem::absolute(data_dir), "--log-level", log_level};
  if (port_offset != 0) arguments.insert(arguments.end(), {"--port-offset", std::to_string(port_offset)});
  if (!config_file.empty()) arguments.insert(arguments.end(), {"--config", std::filesystem::absolute(config_file)});
  return arguments;
}

void RoleOptions::configure_log(const std::string& role) const {
  const auto level = log_level == "debug"   ? log::Level::kDebug
                     : log_level == "warn"  ? log::Level::kWarn
                     : log_level == "error" ? log::Level::kError
                                            : log::Level::kInfo;
  log::configure(role, level);
}

std::shared_ptr<cli::ClientOptions> add_client_options(CLI::App& command) {
  auto options = std::make_shared<cli::ClientOptions>();
  options->data_dir = contracts::DataDirectory::default_root();
  command.add_option("--server", options->server, "base URL of the control plane")->envname("ONECOLLECTOR_SERVER");
  command.add_option("--port-offset", options->port_offset, "as given to 'onecollector up'");
  command.add_option("--data-dir", options->data_dir, "its token opens the API to you; names the running server")
      ->capture_default_str();
  command
      .add_option_function<std::string>(
          "--output", [options](const std::string& text) { options->output = *cli::parse_output(text); },
          "table, json or yaml")
      ->check(CLI::IsMember({"table", "json", "yaml"}));
  return options;
}

}  // namespace oc::apps
