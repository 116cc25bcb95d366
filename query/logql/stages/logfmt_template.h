// Lines of one template that are logfmt: how far a scanner of logfmt goes the same way through all of them.
#pragma once

#include <string_view>

#include "query/logql/line_template.h"

namespace oc::query {

// The pairs at the begin of the example that formats::for_each_logfmt_field() finds alike in every line: gaps are parts
// of values and keys. `words_count`: so do keys without a value; else a gap may also be words that are none of any
// pair.
std::string_view alike_logfmt(const LineTemplate& of, bool words_count);

}  // namespace oc::query
