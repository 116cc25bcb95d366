// JSON texts as values.
#pragma once

#include <string_view>

#include "base/result.h"
#include "collector/record/log_record.h"

namespace oc::collector {

struct JsonRules {
  bool parse_ints = false;    // whole numbers of 64 bits become ints; else all numbers are doubles, as in Go
  bool may_go_on = false;     // something may stand behind the value
  bool keep_objects = false;  // objects in an array stay JSON: texts, as they are written, without blanks
};

// The whole text must be one JSON value. Of equal keys the last counts. Lone surrogates become U+FFFD. Strings
// without escapes are views into `text`, the others lie in the arena. Thread-safe.
Result<Value> parse_json_value(std::string_view text, const JsonRules& rules, Arena& arena);

}  // namespace oc::collector
