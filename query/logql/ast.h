// A LogQL query as parsed.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "query/logql/log_reader.h"
#include "query/logql/stages/stage.h"

namespace oc::query {

struct LogExpr {
  std::vector<Matcher> matchers;
  StageList stages;
};

enum class RangeFunction { kCountOverTime, kRate, kBytesOverTime, kBytesRate };

struct RangeAggregationExpr {
  RangeFunction function = RangeFunction::kCountOverTime;
  LogExpr log;
  Nanos range_ns = 0;
  Nanos offset_ns = 0;
};

struct Grouping {
  bool without = false;
  std::vector<std::string> labels;  // sorted
};

enum class VectorFunction { kSum, kMin, kMax, kAverage, kCount };

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

struct VectorAggregationExpr {
  VectorFunction function = VectorFunction::kSum;
  Grouping grouping;
  ExprPtr inner;
};

enum class BinaryOperator {
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kPower,
  kEqual,
  kNotEqual,
  kGreater,
  kGreaterOrEqual,
  kLess,
  kLessOrEqual
};

struct BinaryExpr {
  BinaryOperator op = BinaryOperator::kAdd;
  bool returns_bool = false;
  ExprPtr left;
  ExprPtr right;
};

struct LiteralExpr {
  double value = 0;
};

struct VectorLiteralExpr {  // vector(1)
  double value = 0;
};

struct Expr {
  std::variant<LogExpr, RangeAggregationExpr, VectorAggregationExpr, BinaryExpr, LiteralExpr, VectorLiteralExpr> node;
  bool is_log() const { return std::holds_alternative<LogExpr>(node); }
};

}  // namespace oc::query
