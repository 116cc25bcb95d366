// Two formats in one file: a program's own log among another's JSON, a format that changed with an upgrade.
#pragma once

#include "agent/log_format/record_reader.h"

namespace oc::agent {

std::optional<InferenceReport> recognise_mixed(Lines lines);

}  // namespace oc::agent
