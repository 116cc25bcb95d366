// The functions of OTTL that conditions use.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "collector/ottl/node.h"

namespace oc::collector::ottl {

struct Converter {
  std::string_view name;
  std::size_t least_arguments, most_arguments;
  // `call` is where it stands in the condition.
  Result<Value> (*apply)(const Node& call, std::span<const Value> arguments, Arena& arena);
};

// nullptr: there is none.
const Converter* find_converter(std::string_view name);
std::vector<std::string> converter_names();

}  // namespace oc::collector::ottl
