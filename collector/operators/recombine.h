// recombine: records that belong together become one, by an expression that knows the first or the last of them.
#pragma once

#include <memory>
#include <optional>

#include "collector/expr/expression.h"
#include "collector/operators/operator.h"
#include "collector/record/field_path.h"

namespace oc::collector {

class Recombine final : public Operator {
 public:
  static std::shared_ptr<const Operator> parse(ConfigReader& reader);

  const JoinRules* joins() const override { return &rules_; }
  Result<Placement> place(LogRecord& record, Arena& arena) const override;
  Status finish(LogRecord& record, std::string_view joined, Arena& arena) const override;

 private:
  void read_limits(ConfigReader& reader);
  void read_ends(ConfigReader& reader);

  std::optional<FieldPath> field_, source_;
  std::optional<Expression> first_, last_;  // one of them
  JoinRules rules_;
};

}  // namespace oc::collector
