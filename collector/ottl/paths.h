// What a path of the log context stands for.
#pragma once

#include <string>
#include <vector>

#include "collector/ottl/condition.h"
#include "collector/ottl/node.h"

namespace oc::collector::ottl {

// nullptr: there is no such path.
Node::Read find_path(const std::string& path, OttlContext context);
std::vector<std::string> path_names();

// SEVERITY_NUMBER_WARN2 and the like; nullopt: there is no such name.
std::optional<std::int64_t> find_enum(const std::string& name);

}  // namespace oc::collector::ottl
