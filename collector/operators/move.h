// move, copy and remove: fields that go elsewhere, or away.
#pragma once

#include "collector/operators/operator.h"

namespace oc::collector {

std::shared_ptr<const Operator> parse_move(ConfigReader& reader);
std::shared_ptr<const Operator> parse_copy(ConfigReader& reader);
std::shared_ptr<const Operator> parse_remove(ConfigReader& reader);

}  // namespace oc::collector
