// `status` and `agents`: what the control plane knows, for people and machines.
#pragma once

#include <cstdint>
#include <string>

#include "cli/api_client.h"

namespace oc::cli {

// Exit code 1 unless everything is connected, applied and verified or idle.
int status_command(const ClientOptions& client);
int agents_command(const ClientOptions& client);

// "12 sources: 10 verified, 2 idle"
std::string summary_words(const Json& summary);
// "Probe: found in 23 ms."
std::string probe_sentence(const Json& probe);
bool is_healthy(const Json& status);

}  // namespace oc::cli
