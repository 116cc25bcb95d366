// All matches of an expression in a text, as Go's regexp package finds and replaces them.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "query/logql/templates/template_value.h"

namespace re2 {
class RE2;
}

namespace oc::query {

struct RegexMatch {
  std::size_t begin = 0, end = 0;
  std::span<const std::string_view> groups;  // the whole match first
};

void each_match(const re2::RE2& regex, std::string_view text, const std::function<void(const RegexMatch&)>& visit);

// In a replacement that is not `literal`, $1, $name and ${name} stand for what a group matched. An error: the text
// would not fit into `memory`.
Result<std::string> replace_matches(const TemplateMemory& memory, const re2::RE2& regex, std::string_view text,
                                    std::string_view replacement, bool literal);

}  // namespace oc::query
