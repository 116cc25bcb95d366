// retain, flatten and assign_keys: what is in a map, or becomes one.
#pragma once

#include "collector/operators/operator.h"

namespace oc::collector {

std::shared_ptr<const Operator> parse_retain(ConfigReader& reader);
std::shared_ptr<const Operator> parse_flatten(ConfigReader& reader);
std::shared_ptr<const Operator> parse_assign_keys(ConfigReader& reader);

}  // namespace oc::collector
