// The comparisons of a label filter: strings, numbers, durations, byte sizes, addresses.
#pragma once

#include <memory>

#include "base/result.h"
#include "query/logql/stages/stage_list.h"
#include "query/logql/token_cursor.h"

namespace oc::query {

using PredicatePtr = std::unique_ptr<LabelPredicate>;

// The cursor stands at the label's name.
Result<PredicatePtr> parse_comparison(TokenCursor& cursor, ByteSizes sizes);

}  // namespace oc::query
