// Label sets as text, `{app="api", env="prod"}`: how streams are named in protobuf pushes and in error texts.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "query/logql/log_reader.h"

namespace oc::stores {

// Sorted by name, without empty values; a name that comes twice stays twice. Errors read as Prometheus' parser's:
// "1:2: parse error: unexpected character inside braces: '1'".
Result<query::Labels> parse_label_text(std::string_view text);

std::string label_text(const query::Labels& labels);

bool is_label_name(std::string_view name);  // [a-zA-Z_][a-zA-Z0-9_]*

}  // namespace oc::stores
