// Every subcommand adds itself to the command line; parsing sets `run`, main calls it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/api_client.h"
#include "contracts/config/config.h"
#include "contracts/config/data_directory.h"

namespace oc::apps {

using Run = std::function<int()>;

void add_up_command(CLI::App& app, Run& run);
void add_role_commands(CLI::App& app, Run& run);       // control-plane, agent, backend
void add_store_commands(CLI::App& backend, Run& run);  // backend verify | inspect
void add_collector_command(CLI::App& app, Run& run);   // collector, collector validate | dry-run | components
void add_infer_command(CLI::App& app, Run& run);
void add_query_commands(CLI::App& app, Run& run);     // query, tail
void add_client_commands(CLI::App& app, Run& run);    // status, sources, events, agents, configs, policies, plan …
void add_workflow_commands(CLI::App& app, Run& run);  // workflows, activities
void add_config_command(CLI::App& app, Run& run);     // config schema, config check

// Options that every role and `up` share.
struct RoleOptions {
  std::string data_dir = contracts::DataDirectory::default_root().string();
  std::string config_file;
  std::string log_level = "info";
  std::string backfill;  // overrides discovery.backfill
  int port_offset = 0;

  void add_to(CLI::App& command);
  Result<contracts::Config> load() const;
  std::vector<std::string> arguments() const;  // the same options for another role
  void configure_log(const std::string& role) const;
};

// Options that every client command shares.
std::shared_ptr<cli::ClientOptions> add_client_options(CLI::App& command);

}  // namespace oc::apps
