#include "query/logql/sample_sink.h"

#include <algorithm>

#include <fmt/format.h>

#include "query/logql/go_text.h"
#include "query/logql/limits.h"

namespace oc::query {

namespace {

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

}  // namespace

bool SampleSink::fail(Error error) {
  error_ = std::move(error);
  return false;
}

std::optional<std::size_t> SampleSink::series_for(const Stream& stream, const Row& row) {
  double value = 0;
  auto* line = extractor_.extract(stream, row, value);
  if (line == nullptr) return std::nullopt;
  if (line->labels.fails_metric_query()) {
    fail(pipeline_error(line->labels));
    return std::nullopt;
  }
  const auto series = series_of(*line);
  return open(series) ? std::optional(series) : std::nullopt;
}

bool SampleSink::takes_whole(const Stream& stream, Nanos first_ns, Nanos last_ns, std::uint64_t rows, std::uint64_t) {
  if (error_ || !extractor_.counts_rows() || !extractor_.stream_decides(stream.labels)) return false;
  const auto pane = windows_.pane_of(first_ns);
  if (pane == Windows::kNone || last_ns > windows_.pane_end_ns(pane)) return false;
  context_.stats.lines += rows;
  if (const auto series = series_for(stream, {})) add_ones(*series, pane, rows);
  return true;
}

bool SampleSink::rows(const Stream& stream, std::span<const Row> rows) {
  if (error_) return false;
  const bool stream_decides = extractor_.stream_decides(stream.labels);
  for (const auto& row : rows) context_.stats.bytes += row.line.size();
  if (stream_decides && extractor_.counts_rows() && !rows.empty()) {
    return add_alike(stream, rows.front(), rows.size(), [&](std::size_t i) { return rows[i].time_ns; });
  }
  auto stream_series = LabelSetIndex::kNone;  // of the rows whose labels are the stream's alone
  for (const auto& row : rows) {
    if (auto go_on = interruption_.check(); !go_on) return fail(std::move(go_on).error());
    ++context_.stats.lines;
    if (!add_row(stream, row, stream_series, stream_decides)) return false;
  }
  return true;
}

bool SampleSink::add_row(const Stream& stream, const Row& row, std::size_t& stream_series, bool stream_decides) {
  const auto pane = windows_.pane_of(row.time_ns);
  if (pane == Windows::kNone) return true;
  Gathered sample;
  if (!sample_of(stream, row, stream_series, stream_decides, sample)) return false;
  return sample.series == LabelSetIndex::kNone || add(sample.series, pane, {row.time_ns, row.arrival, sample.value});
}

bool SampleSink::sample_of(const Stream& stream, const Row& row, std::size_t& stream_series, bool stream_decides,
                           Gathered& sample) {
  const auto series = stream_decides ? stream_series : LabelSetIndex::kNone;
  const bool known = series != LabelSetIndex::kNone;
  if (known && extractor_.counts_rows()) {
    sample = {series, 1};
    return true;
  }
  auto* line = extractor_.extract(stream, row, sample.value);
  if (line == nullptr) return true;
  if (line->labels.fails_metric_query()) return fail(pipeline_error(line->labels));
  const bool plain = !line->labels.has_error() && (stream_decides || line->labels.only_stream_labels());
  sample.series = plain && stream_series != LabelSetIndex::kNone ? stream_series : series_of(*line);
  if (plain) stream_series = sample.series;
  return open(sample.series);
}

// A line with an error that was asked for keeps all its labels: the aggregation around this one sorts them out.
std::size_t SampleSink::series_of(Line& line) {
  const auto* grouping = line.labels.has_error() ? nullptr : extractor_.grouping();
  return series_.find_or_add(line.labels, grouping, extractor_.tells_empty_from_absent());
}

bool SampleSink::open(std::size_t series) {
  if (series < opened_) return true;
  if (series >= kMaxInnerSeries) {
    return fail({.message = fmt::format("more than {} series in one aggregation", kMaxInnerSeries),
                 .next_step = "narrow the selector or the time range, or aggregate with sum by (…)"});
  }
  if (series_.bytes() > kMaxSeriesLabelBytes) {
    return fail({.message = fmt::format("the labels of one aggregation's series take more than {} MiB",
                                        kMaxSeriesLabelBytes >> 20),
                 .next_step = "aggregate by shorter labels with sum by (…)"});
  }
  opened_ = series + 1;
  return make_room(series);
}

}  // namespace oc::query
