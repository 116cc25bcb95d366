#include "stores/logs/seal.h"

#include <algorithm>
#include <limits>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "stores/logs/part_file.h"
#include "stores/logs/stream_order.h"

namespace oc::stores {

namespace {

struct RowPlace {
  StoredRow row;
  std::uint32_t reader = 0;
};

// How many blocks each belong together: all rows of them are older than those of the blocks behind. Mostly one.
std::vector<std::size_t> sizes_of_groups(std::span<const Head::Place> blocks) {
  std::vector<Nanos> earliest_behind(blocks.size());
  Nanos earliest = std::numeric_limits<Nanos>::max();
  for (std::size_t i = blocks.size(); i-- > 0; earliest = std::min(earliest, blocks[i].first_ns))
    earliest_behind[i] = earliest;
  std::vector<std::size_t> sizes;
  Nanos latest = std::numeric_limits<Nanos>::min();
  for (std::size_t i = 0, begin = 0; i < blocks.size(); ++i) {
    latest = std::max(latest, blocks[i].last_ns);
    if (latest <= earliest_behind[i]) sizes.push_back(i + 1 - std::exchange(begin, i + 1));
  }
  return sizes;
}

class Sealer {
 public:
  explicit Sealer(PartWriter& writer) : writer_(writer) {}
  // The places are those of the stream.
  Status write(const query::Stream& stream, std::span<const Head::Place> places);

 private:
  Status read(std::span<const Head::Place> group);
  Status write_rows();

  PartWriter& writer_;
  // Of one group; kept between groups for their memory.
  std::vector<RowBlockReader> readers_;
  std::vector<RowPlace> rows_;
  std::vector<query::LabelView> own_;
};

Status Sealer::read(std::span<const Head::Place> group) {
  if (readers_.size() < group.size()) readers_.resize(group.size());
  rows_.clear();
  for (std::uint32_t i = 0; i < group.size(); ++i) {
    OC_TRY(readers_[i].read(group[i].block, group[i].first_arrival));
    for (StoredRow row; readers_[i].next(row);) rows_.push_back({row, i});
    if (!readers_[i].ok()) return permanent("malformed row block in the head");
  }
  const auto order = [](const RowPlace& place) { return std::tie(place.row.time_ns, place.row.arrival); };
  // Mostly they come in order.
  if (!std::ranges::is_sorted(rows_, {}, order)) std::ranges::sort(rows_, {}, order);
  return {};
}

// What is added lies in the head, which outlives the writer's blocks.
Status Sealer::write_rows() {
  for (const RowPlace& place : rows_) {
    const RowBlockReader& reader = readers_[place.reader];
    own_.clear();
    if (!reader.own(place.row, own_)) return permanent("malformed metadata in the head");
    OC_TRY(writer_.add(place.row.time_ns, place.row.arrival, place.row.line, reader.shared(place.row), own_));
  }
  return {};
}

// Group by group: what was read is still in the cache when it is written, and rows wait for few others.
Status Sealer::write(const query::Stream& stream, std::span<const Head::Place> places) {
  OC_TRY(writer_.begin_stream(stream.labels));
  for (const std::size_t size : sizes_of_groups(places)) {
    OC_TRY(read(places.first(size)));
    OC_TRY(write_rows());
    places = places.subspan(size);
  }
  return {};
}

// The head's places, those of a stream together, the streams in order; in order of arrival within a stream.
std::vector<Head::Place> by_stream(const Head& head, std::span<const std::uint32_t> streams) {
  std::vector<std::size_t> next(streams.size() + 1);  // by stream, where its next place belongs
  for (const Head::Place& place : head.places()) ++next[place.stream];
  std::size_t begin = 0;
  for (const std::uint32_t stream : streams) begin += std::exchange(next[stream], begin);
  std::vector<Head::Place> places(head.places().size());
  for (const Head::Place& place : head.places()) places[next[place.stream]++] = place;
  return places;
}

Status write_head(PartWriter& writer, const Head& head) {
  Sealer sealer(writer);
  const auto places = by_stream(head, in_order_of_labels(head.streams()));
  for (auto begin = places.begin(), end = begin; begin != places.end(); begin = end) {
    end = std::find_if(begin, places.end(), [&](const auto& place) { return place.stream != begin->stream; });
    OC_TRY(sealer.write(*head.streams()[begin->stream], {begin, end}));
  }
  return {};
}

}  // namespace

Result<PartSummary> write_head_as_part(FileSystem& files, const std::filesystem::path& path, const Head& head,
                                       std::size_t block_bytes) {
  return write_part_file(files, path, block_bytes, [&](PartWriter& writer) { return write_head(writer, head); });
}

}  // namespace oc::stores
