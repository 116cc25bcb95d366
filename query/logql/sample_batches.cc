// Samples of whole blocks: rows that are alike, by their metadata or by their lines' templates, are looked at once.
#include <algorithm>

#include "query/logql/sample_sink.h"

namespace oc::query {

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

}  // namespace oc::query
