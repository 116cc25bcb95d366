// From text to tree.
#pragma once

#include "collector/expr/node.h"

namespace oc::collector::expr {

Result<NodePtr> parse(std::string_view text);

// of_each predicates: any(list, …) and so on.
bool is_for_each(std::string_view name);

}  // namespace oc::collector::expr
