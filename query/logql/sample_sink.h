// Takes the rows of a scan, makes samples of them and sorts these into series and panes of windows.
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "query/logql/limits.h"
#include "query/logql/query_context.h"
#include "query/logql/sample_extractor.h"
#include "query/logql/series.h"
#include "query/logql/template_rows.h"
#include "query/logql/window_cells.h"
#include "query/logql/windows.h"

namespace oc::query {

class SampleSink : public RowSink {
 public:
  SampleSink(QueryContext& context, SampleExtractor& extractor, Windows& windows)
      : context_(context), extractor_(extractor), windows_(windows), interruption_(context.interruption) {}

  bool takes_batches() const final {
    return extractor_.counts_rows() || extractor_.labels_decide() || extractor_.may_follow_templates();
  }
  ToldApartBy told_apart_by() const final { return extractor_.told_apart_by(); }
  bool takes_whole(const Stream& stream, Nanos first_ns, Nanos last_ns, std::uint64_t rows, std::uint64_t bytes) final;
  Result<bool> batch(RowBatch& batch) final;
  bool rows(const Stream& stream, std::span<const Row> rows) final;
  const std::optional<Error>& error() const { return error_; }
  std::size_t series_count() const { return series_.size(); }
  const Labels& series_labels(std::size_t series) const { return series_.at(series); }

 protected:
  virtual bool make_room(std::size_t series) = 0;  // false: see fail()
  virtual bool add(std::size_t series, std::size_t pane, const RangeSample& sample) = 0;
  // `count` samples of 1, of which neither time nor arrival matters.
  virtual void add_ones(std::size_t series, std::size_t pane, std::uint64_t count) {
    for (; count > 0; --count) add(series, pane, {.value = 1});
  }
  bool fail(Error error);
  const Windows& windows() const { return windows_; }

 private:
  // A row's sample, still to be sorted into its pane.
  struct Gathered {
    std::size_t series = LabelSetIndex::kNone;  // none: no sample
    double value = 0;
  };
  // What a batch's rows give, as far as it was found out by their templates.
  struct GatheredBatch {
    std::span<const Nanos> times;
    std::vector<Gathered> samples;      // by row; empty where there are none
    std::vector<std::uint32_t> others;  // rows to be looked at one by one
  };
  // Of each, none where its rows are dropped; nullopt where that takes more than what they are alike by.
  std::optional<std::vector<std::size_t>> series_of_alike(const Stream& stream, std::span<const AlikeRows> all);
  Result<bool> by_metadata(RowBatch& batch, std::span<const AlikeRows> all);
  bool add_sizes(std::size_t series, std::span<const std::uint32_t> rows, std::span<const Nanos> times,
                 std::span<const std::uint32_t> sizes);
  Result<bool> by_template(RowBatch& batch, std::span<const RowTemplate> templates);
  Result<bool> gather(RowBatch& batch, std::size_t number, const RowTemplate& of, GatheredBatch& gathered);
  bool gather_alike(const RowTemplate& of, const Gathered& sample, GatheredBatch& gathered);
  Result<bool> gather_others(RowBatch& batch, GatheredBatch& gathered);
  Result<bool> add_gathered(RowBatch& batch, const GatheredBatch& gathered);
  // All rows give a sample of 1 in the series; their times mostly ascend.
  bool add_alike(std::size_t series, std::size_t size, auto time_of);
  bool add_alike(const Stream& stream, const Row& example, std::size_t size, auto time_of);
  // The series that the row gives a sample of 1 for; nullopt: it gives none, or there is an error.
  std::optional<std::size_t> series_for(const Stream& stream, const Row& row);
  bool add_row(const Stream& stream, const Row& row, std::size_t& stream_series, bool stream_decides);
  // False: there is an error.
  bool sample_of(const Stream& stream, const Row& row, std::size_t& stream_series, bool stream_decides,
                 Gathered& sample);
  std::size_t series_of(Line& line);
  bool open(std::size_t series);

  QueryContext& context_;
  SampleExtractor& extractor_;
  Windows& windows_;
  RowInterruption interruption_;
  LabelSetIndex series_;
  std::size_t opened_ = 0;
  std::optional<Error> error_;
};

bool SampleSink::add_alike(std::size_t series, std::size_t size, auto time_of) {
  for (std::size_t i = 0; i < size;) {
    const auto first = i;
    const auto pane = windows_.pane_of(time_of(i++));
    if (pane == Windows::kNone) continue;
    while (i < size && windows_.is_in_pane(pane, time_of(i))) ++i;
    add_ones(series, pane, i - first);
  }
  return true;
}

bool SampleSink::add_alike(const Stream& stream, const Row& example, std::size_t size, auto time_of) {
  context_.stats.lines += size;
  const auto series = series_for(stream, example);
  return series ? add_alike(*series, size, time_of) : !error_;
}

// The cells of each series, one a pane.
template <typename Cell>
class CellSink final : public SampleSink {
 public:
  using SampleSink::SampleSink;
  std::span<const Cell> cells(std::size_t series) const {
    return std::span(cells_).subspan(series * windows().panes(), windows().panes());
  }

 protected:
  bool make_room(std::size_t series) override {
    const auto needed = (series + 1) * windows().panes();
    if (needed * sizeof(Cell) > kMaxWindowBytes) {
      return fail({.message = "the series of one aggregation have more points than 64 MiB hold",
                   .next_step = "widen the step, narrow the selector, or aggregate with sum by (…)"});
    }
    cells_.resize(needed);
    return true;
  }
  bool add(std::size_t series, std::size_t pane, const RangeSample& sample) override {
    cells_[series * windows().panes() + pane].add(sample);
    return true;
  }
  void add_ones(std::size_t series, std::size_t pane, std::uint64_t count) override {
    if constexpr (std::is_same_v<Cell, SumCell>) {
      cells_[series * windows().panes() + pane].add_ones(count);
    } else {
      SampleSink::add_ones(series, pane, count);
    }
  }

 private:
  std::vector<Cell> cells_;
};

// All samples, for what can't be merged.
class KeepingSink final : public SampleSink {
 public:
  using SampleSink::SampleSink;
  // Appends the samples of a pane, in the order they came.
  void append(std::size_t series, std::size_t pane, std::vector<RangeSample>& to) const;

 protected:
  bool make_room(std::size_t series) override;
  bool add(std::size_t series, std::size_t pane, const RangeSample& sample) override;

 private:
  std::vector<std::vector<RangeSample>> samples_;
  std::size_t kept_ = 0;
};

}  // namespace oc::query
