// Records of several lines with marks of their own: XML elements, systemd's export format.
#pragma once

#include "agent/log_format/record_reader.h"

namespace oc::agent {

std::optional<InferenceReport> recognise_xml(Lines lines);
std::optional<InferenceReport> recognise_journal_export(Lines lines);

}  // namespace oc::agent
