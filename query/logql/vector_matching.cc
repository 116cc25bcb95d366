#include "query/logql/vector_matching.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "query/logql/binary_operation.h"

namespace oc::query {

namespace {

constexpr auto kNoSeries = LabelSetIndex::kNone;

// Gives each series the number of its signature: the labels by which it is matched.
class Signatures {
 public:
  explicit Signatures(const VectorMatching& matching)
      : grouping_(sorted({.without = !matching.on, .labels = matching.labels})) {}
  std::vector<std::size_t> of(const SeriesSet& set) {
    std::vector<std::size_t> signatures;
    for (const auto& series : set) signatures.push_back(index_.find_or_add(without_empty(series.labels), &grouping_));
    return signatures;
  }
  std::size_t count() const { return index_.size(); }

 private:
  Grouping grouping_;
  LabelSetIndex index_;
};

// Series that grow point by point; those with the same labels are one.
class ResultSeries {
 public:
  explicit ResultSeries(const Steps& steps) : steps_(steps) {}
  std::size_t find_or_add(const Labels& labels) {
    const auto at = index_.find_or_add(labels, nullptr);
    if (at == set_.size()) set_.emplace_back(labels, steps_.count);
    return at;
  }
  void set(std::size_t series, std::size_t step, double value) { set_[series].set(step, value); }
  SeriesSet take() {
    std::erase_if(set_, [](const Series& one) { return std::ranges::find(one.present, 1) == one.present.end(); });
    return std::move(set_);
  }

 private:
  const Steps& steps_;
  LabelSetIndex index_;
  SeriesSet set_;
};

SeriesSet set_operation(const BinaryExpr& expr, const SeriesSet& left, const SeriesSet& right, const Steps& steps) {
  Signatures signatures(expr.matching);
  const auto left_signatures = signatures.of(left);
  const auto right_signatures = signatures.of(right);
  std::vector<bool> seen;
  const auto see = [&](const SeriesSet& set, const std::vector<std::size_t>& set_signatures, std::size_t step) {
    seen.assign(signatures.count(), false);
    for (std::size_t i = 0; i < set.size(); ++i) {
      if (set[i].present[step] != 0) seen[set_signatures[i]] = true;
    }
  };
  ResultSeries result(steps);
  const auto keep = [&](const Series& series, std::size_t step) {
    result.set(result.find_or_add(series.labels), step, series.values[step]);
  };
  for (std::size_t step = 0; step < steps.count; ++step) {
    const bool is_or = expr.op == BinaryOperator::kOr;
    see(is_or ? left : right, is_or ? left_signatures : right_signatures, step);
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (left[i].present[step] == 0) continue;
      if (is_or || seen[left_signatures[i]] == (expr.op == BinaryOperator::kAnd)) keep(left[i], step);
    }
    for (std::size_t i = 0; is_or && i < right.size(); ++i) {
      if (right[i].present[step] != 0 && !seen[right_signatures[i]]) keep(right[i], step);
    }
  }
  return result.take();
}

// `many` is the left side, but for group_right.
class Join {
 public:
  Join(const BinaryExpr& expr, const SeriesSet& left, const SeriesSet& right, const Steps& steps)
      : expr_(expr),
        swapped_(expr.matching.cardinality == VectorMatching::Cardinality::kOneToMany),
        many_(swapped_ ? right : left),
        one_(swapped_ ? left : right),
        steps_(steps),
        signatures_(expr.matching),
        many_signatures_(signatures_.of(many_)),
        one_signatures_(signatures_.of(one_)),
        result_(steps) {}

  Result<SeriesSet> run() {
    for (std::size_t step = 0; step < steps_.count; ++step) {
      OC_TRY(find_ones(step));
      met_.assign(signatures_.count(), false);
      given_.clear();
      for (std::size_t i = 0; i < many_.size(); ++i) {
        if (many_[i].present[step] != 0) OC_TRY(meet(i, step));
      }
    }
    return result_.take();
  }

 private:
  bool one_to_one() const { return expr_.matching.cardinality == VectorMatching::Cardinality::kOneToOne; }

  Status find_ones(std::size_t step) {
    ones_.assign(signatures_.count(), kNoSeries);
    for (std::size_t i = 0; i < one_.size(); ++i) {
      if (one_[i].present[step] == 0) continue;
      auto& place = ones_[one_signatures_[i]];
      if (place != kNoSeries) {
        return permanent(
            fmt::format("found duplicate series on the {} hand-side;many-to-many matching not allowed: "
                        "matching labels must be unique on one side",
                        swapped_ ? "left" : "right"));
      }
      place = i;
    }
    return {};
  }

  Status meet(std::size_t many, std::size_t step) {
    const auto one = ones_[many_signatures_[many]];
    if (one == kNoSeries) return {};
    const auto series = result_.find_or_add(result_labels(many_[many].labels, one_[one].labels));
    if (one_to_one()) {
      if (met_[many_signatures_[many]]) {
        return permanent("multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
      }
      met_[many_signatures_[many]] = true;
    } else if (!given_.insert({many_signatures_[many], series}).second) {
      return permanent("multiple matches for labels: grouping labels must ensure unique matches");
    }
    const double left = swapped_ ? one_[one].values[step] : many_[many].values[step];
    const double right = swapped_ ? many_[many].values[step] : one_[one].values[step];
    if (const auto point = result_point(expr_, left, right, left)) result_.set(series, step, *point);
    return {};
  }

  Labels result_labels(const Labels& many, const Labels& one) const {
    const auto& matching = expr_.matching;
    auto labels = without_empty(many);
    if (one_to_one()) {
      std::erase_if(labels, [&](const Label& label) {
        return (std::ranges::find(matching.labels, label.first) != matching.labels.end()) != matching.on;
      });
    }
    for (const auto& name : matching.include) {
      std::erase_if(labels, [&](const Label& label) { return label.first == name; });
      const auto at = std::ranges::find(one, name, &Label::first);
      if (at != one.end() && !at->second.empty()) labels.push_back(*at);
    }
    std::ranges::sort(labels);
    return labels;
  }

  const BinaryExpr& expr_;
  bool swapped_;
  const SeriesSet& many_;
  const SeriesSet& one_;
  const Steps& steps_;
  Signatures signatures_;
  std::vector<std::size_t> many_signatures_;
  std::vector<std::size_t> one_signatures_;
  ResultSeries result_;
  std::vector<std::size_t> ones_;  // by signature: the series of the one side at this step
  std::vector<bool> met_;
  std::set<std::pair<std::size_t, std::size_t>> given_;  // signature and result at this step
};

}  // namespace

Result<SeriesSet> combine_series(const BinaryExpr& expr, const SeriesSet& left, const SeriesSet& right,
                                 const Steps& steps) {
  if (is_set_operator(expr.op)) return set_operation(expr, left, right, steps);
  return Join(expr, left, right, steps).run();
}

}  // namespace oc::query
