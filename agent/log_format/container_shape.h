// Logs that a container runtime wraps: Docker's json-file and the CRI's text. The program's own lines are inferred
// again inside; records of different streams never mix, and lines that the runtime split are put together.
#pragma once

#include "agent/log_format/record_reader.h"

namespace oc::agent {

std::optional<InferenceReport> recognise_docker_json(Lines lines);
std::optional<InferenceReport> recognise_cri(Lines lines);
// Of the entries of Docker's driver `local` (formats/docker_local.h).
std::optional<InferenceReport> recognise_docker_local(Lines entries);

}  // namespace oc::agent
