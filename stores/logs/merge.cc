#include "stores/logs/merge.h"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "stores/logs/part_file.h"

namespace oc::stores {

namespace {

// Merged as soon as this many of one size class wait: each row is rewritten once a class, about log8(size) times.
constexpr std::size_t kFanIn = 8;
constexpr unsigned kBitsOfSizeClass = 3;
// Larger ones are left alone: retention drops whole parts, so one must be a small share of what is kept.
constexpr std::uint64_t kMaxMergedBytes = 512ull << 20;

unsigned size_class(const PartEntry& part) {
  return (std::bit_width(part.summary.file_bytes >> 16) + kBitsOfSizeClass - 1) / kBitsOfSizeClass;
}

// The rows of one stream in one part, in order.
class StreamCursor {
 public:
  StreamCursor(const Part& part, std::span<const PartBlock> blocks) : part_(part), blocks_(blocks) {}

  Result<bool> advance() {
    while (!reader_ || !reader_->next(row_)) {
      if (reader_ && !reader_->ok()) return permanent("malformed row block");
      if (blocks_.empty()) return false;
      OC_TRY_ASSIGN(bytes_, part_.read_block(blocks_.front()));
      OC_TRY_ASSIGN(reader_, RowBlockReader::open(bytes_, 0));
      blocks_ = blocks_.subspan(1);
    }
    return true;
  }
  bool before(const StreamCursor& other) const {
    return std::tie(row_.time_ns, row_.arrival) < std::tie(other.row_.time_ns, other.row_.arrival);
  }
  Result<bool> removed_by(const RowRemoval& removal, const query::Stream& stream,
                          std::vector<query::LabelView>& metadata) const {
    metadata.clear();
    if (!reader_->metadata(row_, metadata)) return permanent("malformed metadata");
    return removal.removes(stream, {row_.time_ns, row_.arrival, row_.line, metadata});
  }
  Status write(PartWriter& writer, std::vector<query::LabelView>& own) const {
    own.clear();
    if (!reader_->own(row_, own)) return permanent("malformed metadata");
    return writer.add(row_.time_ns, row_.arrival, row_.line, reader_->shared(row_), own);
  }

 private:
  const Part& part_;
  std::span<const PartBlock> blocks_;
  std::string bytes_;
  std::optional<RowBlockReader> reader_;
  StoredRow row_;
};

using Cursors = std::vector<std::unique_ptr<StreamCursor>>;

// Blocks of a part are grouped by stream.
std::span<const PartBlock> blocks_of(const Part& part, std::uint32_t stream) {
  const auto range = std::ranges::equal_range(part.blocks(), stream, {}, &PartBlock::stream);
  return {range.begin(), range.end()};
}

// A stream of which no row is left does not appear.
Status merge_stream(const query::Stream& stream, Cursors cursors, PartWriter& writer, const std::stop_token& stop,
                    const RowRemoval* removal) {
  std::vector<query::LabelView> own;
  bool begun = false;
  const auto advance = [&](std::size_t i) -> Status {
    OC_TRY_ASSIGN(const bool more, cursors[i]->advance());
    if (!more) cursors.erase(cursors.begin() + i);
    return {};
  };
  for (std::size_t i = cursors.size(); i-- > 0;) OC_TRY(advance(i));
  while (!cursors.empty()) {
    if (stop.stop_requested()) return retryable("the merge was stopped");
    const auto first = std::ranges::min_element(cursors, [](const auto& a, const auto& b) { return a->before(*b); });
    bool removed = false;
    if (removal != nullptr) {
      OC_TRY_ASSIGN(removed, (*first)->removed_by(*removal, stream, own));
    }
    if (!removed && !std::exchange(begun, true)) OC_TRY(writer.begin_stream(stream.labels));
    if (!removed) OC_TRY((*first)->write(writer, own));
    OC_TRY(advance(first - cursors.begin()));
  }
  return {};
}

Status merge_into(PartWriter& writer, std::span<const std::shared_ptr<const Part>> parts, std::stop_token stop,
                  const RowRemoval* removal) {
  std::map<std::uint64_t, std::pair<StreamPtr, Cursors>> streams;
  for (const auto& part : parts) {
    for (std::uint32_t i = 0; i < part->streams().size(); ++i) {
      auto& [stream, cursors] = streams[part->streams()[i]->id];
      stream = part->streams()[i];
      cursors.push_back(std::make_unique<StreamCursor>(*part, blocks_of(*part, i)));
    }
  }
  for (auto& [id, entry] : streams) {
    OC_TRY(merge_stream(*entry.first, std::move(entry.second), writer, stop, removal));
  }
  return {};
}

}  // namespace

std::vector<std::uint64_t> choose_merge(std::span<const PartEntry> parts) {
  std::map<unsigned, std::vector<const PartEntry*>> classes;
  for (const PartEntry& part : parts)
    if (part.summary.file_bytes < kMaxMergedBytes / kFanIn) classes[size_class(part)].push_back(&part);
  for (auto& [size, members] : classes) {
    if (members.size() < kFanIn) continue;
    std::ranges::sort(members, {}, [](const PartEntry* part) { return part->summary.bounds.last_ns; });
    std::vector<std::uint64_t> ids;
    for (std::size_t i = 0; i < kFanIn; ++i) ids.push_back(members[i]->id);
    return ids;
  }
  return {};
}

Result<PartSummary> merge_parts(FileSystem& files, const std::filesystem::path& path,
                                std::span<const std::shared_ptr<const Part>> parts, std::size_t block_bytes,
                                std::stop_token stop, const RowRemoval* removal) {
  return write_part_file(files, path, block_bytes,
                         [&](PartWriter& writer) { return merge_into(writer, parts, stop, removal); });
}

}  // namespace oc::stores
