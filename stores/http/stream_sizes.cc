#include "stores/http/stream_sizes.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "query/logql/limits.h"

namespace oc::stores {

namespace {

class SizeSink final : public query::RowSink {
 public:
  SizeSink(std::span<const TimeSpan> spans, SizeKeys keys) : spans_(spans), keys_of_(std::move(keys)) {}

  // Most blocks lie in one span.
  bool takes_whole(const query::Stream& stream, Nanos first_ns, Nanos last_ns, std::uint64_t rows,
                   std::uint64_t bytes) override {
    const auto span = span_of(first_ns);
    if (span == spans_.size() || span != span_of(last_ns)) return false;
    add(keys_of(stream), span, {rows, bytes});
    return !too_many_;
  }

  bool takes_batches() const override { return true; }
  Result<bool> batch(query::RowBatch& batch) override {
    OC_TRY_ASSIGN(const auto times, batch.times());
    const auto& keys = keys_of(batch.stream());
    const double bytes_a_row = static_cast<double>(batch.bytes()) / static_cast<double>(batch.size());
    for (std::size_t i = 0; i < times.size();) {
      const auto span = span_of(times[i]);
      const auto first = i++;
      if (span == spans_.size()) continue;
      while (i < times.size() && times[i] >= spans_[span].start_ns && times[i] < spans_[span].end_ns) ++i;
      const auto rows = i - first;
      add(keys, span, {rows, static_cast<std::uint64_t>(std::llround(bytes_a_row * static_cast<double>(rows)))});
    }
    return !too_many_;
  }

  // Of the head, or of streams with pending deletes.
  bool rows(const query::Stream& stream, std::span<const query::Row> rows) override {
    const auto& keys = keys_of(stream);
    for (const auto& row : rows) {
      const auto span = span_of(row.time_ns);
      if (span == spans_.size()) continue;
      StreamSize size{1, row.line.size()};
      for (const auto& [name, value] : row.metadata) size.bytes += value.size();
      add(keys, span, size);
    }
    return !too_many_;
  }

  Result<Sizes> take() const {
    if (too_many_)
      return permanent("the sizes of all series at all times take more than 64 MiB",
                       "widen the step, narrow the selector, or name few targetLabels");
    Sizes sizes;
    for (const auto& [labels, number] : numbers_) {
      const auto own = std::span(sizes_).subspan(number * spans_.size(), spans_.size());
      if (std::ranges::any_of(own, [](const StreamSize& size) { return size.entries > 0; }))
        sizes.emplace(labels, std::vector(own.begin(), own.end()));
    }
    return sizes;
  }

 private:
  std::size_t span_of(Nanos time_ns) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(spans_, time_ns, {}, &TimeSpan::end_ns) - spans_.begin());
  }
  void add(std::span<const std::size_t> keys, std::size_t span, StreamSize size) {
    for (const std::size_t key : keys) {
      auto& sum = sizes_[key * spans_.size() + span];
      sum.entries += size.entries;
      sum.bytes += size.bytes;
    }
  }
  const std::vector<std::size_t>& keys_of(const query::Stream& stream) {
    const auto [known, is_new] = keys_.try_emplace(stream.id);
    if (!is_new || too_many_) return known->second;
    for (auto& labels : keys_of_(stream.labels)) {
      const auto number = numbers_.try_emplace(std::move(labels), numbers_.size()).first->second;
      too_many_ = too_many_ || (number + 1) * spans_.size() * sizeof(StreamSize) > query::kMaxWindowBytes;
      if (too_many_) return known->second;
      sizes_.resize(numbers_.size() * spans_.size());
      known->second.push_back(number);
    }
    return known->second;
  }

  std::span<const TimeSpan> spans_;
  SizeKeys keys_of_;
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> keys_;  // by stream
  std::map<query::Labels, std::size_t> numbers_;                      // of each key
  std::vector<StreamSize> sizes_;                                     // of the first key, span by span; of the second …
  bool too_many_ = false;
};

}  // namespace

Result<Sizes> measure_streams(const query::LogReader& reader, std::vector<query::Matcher> matchers,
                              std::span<const TimeSpan> spans, SizeKeys keys, query::Interruption interruption) {
  if (spans.empty()) return Sizes{};
  query::ScanRequest request;
  request.matchers = std::move(matchers);
  request.start_ns = spans.front().start_ns;
  request.end_ns = spans.back().end_ns;
  request.interruption = std::move(interruption);
  request.max_bytes = query::kMaxScannedBytes;
  request.needs_lines = request.needs_metadata = false;
  SizeSink sink(spans, std::move(keys));
  OC_TRY(reader.scan(request, sink));
  return sink.take();
}

}  // namespace oc::stores
