// Tables: CSV (commas, semicolons, bars), TSV with a header or Zeek's, W3C extended logs (IIS).
#pragma once

#include "agent/log_format/record_reader.h"

namespace oc::agent {

std::optional<InferenceReport> recognise_w3c(Lines lines);
std::optional<InferenceReport> recognise_zeek(Lines lines);
std::optional<InferenceReport> recognise_csv(Lines lines);

}  // namespace oc::agent
