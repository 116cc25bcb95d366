// filter: records for which the expression is true are left out. Also those for which it cannot be worked out, as in
// the official collector: they are counted like the others. `drop_ratio`: of
// those for which it is true, this share is, at random.
#pragma once

#include <optional>

#include "collector/expr/expression.h"
#include "collector/operators/operator.h"

namespace oc::collector {

class FilterOperator final : public Operator {
 public:
  static std::shared_ptr<const Operator> parse(ConfigReader& reader);
  Result<Fate> process(LogRecord& record, Arena& arena) const override;

 private:
  std::optional<Expression> expression_;
  int dropped_of_1000_ = 1000;
};

}  // namespace oc::collector
