#include <fmt/format.h>

#include "apps/onecollector/commands.h"

namespace oc::apps {

void add_config_command(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("config", "onecollector.yaml: its schema, and a check of yours");
  command->require_subcommand(1);
  command->footer("Example:\n  onecollector config schema\n  onecollector config check onecollector.yaml");
  auto* schema = command->add_subcommand("schema", "every key with type, default and meaning (JSON Schema)");
  schema->footer("Example:\n  onecollector config schema > onecollector.schema.json");
  schema->callback([&run] {
    run = [] {
      fmt::print("{}\n", contracts::config_schema().dump(2));
      return cli::kExitOk;
    };
  });
  auto* check = command->add_subcommand("check", "says what is wrong with a file, and where");
  check->footer("Example:\n  onecollector config check onecollector.yaml");
  auto file = std::make_shared<std::string>();
  check->add_option("FILE", *file)->required();
  check->callback([&run, file] {
    run = [file] {
      const auto config = contracts::load_config(*file, 0);
      if (!config) return cli::fail(config.error());
      fmt::print("{} is valid.\n", *file);
      return cli::kExitOk;
    };
  });
}

}  // namespace oc::apps
