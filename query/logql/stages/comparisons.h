// The comparisons of a label filter: strings, numbers, durations, byte sizes.
#pragma once

#include <memory>

#include "base/result.h"
#include "query/logql/line.h"
#include "query/logql/token_cursor.h"

namespace oc::query {

// Thread-safe; a value that can't be converted marks the line with LabelFilterErr and lets it pass.
class LabelPredicate {
 public:
  virtual ~LabelPredicate() = default;
  virtual bool holds(LineLabels& labels) const = 0;
};
using PredicatePtr = std::unique_ptr<LabelPredicate>;

// The cursor stands at the label's name.
Result<PredicatePtr> parse_comparison(TokenCursor& cursor);

}  // namespace oc::query
