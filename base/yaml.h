// YAML with places: every error names file, line and column.
#pragma once

#include <string>
#include <string_view>

#include <yaml-cpp/yaml.h>

#include "base/result.h"

namespace oc::yaml {

// `file` is only for messages. Duplicate keys, several documents and aliases that make more nodes than 100,000 and than
// there are bytes are errors.
Result<YAML::Node> parse(std::string_view text, const std::string& file);
// "file:LINE:COLUMN" of a node, counted from 1.
std::string place(const YAML::Node& node, const std::string& file);

}  // namespace oc::yaml
