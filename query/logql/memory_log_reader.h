// A log store in memory, for tests of what reads logs.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "query/logql/log_reader.h"

namespace oc::query {

class MemoryLogReader final : public LogReader {
 public:
  // Scans hand out blocks of at most this many rows.
  static constexpr std::size_t kBlockRows = 7;

  void add(Labels labels, Nanos time_ns, std::string line, Labels metadata = {}) {
    std::ranges::sort(labels);
    std::ranges::sort(metadata);
    std::lock_guard lock(mutex_);
    auto& stored = stream_of(labels);
    const StoredRow row{time_ns, ++arrivals_, std::move(line), std::move(metadata)};
    const auto at = std::ranges::upper_bound(stored.rows, time_ns, {}, &StoredRow::time_ns);
    const auto& added = *stored.rows.insert(at, row);
    const std::vector<LabelView> views(added.metadata.begin(), added.metadata.end());
    for (const auto* tail : tails_) tail->offer(stored.stream, {added.time_ns, added.arrival, added.line, views});
  }

  Status scan(const ScanRequest& request, RowSink& sink) const override {
    OC_TRY_ASSIGN(const auto matchers, CompiledMatchers::compile(request.matchers));
    OC_TRY_ASSIGN(const auto filters, CompiledLineFilters::compile(request.line_filters));
    std::lock_guard lock(mutex_);
    std::uint64_t bytes = 0;
    for (const auto& [labels, stored] : streams_) {
      if (!matchers.matches(labels)) continue;
      auto rows = rows_between(stored, request.start_ns, request.end_ns);
      if (request.direction == Direction::kBackward) std::ranges::reverse(rows);
      for (std::size_t at = 0; at < rows.size(); at += kBlockRows) {
        OC_TRY(request.interruption.check());
        const auto block = std::span(rows).subspan(at, std::min(kBlockRows, rows.size() - at));
        const auto [first, last] = std::minmax(block.front()->time_ns, block.back()->time_ns);
        if (!sink.wants(first, last)) continue;
        for (const auto* row : block) bytes += row->line.size();
        if (request.max_bytes != 0 && bytes > request.max_bytes)
          return permanent("the query would read too many bytes");
        if (!hand_out(stored.stream, block, filters, sink)) return {};
      }
    }
    return {};
  }

  Result<std::vector<StreamPtr>> streams(std::span<const Matcher> matchers, Nanos start_ns,
                                         Nanos end_ns) const override {
    OC_TRY_ASSIGN(const auto compiled, CompiledMatchers::compile(matchers));
    std::lock_guard lock(mutex_);
    std::vector<StreamPtr> found;
    for (const auto& [labels, stored] : streams_) {
      if (compiled.matches(labels) && !rows_between(stored, start_ns, end_ns).empty())
        found.push_back(std::make_shared<const Stream>(stored.stream));
    }
    return found;
  }

  std::unique_ptr<TailSubscription> tail(std::vector<Matcher> matchers, std::vector<LineFilter> line_filters,
                                         std::function<void(const Stream&, const Row&)> on_row) override {
    auto tail = std::make_unique<Tail>(Tail{*this, *CompiledMatchers::compile(matchers),
                                            *CompiledLineFilters::compile(line_filters), std::move(on_row)});
    std::lock_guard lock(mutex_);
    tails_.push_back(tail.get());
    return std::make_unique<Subscription>(std::move(tail));
  }

 private:
  struct StoredRow {
    Nanos time_ns = 0;
    std::uint64_t arrival = 0;
    std::string line;
    Labels metadata;
  };
  struct StoredStream {
    Stream stream;
    std::vector<StoredRow> rows;  // by time, then arrival
  };
  struct Tail {
    MemoryLogReader& reader;
    CompiledMatchers matchers;
    CompiledLineFilters filters;
    std::function<void(const Stream&, const Row&)> on_row;
    void offer(const Stream& stream, const Row& row) const {
      if (matchers.matches(stream.labels) && filters.matches(row.line)) on_row(stream, row);
    }
  };
  class Subscription final : public TailSubscription {
   public:
    explicit Subscription(std::unique_ptr<Tail> tail) : tail_(std::move(tail)) {}
    ~Subscription() override {
      std::lock_guard lock(tail_->reader.mutex_);
      std::erase(tail_->reader.tails_, tail_.get());
    }

   private:
    std::unique_ptr<Tail> tail_;
  };

  StoredStream& stream_of(const Labels& labels) {
    auto& stored = streams_[labels];
    if (stored.stream.id == 0) stored.stream = {streams_.size(), labels};
    return stored;
  }

  static std::vector<const StoredRow*> rows_between(const StoredStream& stored, Nanos start_ns, Nanos end_ns) {
    std::vector<const StoredRow*> rows;
    for (const auto& row : stored.rows) {
      if (row.time_ns >= start_ns && row.time_ns < end_ns) rows.push_back(&row);
    }
    return rows;
  }

  static bool hand_out(const Stream& stream, std::span<const StoredRow* const> block,
                       const CompiledLineFilters& filters, RowSink& sink) {
    std::vector<std::vector<LabelView>> metadata;
    metadata.reserve(block.size());
    std::vector<Row> rows;
    for (const auto* row : block) {
      if (!filters.matches(row->line)) continue;
      metadata.emplace_back(row->metadata.begin(), row->metadata.end());
      rows.push_back({row->time_ns, row->arrival, row->line, metadata.back()});
    }
    return rows.empty() || sink.rows(stream, rows);
  }

  mutable std::mutex mutex_;
  std::uint64_t arrivals_ = 0;
  std::map<Labels, StoredStream> streams_;
  std::vector<const Tail*> tails_;
};

}  // namespace oc::query
