#include "query/logql/ranking.h"

#include <algorithm>
#include <cmath>

namespace oc::query {

namespace {

bool ranks_before(double a, double b, bool descending) {
  if (std::isnan(a) || std::isnan(b)) return !std::isnan(a) && std::isnan(b);
  return descending ? a > b : a < b;
}

// The series of each group, by their index.
std::vector<std::vector<std::size_t>> groups_of(const SeriesSet& set, const Grouping& grouping) {
  LabelSetIndex index;
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < set.size(); ++i) {
    const auto group = index.find_or_add(set[i].labels, &grouping);
    if (group == groups.size()) groups.emplace_back();
    groups[group].push_back(i);
  }
  return groups;
}

}  // namespace

SeriesSet ranked(const VectorAggregationExpr& expr, const Grouping& sorted_grouping, const SeriesSet& inner,
                 const Steps& steps) {
  const bool descending = expr.function != VectorFunction::kBottomk;
  SeriesSet result;
  result.reserve(inner.size());
  for (const auto& series : inner) result.emplace_back(series.labels, steps.count);
  std::vector<std::size_t> candidates;
  for (const auto& group : groups_of(inner, sorted_grouping)) {
    for (std::size_t step = 0; step < steps.count; ++step) {
      candidates.clear();
      for (const auto i : group) {
        if (inner[i].present[step] != 0) candidates.push_back(i);
      }
      const auto kept = std::min(candidates.size(), static_cast<std::size_t>(expr.parameter));
      const auto by_rank = [&](std::size_t a, std::size_t b) {
        const double left = inner[a].values[step];
        const double right = inner[b].values[step];
        if (ranks_before(left, right, descending)) return true;
        return !ranks_before(right, left, descending) && a < b;
      };
      std::ranges::partial_sort(candidates, candidates.begin() + static_cast<std::ptrdiff_t>(kept), by_rank);
      for (std::size_t i = 0; i < kept; ++i) result[candidates[i]].set(step, inner[candidates[i]].values[step]);
    }
  }
  std::erase_if(result,
                [](const Series& series) { return std::ranges::find(series.present, 1) == series.present.end(); });
  return result;
}

void sort_by_value(SeriesSet& set, bool descending, const Steps& steps) {
  if (steps.count != 1) return;
  std::ranges::stable_sort(
      set, [&](const Series& a, const Series& b) { return ranks_before(a.values[0], b.values[0], descending); });
}

}  // namespace oc::query
