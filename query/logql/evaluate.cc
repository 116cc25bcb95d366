#include "query/logql/evaluate.h"

#include "query/logql/label_replace.h"
#include "query/logql/log_parser.h"
#include "query/logql/sample_extractor.h"

namespace oc::query {

namespace {

class Evaluation {
 public:
  Evaluation(QueryContext& context, const Steps& steps) : context_(context), steps_(steps) {}

  Result<MetricValue> operator()(const LogExpr&) const {
    return permanent("a log query has no value", "put it into an aggregation such as count_over_time(… [5m])");
  }
  Result<MetricValue> operator()(const RangeAggregationExpr& expr) const {
    return evaluate_range_aggregation(context_, expr, steps_, nullptr);
  }
  Result<MetricValue> operator()(const VectorAggregationExpr& expr) const {
    return evaluate_vector_aggregation(context_, expr, steps_);
  }
  Result<MetricValue> operator()(const BinaryExpr& expr) const {
    return evaluate_binary_operation(context_, expr, steps_);
  }
  Result<MetricValue> operator()(const LabelReplaceExpr& expr) const {
    OC_TRY_ASSIGN(auto inner, evaluate(context_, *expr.inner, steps_));
    auto* series = std::get_if<SeriesSet>(&inner);
    if (series == nullptr) return parse_error(kNeedsMatcher);
    return apply_label_replace(expr, std::move(*series));
  }
  Result<MetricValue> operator()(const LiteralExpr& expr) const { return expr.value; }
  Result<MetricValue> operator()(const VectorLiteralExpr& expr) const {
    SeriesSet result;
    auto& series = result.emplace_back(Labels(), steps_.count);
    for (std::size_t i = 0; i < steps_.count; ++i) series.set(i, expr.value);
    return result;
  }

 private:
  QueryContext& context_;
  const Steps& steps_;
};

struct StageCheck {
  Status operator()(const RangeAggregationExpr& expr) const {
    OC_TRY(SampleExtractor::compile(expr, nullptr));
    return {};
  }
  Status operator()(const VectorAggregationExpr& expr) const { return check_stages(*expr.inner); }
  Status operator()(const LabelReplaceExpr& expr) const { return check_stages(*expr.inner); }
  Status operator()(const BinaryExpr& expr) const {
    OC_TRY(check_stages(*expr.left));
    return check_stages(*expr.right);
  }
  Status operator()(const auto&) const { return {}; }
};

}  // namespace

Status check_stages(const Expr& expr) { return std::visit(StageCheck(), expr.node); }

Result<MetricValue> evaluate(QueryContext& context, const Expr& expr, const Steps& steps) {
  return std::visit(Evaluation(context, steps), expr.node);
}

}  // namespace oc::query
