// Formats that a single line shows by itself.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "agent/log_format/record_reader.h"

namespace oc::agent {

enum class LineShape { kText, kJson, kClf, kSyslogRfc3164, kSyslogRfc5424, kKlog, kLogfmt, kKeyValue };

std::string_view to_string(LineShape shape);  // the shape's word: "clf", "syslog-rfc3164" …

// By the line alone. kJson: a whole object with a member that means time, level or message.
LineShape line_shape(std::string_view line);

// "common", "combined" or "combined-vhost", and the fields that stand in such a line.
std::string clf_dialect(std::string_view line);
std::vector<std::string> clf_fields(std::string_view dialect);

}  // namespace oc::agent
