// Walks the tree of an expression for one record.
#pragma once

#include <string>
#include <string_view>

#include "collector/expr/node.h"

namespace oc::collector::expr {

Result<Value> evaluate(const Node& root, const LogRecord& record, Arena& arena);

bool is_time_method(std::string_view name);
std::string time_methods();

}  // namespace oc::collector::expr
