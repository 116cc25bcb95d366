// Where programs say in their environment that they write their logs. Of an environment nothing but these variables is
// ever looked at, kept or sent (requirement CP-10).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace oc::agent {

// What `variable`, "NAME=VALUE", names: "LOG_FILE=/a/b.log" → "/a/b.log", "LOG_DIR=/a" → "/a/*.log". Nothing: its name
// is none of ours, or its value no absolute path of a file's or folder's name without wildcards.
std::optional<std::string> log_pattern_of_variable(std::string_view variable);

}  // namespace oc::agent
