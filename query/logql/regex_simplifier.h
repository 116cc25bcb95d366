// What Loki makes of a filter's regular expression before it hands it to an engine: literals, where they suffice.
#pragma once

#include <string>
#include <string_view>

#include "query/logql/pattern.h"

namespace oc::query {

// Whether literals suffice to Loki.
bool is_simplified(std::string_view expression, PatternUse use);

// Of an alternation of literals it leaves out those that hold of any text: "a|" and "a|.*" are "a".
std::string without_idle_alternatives(std::string_view expression, PatternUse use);

}  // namespace oc::query
