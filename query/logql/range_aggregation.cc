// count_over_time, rate, bytes_over_time, bytes_rate: sums over the window (t-R, t] of each step. No row is kept: each
// adds to the first step whose window holds it and is taken off behind the last one; running totals give the sums.
#include <algorithm>

#include <fmt/format.h>

#include "query/logql/evaluate.h"
#include "query/logql/go_text.h"
#include "query/logql/pipeline.h"

namespace oc::query {

namespace {

struct WindowCell {
  std::int64_t lines = 0;
  std::int64_t bytes = 0;
};

// Index range [first, end) of the steps whose window holds a time.
struct StepRange {
  std::size_t first = 0;
  std::size_t end = 0;
};

Nanos divide_up(Nanos value, Nanos by) { return value <= 0 ? 0 : (value + by - 1) / by; }

StepRange windows_with(Nanos time_ns, Nanos range_ns, const Steps& steps) {
  const auto clamp = [&](Nanos index) {
    return static_cast<std::size_t>(std::min(index, static_cast<Nanos>(steps.count)));
  };
  const auto since_first = time_ns - steps.first_ns;
  return {clamp(divide_up(since_first, steps.step_ns)), clamp(divide_up(since_first + range_ns, steps.step_ns))};
}

std::string series_text(const std::vector<LineLabel>& labels) {
  std::string text = "{";
  for (const auto& label : labels) {
    text += fmt::format("{}{}={}", text.size() > 1 ? ", " : "", label.name, go_quote(label.value));
  }
  return text + "}";
}

Error pipeline_error(LineLabels& labels) {
  const auto error = labels.error();
  return Error{
      .message = fmt::format(
          "pipeline error: '{0}' for series: '{1}'.\nUse a label filter to intentionally skip this error. (e.g "
          "| __error__!=\"{0}\").\nTo skip all potential errors you can match empty errors.(e.g "
          "__error__=\"\")\nThe label filter can also be specified after unwrap. (e.g | unwrap latency | "
          "__error__=\"\" )",
          error, series_text(labels.sorted())),
      .next_step = {}};
}

class WindowSums final : public RowSink {
 public:
  WindowSums(QueryContext& context, Pipeline& pipeline, const RangeAggregationExpr& expr, const Steps& steps,
             const Grouping* grouping)
      : context_(context), pipeline_(pipeline), expr_(expr), steps_(steps), grouping_(grouping) {}

  bool rows(const Stream& stream, std::span<const Row> rows) override {
    auto stream_series = LabelSetIndex::kNone;  // of the rows that have nothing but stream labels
    for (const auto& row : rows) {
      ++context_.stats.lines;
      context_.stats.bytes += row.line.size();
      auto* line = pipeline_.run(stream, row);
      if (line == nullptr) continue;
      if (line->labels.fails_metric_query()) return fail(pipeline_error(line->labels));
      const bool plain = line->labels.only_stream_labels();
      const auto series = plain && stream_series != LabelSetIndex::kNone
                              ? stream_series
                              : series_.find_or_add(line->labels.sorted(), grouping_);
      if (plain) stream_series = series;
      if (!make_room(series)) return false;
      add(series, row.time_ns, line->text.size());
    }
    return true;
  }

  const std::optional<Error>& error() const { return error_; }

  SeriesSet take() {
    SeriesSet result;
    result.reserve(series_.size());
    for (std::size_t i = 0; i < series_.size(); ++i) {
      result.emplace_back(series_.at(i), steps_.count);
      sum_up(i, result.back());
    }
    return result;
  }

 private:
  bool fail(Error error) {
    error_ = std::move(error);
    return false;
  }

  std::size_t cells_a_series() const { return steps_.count + 1; }

  bool make_room(std::size_t series) {
    const auto needed = (series + 1) * cells_a_series();
    if (needed <= cells_.size()) return true;
    if (series >= kMaxInnerSeries) {
      return fail({.message = fmt::format("more than {} series in one aggregation", kMaxInnerSeries),
                   .next_step = "narrow the selector or the time range, or aggregate with sum by (…)"});
    }
    if (needed > kMaxWindowCells) {
      return fail({.message = fmt::format("more than {} points of series under way", kMaxWindowCells),
                   .next_step = "widen the step, narrow the selector, or aggregate with sum by (…)"});
    }
    cells_.resize(needed);
    return true;
  }

  void add(std::size_t series, Nanos time_ns, std::size_t bytes) {
    const auto range = windows_with(time_ns + expr_.offset_ns, expr_.range_ns, steps_);
    if (range.first >= range.end) return;
    auto* cells = cells_.data() + series * cells_a_series();
    cells[range.first].lines += 1;
    cells[range.first].bytes += static_cast<std::int64_t>(bytes);
    cells[range.end].lines -= 1;
    cells[range.end].bytes -= static_cast<std::int64_t>(bytes);
  }

  double value_of(const WindowCell& sum) const {
    const auto seconds = static_cast<double>(expr_.range_ns) / 1e9;
    switch (expr_.function) {
      case RangeFunction::kCountOverTime:
        return static_cast<double>(sum.lines);
      case RangeFunction::kRate:
        return static_cast<double>(sum.lines) / seconds;
      case RangeFunction::kBytesOverTime:
        return static_cast<double>(sum.bytes);
      case RangeFunction::kBytesRate:
        return static_cast<double>(sum.bytes) / seconds;
    }
    return 0;
  }

  void sum_up(std::size_t index, Series& series) const {
    const auto* cells = cells_.data() + index * cells_a_series();
    WindowCell sum;
    for (std::size_t step = 0; step < steps_.count; ++step) {
      sum.lines += cells[step].lines;
      sum.bytes += cells[step].bytes;
      if (sum.lines > 0) series.set(step, value_of(sum));
    }
  }

  QueryContext& context_;
  Pipeline& pipeline_;
  const RangeAggregationExpr& expr_;
  const Steps& steps_;
  const Grouping* grouping_;
  LabelSetIndex series_;
  std::vector<WindowCell> cells_;
  std::optional<Error> error_;
};

}  // namespace

Result<SeriesSet> evaluate_range_aggregation(QueryContext& context, const RangeAggregationExpr& expr,
                                             const Steps& steps, const Grouping* grouping) {
  OC_TRY_ASSIGN(auto pipeline, Pipeline::compile(expr.log));
  auto request = scan_request(context);
  request.matchers = pipeline.matchers();
  request.line_filters = pipeline.pushed_down();
  request.direction = Direction::kForward;
  request.start_ns = steps.first_ns - expr.range_ns - expr.offset_ns + 1;  // windows leave out their start
  request.end_ns = steps.last_ns() - expr.offset_ns + 1;
  WindowSums sums(context, pipeline, expr, steps, grouping);
  const auto scanned = context.reader->scan(request, sums);
  if (sums.error()) return std::unexpected(*sums.error());
  if (!scanned) return std::unexpected(scanned.error());
  return sums.take();
}

}  // namespace oc::query
