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

Status read_rows(const HeadStream& stream, std::vector<RowBlockReader>& readers, std::vector<RowPlace>& rows) {
  for (const HeadBlock& block : stream.blocks) {
    OC_TRY_ASSIGN(RowBlockReader reader, RowBlockReader::open(block.block, block.first_arrival));
    const auto index = static_cast<std::uint32_t>(readers.size());
    for (StoredRow row; reader.next(row);) rows.push_back({row, index});
    if (!reader.ok()) return permanent("malformed row block in the head");
    readers.push_back(std::move(reader));
  }
  std::ranges::sort(rows, {}, [](const RowPlace& place) { return std::tie(place.row.time_ns, place.row.arrival); });
  return {};
}

Status write_stream(const HeadStream& stream, PartWriter& writer) {
  std::vector<RowBlockReader> readers;
  std::vector<RowPlace> rows;
  OC_TRY(read_rows(stream, readers, rows));
  OC_TRY(writer.begin_stream(stream.stream->labels));
  std::vector<query::LabelView> own;
  for (const RowPlace& place : rows) {
    const RowBlockReader& reader = readers[place.reader];
    own.clear();
    if (!reader.own(place.row, own)) return permanent("malformed metadata in the head");
    OC_TRY(writer.add(place.row.time_ns, place.row.arrival, place.row.line, reader.shared(place.row), own));
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
    for (const HeadStream* stream : streams) OC_TRY(write_stream(*stream, writer));
    return {};
  });
}

}  // namespace oc::stores
