// One binary, four roles and the commands around them.
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "apps/onecollector/commands.h"
#include "contracts/config/suggestion.h"
#include "contracts/config/version.h"

namespace {

constexpr const char* kFooter =
    "Example:\n"
    "  onecollector up                                  collect this host's logs, prove it, show a table\n"
    "  onecollector query '{service_name=\"syslog\"}'     search what was collected\n"
    "  onecollector explain /var/log/syslog             why a file is, or is not, delivered\n"
    "\n"
    "Exit codes: 0 yes, 1 no or not healthy, 2 wrong arguments, 3 nobody answers or access is refused.";

void add_commands(CLI::App& app, oc::apps::Run& run) {
  using namespace oc::apps;
  add_up_command(app, run);
  add_client_commands(app, run);
  add_query_commands(app, run);
  add_workflow_commands(app, run);
  add_infer_command(app, run);
  add_config_command(app, run);
  add_role_commands(app, run);
  add_collector_command(app, run);
}

// CLI11 says only that a command is missing where one is misspelt.
int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* asked = &app;
  while (!asked->get_subcommands().empty()) asked = asked->get_subcommands().front();
  std::vector<std::string_view> known;
  for (const CLI::App* command : asked->get_subcommands([](const CLI::App*) { return true; }))
    known.push_back(command->get_name());
  const auto words = asked->remaining();
  if (words.empty() || words.front().starts_with('-') || known.empty()) {
    app.exit(error);
    return oc::cli::kExitUsage;
  }
  return oc::cli::fail({oc::Error::Kind::kPermanent, "no command is called '" + words.front() + "'",
                        oc::contracts::suggestion(words.front(), known)},
                       oc::cli::kExitUsage);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("OneCollector: every log on this machine found, collected, searchable, and proven to arrive.",
               "onecollector");
  app.set_version_flag("--version", std::string(oc::contracts::kVersion));
  app.require_subcommand(1);
  app.footer(kFooter);
  oc::apps::Run run;
  add_commands(app, run);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) return usage_error(app, error);
    app.exit(error);  // help, or the version
    return oc::cli::kExitOk;
  }
  try {
    return run();
  } catch (const std::exception& error) {  // a peer's answer of an unexpected shape; never a normal path
    return oc::cli::fail({oc::Error::Kind::kPermanent, std::string("unexpected: ") + error.what(), {}});
  }
}
