// A LogQL query as parsed. printer.h gives its text back.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "query/logql/functions.h"
#include "query/logql/log_reader.h"
#include "query/logql/stages/stage.h"

namespace oc::query {

struct LogExpr {
  std::vector<Matcher> matchers;
  StageList stages;
};

// | unwrap label, | unwrap bytes(label): the line's value, and the label filters behind it.
struct UnwrapExpr {
  std::string label;
  Conversion conversion = Conversion::kNumber;
  StageList filters;
};

struct Grouping {
  bool without = false;
  std::vector<std::string> labels;                                   // as written
  bool is_everything() const { return labels.empty() && !without; }  // by (): one group
};

struct RangeAggregationExpr {
  RangeFunction function = RangeFunction::kCountOverTime;
  std::optional<double> parameter;  // of quantile_over_time
  LogExpr log;
  std::optional<UnwrapExpr> unwrap;
  Nanos range_ns = 0;
  Nanos offset_ns = 0;
  std::optional<Grouping> grouping;
};

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

struct VectorAggregationExpr {
  VectorFunction function = VectorFunction::kSum;
  std::int64_t parameter = 0;  // the k of topk, bottomk, approx_topk
  Grouping grouping;
  ExprPtr inner;
};

// Which series of the two sides of a binary operator meet.
struct VectorMatching {
  enum class Cardinality { kOneToOne, kManyToOne, kOneToMany };  // nothing, group_left, group_right
  Cardinality cardinality = Cardinality::kOneToOne;
  bool on = false;                   // else `ignoring`
  std::vector<std::string> labels;   // of on or ignoring
  std::vector<std::string> include;  // labels that the many side takes over from the one side
};

struct BinaryExpr {
  BinaryOperator op = BinaryOperator::kAdd;
  bool returns_bool = false;
  VectorMatching matching;
  ExprPtr left;
  ExprPtr right;
};

struct LabelReplaceExpr {
  ExprPtr inner;
  std::string destination;
  std::string replacement;
  std::string source;
  std::string regex;
};

struct LiteralExpr {
  double value = 0;
};

struct VectorLiteralExpr {  // vector(1)
  double value = 0;
};

struct Expr {
  std::variant<LogExpr, RangeAggregationExpr, VectorAggregationExpr, BinaryExpr, LabelReplaceExpr, LiteralExpr,
               VectorLiteralExpr>
      node;
  bool is_log() const { return std::holds_alternative<LogExpr>(node); }
};

}  // namespace oc::query
