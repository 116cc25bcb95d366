#include "stores/http/stream_sizes.h"

#include <algorithm>
#include <unordered_map>

#include "query/logql/limits.h"

namespace oc::stores {

namespace {

class SizeSink final : public query::RowSink {
 public:
  explicit SizeSink(std::span<const TimeSpan> spans) : spans_(spans) {}

  bool rows(const query::Stream& stream, std::span<const query::Row> rows) override {
    auto& known = streams_[stream.id];
    if (known.second.empty()) known = {stream.labels, std::vector<StreamSize>(spans_.size())};
    for (const auto& row : rows) {
      const auto span = std::ranges::upper_bound(spans_, row.time_ns, {}, &TimeSpan::end_ns);
      if (span == spans_.end()) continue;
      auto& size = known.second[static_cast<std::size_t>(span - spans_.begin())];
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
  std::span<const TimeSpan> spans_;
  std::unordered_map<std::uint64_t, std::pair<query::Labels, std::vector<StreamSize>>> streams_;
};

}  // namespace

Result<StreamSizes> measure_streams(const query::LogReader& reader, std::vector<query::Matcher> matchers,
                                    std::span<const TimeSpan> spans, std::stop_token cancelled) {
  if (spans.empty()) return StreamSizes{};
  query::ScanRequest request;
  request.matchers = std::move(matchers);
  request.start_ns = spans.front().start_ns;
  request.end_ns = spans.back().end_ns;
  request.cancelled = std::move(cancelled);
  request.max_bytes = query::kMaxScannedBytes;
  SizeSink sink(spans);
  OC_TRY(reader.scan(request, sink));
  return sink.take();
}

}  // namespace oc::stores
