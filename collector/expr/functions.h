// The functions of the expression language.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "collector/expr/node.h"

namespace oc::collector::expr {

struct Builtin {
  std::string_view name;
  std::size_t least_arguments, most_arguments;
  StaticType result;
  Result<Value> (*call)(std::span<const Value> arguments, Arena& arena);
};

// Those of lists and bits.
std::span<const Builtin> list_builtins();
const Builtin* find_builtin(std::string_view name);
std::vector<std::string> builtin_names();

// `list` in the order of `keys`, which are all numbers or all texts; equal ones stay in their order.
Result<Value> sorted(const Value& list, const Value& keys, bool descending, Arena& arena);

// "string", "int", "map" …
std::string_view type_name(const Value& value);
// As Go's %v: 5, 1e+21, [a b], map[k:v].
std::string go_text(const Value& value);

}  // namespace oc::collector::expr
