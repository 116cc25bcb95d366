// A log that a process of the agent's host writes and nobody has asked for, as the agent describes it to the control
// plane (`onecollector.discovery.proposed`, a JSON array) and the REST API shows it.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace oc::contracts {

// Of one agent; the process finder's own limit is this one.
inline constexpr std::size_t kMaxProposedLogs = 1'000;

struct ProposedLog {
  std::string path;     // absolute, without links
  std::string process;  // its name, as ps shows it
  std::int64_t pid = 0;
  bool operator==(const ProposedLog&) const = default;
};

Json to_json(const ProposedLog& log);
// The error names the member that is missing, of the wrong type or out of its limits.
Result<ProposedLog> proposed_log_from_json(const Json& json);

}  // namespace oc::contracts
