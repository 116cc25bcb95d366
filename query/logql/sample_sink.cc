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

bool SampleSink::add_alike(std::size_t series, std::size_t size, auto time_of) {
  for (std::size_t i = 0; i < size;) {
    const auto first = i;
    const auto pane = windows_.pane_of(time_of(i++));
    if (pane == Windows::kNone) continue;
    while (i < size && time_of(i) <= windows_.pane_end_ns(pane)) ++i;
    add_ones(series, pane, i - first);
  }
  return true;
}

bool SampleSink::add_alike(const Stream& stream, const Row& example, std::size_t size, auto time_of) {
  context_.stats.lines += size;
  const auto series = series_for(stream, example);
  return series ? add_alike(*series, size, time_of) : !error_;
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

Result<bool> SampleSink::batch(RowBatch& batch) {
  const Stream& stream = batch.stream();
  if (extractor_.counts_rows() && extractor_.stream_decides(stream.labels)) {
    OC_TRY_ASSIGN(const auto times, batch.times());
    return times.empty() || add_alike(stream, {}, times.size(), [&](std::size_t i) { return times[i]; });
  }
  if (extractor_.labels_decide()) {
    OC_TRY_ASSIGN(const auto alike, batch.alike(extractor_.pipeline().hints().required()));
    return alike.empty() ? RowSink::batch(batch) : by_metadata(batch, alike);
  }
  if (extractor_.follows_templates(batch)) {
    OC_TRY_ASSIGN(const auto templates, batch.templates());
    if (!templates.empty()) return by_template(batch, templates);
  }
  return RowSink::batch(batch);
}

// A line with an error keeps all its labels, also those that no rows are alike by.
std::optional<std::vector<std::size_t>> SampleSink::series_of_alike(const Stream& stream,
                                                                    std::span<const AlikeRows> all) {
  std::vector<std::size_t> series(all.size(), LabelSetIndex::kNone);
  for (std::size_t i = 0; i < all.size(); ++i) {
    double value = 0;
    auto* line = extractor_.extract(stream, Row{.metadata = all[i].metadata}, value);
    if (line == nullptr) continue;
    if (line->labels.has_error()) return std::nullopt;
    series[i] = series_of(*line);
    if (!open(series[i])) break;
  }
  return series;
}

Result<bool> SampleSink::by_metadata(RowBatch& batch, std::span<const AlikeRows> all) {
  const auto series = series_of_alike(batch.stream(), all);
  if (error_) return false;
  std::vector<std::uint32_t> sizes;
  if (!extractor_.counts()) {
    OC_TRY_ASSIGN(sizes, batch.line_sizes());
  }
  if (!series || sizes.empty() != extractor_.counts()) return RowSink::batch(batch);
  OC_TRY_ASSIGN(const auto times, batch.times());
  context_.stats.lines += batch.size();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& rows = all[i].rows;
    const auto time_of = [&](std::size_t row) { return times[rows[row]]; };
    if ((*series)[i] == LabelSetIndex::kNone) continue;
    if (sizes.empty()) add_alike((*series)[i], rows.size(), time_of);
    if (!sizes.empty() && !add_sizes((*series)[i], rows, times, sizes)) return false;
  }
  return true;
}

bool SampleSink::add_sizes(std::size_t series, std::span<const std::uint32_t> rows, std::span<const Nanos> times,
                           std::span<const std::uint32_t> sizes) {
  return std::ranges::all_of(rows, [&](std::uint32_t row) {
    context_.stats.bytes += sizes[row];
    const auto pane = windows_.pane_of(times[row]);
    return pane == Windows::kNone ||
           add(series, pane, {.time_ns = times[row], .value = static_cast<double>(sizes[row])});
  });
}

// Rows are added in their order whatever order they were looked at in, so that sums round alike.
Result<bool> SampleSink::by_template(RowBatch& batch, std::span<const RowTemplate> templates) {
  GatheredBatch gathered;
  OC_TRY_ASSIGN(gathered.times, batch.times());
  for (std::size_t i = 0; i < templates.size(); ++i) {
    if (templates[i].rows.empty()) continue;
    OC_TRY_ASSIGN(const bool more, gather(batch, i, templates[i], gathered));
    if (!more) return false;
  }
  if (gathered.others.size() == batch.size()) return RowSink::batch(batch);
  context_.stats.lines += batch.size();
  OC_TRY_ASSIGN(const bool more, gather_others(batch, gathered));
  return more ? add_gathered(batch, gathered) : false;
}

Result<bool> SampleSink::gather(RowBatch& batch, std::size_t number, const RowTemplate& of, GatheredBatch& gathered) {
  using Fate = TemplateRows::Fate;
  double value = 0;
  TemplateRows rows(extractor_.pipeline(), batch, number, of, [&](std::uint32_t line, const auto& stages, auto& late) {
    return extractor_.extract(batch.stream(), gathered.times[of.rows[line]], stages, late, value);
  });
  const auto all = rows.follow_all() ? rows.of_all() : Fate::kUnknown;
  if (all == Fate::kUnknown) gathered.others.insert(gathered.others.end(), of.rows.begin(), of.rows.end());
  if (all == Fate::kKept) return gather_alike(of, {series_of(rows.line()), value}, gathered);
  if (all != Fate::kOpen) return true;

  std::vector<std::uint32_t> lines;
  for (std::uint32_t line = 0; line < of.rows.size(); ++line) {
    if (windows_.pane_of(gathered.times[of.rows[line]]) != Windows::kNone) lines.push_back(line);
  }
  gathered.samples.resize(batch.size());
  return rows.each(std::move(lines), interruption_, [&](std::uint32_t line, Fate fate) {
    if (fate == Fate::kUnknown) gathered.others.push_back(of.rows[line]);
    if (fate != Fate::kKept) return true;
    const auto series = series_of(rows.line());
    gathered.samples[of.rows[line]] = {series, value};
    return open(series);
  });
}

bool SampleSink::gather_alike(const RowTemplate& of, const Gathered& sample, GatheredBatch& gathered) {
  if (!open(sample.series)) return false;
  if (extractor_.counts()) {
    return add_alike(sample.series, of.rows.size(), [&](std::size_t i) { return gathered.times[of.rows[i]]; });
  }
  gathered.samples.resize(gathered.times.size());
  for (const auto row : of.rows) gathered.samples[row] = sample;
  return true;
}

Result<bool> SampleSink::gather_others(RowBatch& batch, GatheredBatch& gathered) {
  if (gathered.others.empty()) return true;
  std::ranges::sort(gathered.others);
  OC_TRY_ASSIGN(const auto rows, batch.rows_at(gathered.others));
  gathered.samples.resize(batch.size());
  auto stream_series = LabelSetIndex::kNone;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    OC_TRY(interruption_.check());
    context_.stats.bytes += rows[i].line.size();
    if (windows_.pane_of(rows[i].time_ns) == Windows::kNone) continue;
    auto& sample = gathered.samples[gathered.others[i]];
    if (!sample_of(batch.stream(), rows[i], stream_series, false, sample)) return false;
  }
  return true;
}

Result<bool> SampleSink::add_gathered(RowBatch& batch, const GatheredBatch& gathered) {
  std::span<const std::uint64_t> arrivals;
  if (!extractor_.counts()) {
    OC_TRY_ASSIGN(arrivals, batch.arrivals());
  }
  for (std::size_t row = 0; row < gathered.samples.size(); ++row) {
    const auto& [series, value] = gathered.samples[row];
    if (series == LabelSetIndex::kNone) continue;
    const auto pane = windows_.pane_of(gathered.times[row]);
    if (pane == Windows::kNone) continue;
    if (!add(series, pane, {gathered.times[row], arrivals.empty() ? 0 : arrivals[row], value})) return false;
  }
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
