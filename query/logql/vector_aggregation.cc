// sum, min, max, avg and count over series, by or without labels.
#include <algorithm>

#include "query/logql/evaluate.h"

namespace oc::query {

namespace {

struct Accumulator {
  double value = 0;
  std::uint32_t count = 0;
};

void add(VectorFunction function, Accumulator& to, double value) {
  ++to.count;
  if (to.count == 1) {
    to.value = value;
  } else if (function == VectorFunction::kMin) {
    to.value = std::min(to.value, value);
  } else if (function == VectorFunction::kMax) {
    to.value = std::max(to.value, value);
  } else {
    to.value += value;
  }
}

double result_of(VectorFunction function, const Accumulator& sum) {
  if (function == VectorFunction::kCount) return sum.count;
  return function == VectorFunction::kAverage ? sum.value / sum.count : sum.value;
}

SeriesSet aggregate(const VectorAggregationExpr& expr, const SeriesSet& inner, const Steps& steps) {
  LabelSetIndex groups;
  std::vector<std::vector<Accumulator>> sums;
  for (const auto& series : inner) {
    const auto group = groups.find_or_add(series.labels, &expr.grouping);
    if (group == sums.size()) sums.emplace_back(steps.count);
    for (std::size_t i = 0; i < steps.count; ++i) {
      if (series.present[i] != 0) add(expr.function, sums[group][i], series.values[i]);
    }
  }
  SeriesSet result;
  for (std::size_t group = 0; group < groups.size(); ++group) {
    auto& series = result.emplace_back(groups.at(group), steps.count);
    for (std::size_t i = 0; i < steps.count; ++i) {
      if (sums[group][i].count > 0) series.set(i, result_of(expr.function, sums[group][i]));
    }
  }
  return result;
}

}  // namespace

Result<SeriesSet> evaluate_vector_aggregation(QueryContext& context, const VectorAggregationExpr& expr,
                                              const Steps& steps) {
  if (const auto* range = std::get_if<RangeAggregationExpr>(&expr.inner->node);
      range != nullptr && expr.function == VectorFunction::kSum) {
    return evaluate_range_aggregation(context, *range, steps, &expr.grouping);
  }
  OC_TRY_ASSIGN(auto inner, evaluate(context, *expr.inner, steps));
  auto* series = std::get_if<SeriesSet>(&inner);
  if (series == nullptr) return permanent("parse error : an aggregation needs series, not a number");
  return aggregate(expr, *series, steps);
}

}  // namespace oc::query
