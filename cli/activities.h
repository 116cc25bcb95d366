// `activities`: what the control plane can be asked to do by name, and doing it.
#pragma once

#include <string>

#include "cli/api_client.h"
#include "cli/table.h"

namespace oc::cli {

int activities_command(const ClientOptions& client);
int activity_show_command(const ClientOptions& client, const std::string& name);
// `input`: JSON, "@FILE", or "@-" for standard input; empty: {}. Prints the output; exit code 1 when it failed.
int activity_run_command(const ClientOptions& client, const std::string& name, const std::string& input);

// One row an activity, and one row a member of its input or output. As the API gives them.
std::string activities_table(const Json& activities, const Terminal& terminal);
std::string members_table(const Json& schema, const Terminal& terminal);

}  // namespace oc::cli
