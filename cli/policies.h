// `policies` and `plan`: what people add to every config.
#pragma once

#include <cstdint>
#include <string>

#include "cli/api_client.h"
#include "cli/table.h"

namespace oc::cli {

int policies_command(const ClientOptions& client);
int policy_show_command(const ClientOptions& client, std::int64_t version);
// What the overlay in `file` would change on every connected agent. Exit code 1 when it is refused.
int plan_command(const ClientOptions& client, const std::string& file);

// A plan's answer in words and diffs.
std::string plan_text(const Json& plan, const Terminal& terminal);

}  // namespace oc::cli
