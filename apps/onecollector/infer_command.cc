#include "agent/log_format/infer_command.h"

#include "apps/onecollector/commands.h"

namespace oc::apps {

void add_infer_command(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("infer", "says what a log file is made of, and why");
  auto options = std::make_shared<agent::InferCommandOptions>();
  command->add_option("FILE", options->files, "files to look at; - is standard input")->required();
  const std::map<std::string, agent::InferOutput> outputs = {{"table", agent::InferOutput::kTable},
                                                             {"json", agent::InferOutput::kJson},
                                                             {"jsonl", agent::InferOutput::kJsonLines},
                                                             {"yaml", agent::InferOutput::kYaml}};
  command->add_option("--output", options->output, "table, json, jsonl or yaml")
      ->transform(CLI::CheckedTransformer(outputs).description(""));
  command->add_flag("--each-line", options->each_line, "one result a line instead of one a file");
  command->footer("Example:\n  onecollector infer /var/log/*.log\n  onecollector infer --output jsonl app.log");
  command->callback([&run, options] { run = [options] { return agent::infer_command(*options); }; });
}

}  // namespace oc::apps
