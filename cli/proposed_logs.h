// The section of `status`, `sources` and `up` on logs that processes write and nobody collects.
#pragma once

#include <string>

#include "base/json.h"
#include "cli/table.h"

namespace oc::cli {

// `agents` as GET /api/v1/agents lists them. With the lines of onecollector.yaml that would allow them; empty if there
// are no such logs.
std::string proposed_logs_section(const Json& agents, const Terminal& terminal);

}  // namespace oc::cli
