// `configs`: every version of every collector's config, its YAML, and what changed between two.
#pragma once

#include <cstdint>
#include <string>

#include "cli/api_client.h"
#include "cli/table.h"

namespace oc::cli {

int configs_command(const ClientOptions& client);
// Prints the YAML of one version; `agent` may be empty when there is only one agent, version 0 is the latest.
int config_show_command(const ClientOptions& client, const std::string& agent, std::int64_t version);
int config_diff_command(const ClientOptions& client, const std::string& agent, std::int64_t before, std::int64_t after);

// A unified diff as a terminal shows it: added lines green, removed ones red.
std::string coloured_diff(const std::string& diff, const Terminal& terminal);
// "1 added: receivers::file_log/a; 2 changed: …"
std::string changed_components(const Json& difference);

}  // namespace oc::cli
