// From an OTTL condition's text to its tree.
#pragma once

#include "collector/ottl/condition.h"
#include "collector/ottl/node.h"

namespace oc::collector::ottl {

Result<NodePtr> parse(std::string_view text, OttlContext context);

}  // namespace oc::collector::ottl
