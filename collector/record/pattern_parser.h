// Reads the syntax of Go's regular expressions as far as SimplePattern follows it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "collector/record/simple_pattern.h"

namespace oc::collector {

struct ParsedPattern {
  std::vector<PatternStep> steps;
  std::vector<ByteSet> sets;
  bool anchored = false;
};

// nullopt: there is something in it that is not followed, or that is wrong.
std::optional<ParsedPattern> parse_simple_pattern(std::string_view pattern);

}  // namespace oc::collector
