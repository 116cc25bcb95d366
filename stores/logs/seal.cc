#include "stores/logs/seal.h"

#include <algorithm>
#include <tuple>

#include "stores/logs/part_file.h"

namespace oc::stores {

namespace {

struct RowPlace {
  StoredRow row;
  std::uint32_t reader = 0;
};

class Sealer {
 public:
  explicit Sealer(PartWriter& writer) : writer_(writer) {}
  Status write(const HeadStream& stream);

 private:
  Status read(const HeadStream& stream);

  PartWriter& writer_;
  // Of one stream; kept between streams for their memory.
  std::vector<RowBlockReader> readers_;
  std::vector<RowPlace> rows_;
  std::vector<query::LabelView> own_;
};

Status Sealer::read(const HeadStream& stream) {
  readers_.clear();
  rows_.clear();
  for (const HeadBlock& block : stream.blocks) {
    OC_TRY_ASSIGN(RowBlockReader reader, RowBlockReader::open(block.block, block.first_arrival));
    const auto index = static_cast<std::uint32_t>(readers_.size());
    for (StoredRow row; reader.next(row);) rows_.push_back({row, index});
    if (!reader.ok()) return permanent("malformed row block in the head");
    readers_.push_back(std::move(reader));
  }
  const auto order = [](const RowPlace& place) { return std::tie(place.row.time_ns, place.row.arrival); };
  // Mostly they come in order.
  if (!std::ranges::is_sorted(rows_, {}, order)) std::ranges::sort(rows_, {}, order);
  return {};
}

// What is added lies in the head, which outlives the writer's blocks.
Status Sealer::write(const HeadStream& stream) {
  OC_TRY(read(stream));
  OC_TRY(writer_.begin_stream(stream.stream->labels));
  for (const RowPlace& place : rows_) {
    const RowBlockReader& reader = readers_[place.reader];
    own_.clear();
    if (!reader.own(place.row, own_)) return permanent("malformed metadata in the head");
    OC_TRY(writer_.add(place.row.time_ns, place.row.arrival, place.row.line, reader.shared(place.row), own_));
  }
  return {};
}

}  // namespace

Result<PartSummary> write_head_as_part(FileSystem& files, const std::filesystem::path& path, const Head& head,
                                       std::size_t block_bytes) {
  return write_part_file(files, path, block_bytes, [&](PartWriter& writer) -> Status {
    std::vector<const HeadStream*> streams;
    for (const auto& [id, stream] : head.streams()) streams.push_back(&stream);
    std::ranges::sort(streams, {}, [](const HeadStream* stream) -> const auto& { return stream->stream->labels; });
    Sealer sealer(writer);
    for (const HeadStream* stream : streams) OC_TRY(sealer.write(*stream));
    return {};
  });
}

}  // namespace oc::stores
