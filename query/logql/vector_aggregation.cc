// sum, avg, topk and their like over series, by or without labels.
#include <cmath>

#include "query/logql/evaluate.h"
#include "query/logql/log_parser.h"
#include "query/logql/ranking.h"

namespace oc::query {

namespace {

struct Accumulator {
  double value = 0;
  double mean = 0;
  std::uint32_t count = 0;
};

// A mean that has become infinite stays so: the difference of two infinities would be no number.
bool mean_stays(double mean, double value) {
  if (!std::isinf(mean)) return false;
  return std::isinf(value) ? (mean > 0) == (value > 0) : !std::isnan(value);
}

void add(VectorFunction function, Accumulator& to, double value) {
  ++to.count;
  switch (function) {
    case VectorFunction::kMin:
      if (to.count == 1 || to.value > value || std::isnan(to.value)) to.value = value;
      return;
    case VectorFunction::kMax:
      if (to.count == 1 || to.value < value || std::isnan(to.value)) to.value = value;
      return;
    case VectorFunction::kAvg:
      if (to.count == 1) {
        to.mean = value;
      } else if (!mean_stays(to.mean, value)) {
        to.mean += (value - to.mean) / to.count;
      }
      return;
    case VectorFunction::kStddev:
    case VectorFunction::kStdvar: {
      if (to.count == 1) {
        to.mean = value;
        return;
      }
      const double delta = value - to.mean;
      to.mean += delta / to.count;
      to.value += delta * (value - to.mean);
      return;
    }
    default:
      to.value += value;
  }
}

double result_of(VectorFunction function, const Accumulator& sum) {
  switch (function) {
    case VectorFunction::kCount:
      return sum.count;
    case VectorFunction::kAvg:
      return sum.mean;
    case VectorFunction::kStddev:
      return std::sqrt(sum.value / sum.count);
    case VectorFunction::kStdvar:
      return sum.value / sum.count;
    default:
      return sum.value;
  }
}

SeriesSet aggregate(VectorFunction function, const Grouping& grouping, const SeriesSet& inner, const Steps& steps) {
  LabelSetIndex groups;
  std::vector<std::vector<Accumulator>> sums;
  for (const auto& series : inner) {
    const auto group = grouping.without ? groups.find_or_add(without_empty(series.labels), &grouping)
                                        : groups.find_or_add(series.labels, &grouping);
    if (group == sums.size()) sums.emplace_back(steps.count);
    for (std::size_t i = 0; i < steps.count; ++i) {
      if (series.present[i] != 0) add(function, sums[group][i], series.values[i]);
    }
  }
  SeriesSet result;
  for (std::size_t group = 0; group < groups.size(); ++group) {
    auto& series = result.emplace_back(groups.at(group), steps.count);
    for (std::size_t i = 0; i < steps.count; ++i) {
      if (sums[group][i].count > 0) series.set(i, result_of(function, sums[group][i]));
    }
  }
  return result;
}

// A sum of sums may take its samples together while they are read, which is much less than all series.
bool sums_while_reading(const VectorAggregationExpr& expr, const RangeAggregationExpr& range) {
  const bool additive = range.function <= RangeFunction::kBytesRate || range.function == RangeFunction::kSumOverTime;
  return expr.function == VectorFunction::kSum && additive && !range.grouping;
}

}  // namespace

Result<SeriesSet> evaluate_vector_aggregation(QueryContext& context, const VectorAggregationExpr& expr,
                                              const Steps& steps) {
  const auto* range = std::get_if<RangeAggregationExpr>(&expr.inner->node);
  MetricValue inner;
  if (range != nullptr && sums_while_reading(expr, *range)) {
    OC_TRY_ASSIGN(inner, evaluate_range_aggregation(context, *range, steps, &expr.grouping));
  } else {
    OC_TRY_ASSIGN(inner, evaluate(context, *expr.inner, steps));
  }
  auto* series = std::get_if<SeriesSet>(&inner);
  if (series == nullptr) return parse_error(kNeedsMatcher);
  const auto grouping = sorted(expr.grouping);
  if (takes_parameter(expr.function)) return ranked(expr, grouping, *series, steps);
  if (expr.function >= VectorFunction::kSort) {
    sort_by_value(*series, expr.function == VectorFunction::kSortDesc, steps);
    return std::move(*series);
  }
  return aggregate(expr.function, grouping, *series, steps);
}

}  // namespace oc::query
