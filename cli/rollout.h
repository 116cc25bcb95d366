// apply and rollback: start a change of policy and follow its workflow run to the end.
#pragma once

#include <string>

#include "cli/api_client.h"

namespace oc::cli {

struct ApplyOptions {
  std::string file;
  std::string reason;
  bool force = false;  // also what was marked broken before
  bool wait = true;    // for the end of the rollout
};
// Exit code 0: applied and proven; 1: refused, or taken back.
int apply_command(const ClientOptions& client, const ApplyOptions& options);
int rollback_command(const ClientOptions& client, const std::string& reason);

}  // namespace oc::cli
