// The expressions of `json a="b.c[0]"` and `logfmt a="key"`: which field of a line is meant. Errors in Loki's words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oc::query {

struct FieldStep {
  std::string name;
  std::size_t index = 0;  // of an array
  bool is_index = false;
};

Result<std::vector<FieldStep>> parse_json_path(std::string_view expression);  // a.b["c d"][2]
Result<std::string> parse_logfmt_key(std::string_view expression);            // key, or "any key"

}  // namespace oc::query
