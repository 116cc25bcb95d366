// The functions over ranges: count_over_time, rate, sum_over_time and their like. No row is kept where samples can be
// merged: see windows.h and window_cells.h.
#include <algorithm>

#include "query/logql/counter_rate.h"
#include "query/logql/evaluate.h"
#include "query/logql/sample_sink.h"
#include "query/logql/sliding_window.h"

namespace oc::query {

namespace {

double sum_value(const RangeAggregationExpr& expr, const SumCell& cell) {
  const double seconds = static_cast<double>(expr.range_ns) / 1e9;
  switch (expr.function) {
    case RangeFunction::kRate:
    case RangeFunction::kBytesRate:
      return cell.sum / seconds;
    case RangeFunction::kAvgOverTime:
      return cell.sum / static_cast<double>(cell.count);
    case RangeFunction::kAbsentOverTime:
      return 1;
    default:
      return cell.sum;
  }
}

class RangeAggregation {
 public:
  RangeAggregation(QueryContext& context, const RangeAggregationExpr& expr, const Steps& steps,
                   SampleExtractor& extractor)
      : context_(context),
        expr_(expr),
        steps_(steps),
        extractor_(extractor),
        windows_(steps, expr.range_ns, expr.offset_ns) {}

  Result<SeriesSet> run() {
    switch (expr_.function) {
      case RangeFunction::kMinOverTime:
        return merged<ExtremeCell<false>>([](const auto& cell) { return cell.value; });
      case RangeFunction::kMaxOverTime:
        return merged<ExtremeCell<true>>([](const auto& cell) { return cell.value; });
      case RangeFunction::kStdvarOverTime:
        return merged<MomentsCell>([](const auto& cell) { return cell.variance(); });
      case RangeFunction::kStddevOverTime:
        return merged<MomentsCell>([](const auto& cell) { return std::sqrt(cell.variance()); });
      case RangeFunction::kFirstOverTime:
        return merged<EdgeCell<false>>([](const auto& cell) { return cell.edge.value; });
      case RangeFunction::kLastOverTime:
        return merged<EdgeCell<true>>([](const auto& cell) { return cell.edge.value; });
      case RangeFunction::kQuantileOverTime:
        return kept([&](std::vector<RangeSample>& samples, Nanos) { return quantile(*expr_.parameter, samples); });
      case RangeFunction::kRateCounter:
        return kept([&](std::vector<RangeSample>& samples, Nanos end_ns) {
          return counter_rate(samples, expr_.range_ns, end_ns);
        });
      default:
        return merged<SumCell>([&](const SumCell& cell) { return sum_value(expr_, cell); });
    }
  }

 private:
  template <typename Cell, typename Value>
  Result<SeriesSet> merged(Value value) {
    CellSink<Cell> sink(context_, extractor_, windows_);
    OC_TRY(scan(sink));
    SeriesSet result;
    for (std::size_t i = 0; i < sink.series_count(); ++i) {
      auto& series = result.emplace_back(sink.series_labels(i), steps_.count);
      slide(sink.cells(i), windows_, [&](std::size_t step, const Cell& cell) {
        if (cell.count > 0) series.set(step, value(cell));
      });
    }
    return result;
  }

  template <typename Value>
  Result<SeriesSet> kept(Value value) {
    KeepingSink sink(context_, extractor_, windows_);
    OC_TRY(scan(sink));
    SeriesSet result;
    std::vector<RangeSample> samples;
    std::size_t visits = 0;
    for (std::size_t i = 0; i < sink.series_count(); ++i) {
      auto& series = result.emplace_back(sink.series_labels(i), steps_.count);
      for (std::size_t step = 0; step < steps_.count; ++step) {
        samples.clear();
        for (auto pane = windows_.first_pane(step); pane < windows_.end_pane(step); ++pane) {
          sink.append(i, pane, samples);
        }
        OC_TRY(context_.interruption.check());
        if ((visits += samples.size()) > kMaxSampleVisits) {
          return permanent("the ranges of a quantile or a counter overlap too much",
                           "widen the step or shorten the range");
        }
        if (!samples.empty()) series.set(step, value(samples, windows_.end_ns(step)));
      }
    }
    return result;
  }

  Status scan(SampleSink& sink) {
    auto request = scan_request(context_);
    request.matchers = extractor_.pipeline().matchers();
    request.line_filters = extractor_.pipeline().pushed_down();
    request.direction = Direction::kForward;
    request.start_ns = windows_.first_ns();
    request.end_ns = windows_.last_ns() + 1;
    request.needs_lines = extractor_.needs_lines();
    OC_TRY_ASSIGN(request.needs_metadata, needs_metadata(request));
    if (extractor_.labels_decide()) request.metadata_names = extractor_.pipeline().hints().required();
    const auto scanned = context_.reader->scan(request, sink);
    if (sink.error()) return std::unexpected(*sink.error());
    return scanned;
  }

  Result<bool> needs_metadata(const ScanRequest& request) const {
    if (!extractor_.needs_only_grouping()) return true;
    if (extractor_.grouping()->labels.empty()) return false;
    OC_TRY_ASSIGN(const auto streams, context_.reader->streams(request.matchers, request.start_ns, request.end_ns));
    return !std::ranges::all_of(streams, [&](const StreamPtr& s) { return extractor_.stream_decides(s->labels); });
  }

  QueryContext& context_;
  const RangeAggregationExpr& expr_;
  const Steps& steps_;
  SampleExtractor& extractor_;
  Windows windows_;
};

// One series with the labels that the selector pins down, where there was nothing.
SeriesSet absent(const RangeAggregationExpr& expr, const Steps& steps, const SeriesSet& found) {
  Labels labels;
  std::vector<std::string> open;  // not pinned down, or twice
  for (const auto& matcher : expr.log.matchers) {
    const bool repeated = std::ranges::find(labels, matcher.name, &Label::first) != labels.end();
    if (matcher.type == Matcher::Type::kEqual && !repeated) {
      labels.emplace_back(matcher.name, matcher.value);
    } else {
      open.push_back(matcher.name);
    }
  }
  std::erase_if(labels, [&](const Label& label) { return std::ranges::find(open, label.first) != open.end(); });
  std::ranges::sort(labels);
  SeriesSet result;
  auto& series = result.emplace_back(without_empty(std::move(labels)), steps.count);
  for (std::size_t step = 0; step < steps.count; ++step) {
    if (std::ranges::none_of(found, [&](const Series& one) { return one.present[step] != 0; })) series.set(step, 1);
  }
  return result;
}

}  // namespace

Result<SeriesSet> evaluate_range_aggregation(QueryContext& context, const RangeAggregationExpr& expr,
                                             const Steps& steps, const Grouping* outer) {
  OC_TRY_ASSIGN(auto extractor, SampleExtractor::compile(expr, outer));
  OC_TRY_ASSIGN(auto series, RangeAggregation(context, expr, steps, extractor).run());
  return expr.function == RangeFunction::kAbsentOverTime ? absent(expr, steps, series) : std::move(series);
}

}  // namespace oc::query
