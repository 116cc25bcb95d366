// JSON lines of one template: how far a scanner of JSON goes the same way through all of them.
#pragma once

#include <string_view>

#include "query/logql/line_template.h"
#include "query/logql/stages/json_scan.h"

namespace oc::query {

// The part of the example, from its begin, that JsonScanner and what is made of it read alike in every line: gaps stand
// in the text of strings and of numbers, or are part of these, and never in a key.
std::string_view alike_json(const LineTemplate& of);

// The label of a value that was found in the example.
TemplateField json_field(LineTemplate& of, std::string_view label, const JsonValue& value);

}  // namespace oc::query
