#include "stores/http/stream_sizes.h"

#include <algorithm>
#include <unordered_map>

#include "query/logql/limits.h"

namespace oc::stores {

namespace {

class SizeSink final : public query::RowSink {
 public:
  explicit SizeSink(std::span<const TimeSpan> spans) : spans_(spans) {}

  // Most blocks lie in one span.
  bool takes_whole(const query::Stream& stream, Nanos first_ns, Nanos last_ns, std::uint64_t rows,
                   std::uint64_t bytes) override {
    const auto span = span_of(first_ns);
    if (span == spans_.size() || span != span_of(last_ns)) return false;
    auto& size = sizes_of(stream)[span];
    size.entries += rows;
    size.bytes += bytes;
    return true;
  }

  bool rows(const query::Stream& stream, std::span<const query::Row> rows) override {
    auto& sizes = sizes_of(stream);
    for (const auto& row : rows) {
      const auto span = span_of(row.time_ns);
      if (span == spans_.size()) continue;
      auto& size = sizes[span];
      ++size.entries;
      size.bytes += row.line.size();
      for (const auto& [name, value] : row.metadata) size.bytes += name.size() + value.size();
    }
    return true;
  }

  StreamSizes take() {
    StreamSizes sizes;
    for (auto& [id, stream] : streams_) {
      const auto is_empty = [](const StreamSize& size) { return size.entries == 0; };
      if (!std::ranges::all_of(stream.second, is_empty))
        sizes.emplace(std::move(stream.first), std::move(stream.second));
    }
    return sizes;
  }

 private:
  std::size_t span_of(Nanos time_ns) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(spans_, time_ns, {}, &TimeSpan::end_ns) - spans_.begin());
  }
  std::vector<StreamSize>& sizes_of(const query::Stream& stream) {
    auto& known = streams_[stream.id];
    if (known.second.empty()) known = {stream.labels, std::vector<StreamSize>(spans_.size())};
    return known.second;
  }

  std::span<const TimeSpan> spans_;
  std::unordered_map<std::uint64_t, std::pair<query::Labels, std::vector<StreamSize>>> streams_;
};

}  // namespace

Result<StreamSizes> measure_streams(const query::LogReader& reader, std::vector<query::Matcher> matchers,
                                    std::span<const TimeSpan> spans, query::Interruption interruption) {
  if (spans.empty()) return StreamSizes{};
  query::ScanRequest request;
  request.matchers = std::move(matchers);
  request.start_ns = spans.front().start_ns;
  request.end_ns = spans.back().end_ns;
  request.interruption = std::move(interruption);
  request.max_bytes = query::kMaxScannedBytes;
  SizeSink sink(spans);
  OC_TRY(reader.scan(request, sink));
  return sink.take();
}

}  // namespace oc::stores
