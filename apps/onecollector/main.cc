// One binary, four roles and the commands around them.
#include <exception>

#include "apps/onecollector/commands.h"
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
    return app.exit(error) == 0 ? oc::cli::kExitOk : oc::cli::kExitUsage;
  }
  try {
    return run();
  } catch (const std::exception& error) {  // a peer's answer of an unexpected shape; never a normal path
    return oc::cli::fail({oc::Error::Kind::kPermanent, std::string("unexpected: ") + error.what(), {}});
  }
}
