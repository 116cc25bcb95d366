// add: puts a value, or what an expression gives (EXPR(…) around the whole value), into a field.
#pragma once

#include <optional>
#include <string>

#include "collector/expr/expression.h"
#include "collector/operators/parser_keys.h"

namespace oc::collector {

class Add final : public Operator {
 public:
  static std::shared_ptr<const Operator> parse(ConfigReader& reader);
  Result<Fate> process(LogRecord& record, Arena& arena) const override;

 private:
  std::optional<FieldPath> field_;
  std::optional<Expression> expression_;
  Arena constants_;
  Value value_;
};

}  // namespace oc::collector
