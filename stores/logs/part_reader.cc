#include <fmt/format.h>
#include <zstd.h>

#include "stores/logs/append_record.h"
#include "stores/logs/encoding.h"
#include "stores/logs/part.h"
#include "stores/logs/part_format.h"

namespace oc::stores {

namespace {

struct Trailer {
  std::uint64_t index_offset = 0;
  std::uint64_t index_bytes = 0;
  std::uint64_t index_checksum = 0;
};

Result<Trailer> read_trailer(const ReadableFile& file, const std::string& name) {
  OC_TRY_ASSIGN(const std::uint64_t size, file.size());
  if (size < part_format::kHeaderBytes + part_format::kTrailerBytes) return permanent(name + ": too short for a part");
  OC_TRY_ASSIGN(const std::string bytes, file.read(size - part_format::kTrailerBytes, part_format::kTrailerBytes));
  ByteReader in(bytes);
  const Trailer trailer{in.fixed<std::uint64_t>(), in.fixed<std::uint64_t>(), in.fixed<std::uint64_t>()};
  const auto version = in.fixed<std::uint32_t>();
  if (!in.ok() || in.rest() != part_format::kMagic) return permanent(name + ": not a part, or its end is damaged");
  if (version != part_format::kVersion)
    return permanent(fmt::format("{}: version {}, this program reads {}", name, version, part_format::kVersion));
  const std::uint64_t end = size - part_format::kTrailerBytes;
  if (trailer.index_offset > end || trailer.index_bytes != end - trailer.index_offset)
    return permanent(name + ": its index lies outside the file");
  return trailer;
}

PartBlock decode_block(ByteReader& in) {
  PartBlock block;
  block.stream = static_cast<std::uint32_t>(in.varint());
  block.offset = in.varint();
  block.compressed_bytes = in.varint();
  block.raw_bytes = in.varint();
  block.checksum = in.fixed<std::uint64_t>();
  block.bounds.rows = in.varint();
  block.bounds.first_ns = in.signed_varint();
  block.bounds.last_ns = in.signed_varint();
  return block;
}

}  // namespace

Result<std::shared_ptr<const Part>> Part::open(FileSystem& files, const std::filesystem::path& path, std::uint64_t id,
                                               StreamRegistry& registry) {
  auto part = std::make_shared<Part>();
  part->id_ = id;
  part->path_ = path;
  OC_TRY_ASSIGN(part->file_, files.open(path));
  OC_TRY_ASSIGN(const Trailer trailer, read_trailer(*part->file_, path.string()));
  OC_TRY_ASSIGN(const std::string index, part->file_->read(trailer.index_offset, trailer.index_bytes));
  if (checksum(index) != trailer.index_checksum) return permanent(path.string() + ": its index is damaged");
  OC_TRY(part->decode_index(index, registry));
  return part;
}

Status Part::decode_index(std::string_view bytes, StreamRegistry& registry) {
  ByteReader in(bytes);
  const std::uint64_t streams = in.count();
  for (std::uint64_t i = 0; i < streams && in.ok(); ++i) streams_.push_back(registry.intern(decode_labels(in)));
  constexpr std::size_t kSmallestBlock = 15;  // seven varints and a checksum
  const std::uint64_t blocks = in.count(kSmallestBlock);
  blocks_.reserve(blocks);
  for (std::uint64_t i = 0; i < blocks && in.ok(); ++i) {
    blocks_.push_back(decode_block(in));
    if (blocks_.back().stream >= streams_.size()) return permanent(path_.string() + ": its index is inconsistent");
  }
  if (!in.ok() || !in.at_end()) return permanent(path_.string() + ": its index is malformed");
  return {};
}

Result<std::string> Part::read_block(const PartBlock& block) const {
  const auto damaged = [&](std::string_view how) {
    return permanent(fmt::format("{}: block at {}: {}", path_.string(), block.offset, how));
  };
  if (block.raw_bytes > part_format::kMaxRawBlockBytes || block.compressed_bytes > part_format::kMaxRawBlockBytes)
    return damaged("larger than any block");
  OC_TRY_ASSIGN(const std::string compressed, file_->read(block.offset, block.compressed_bytes));
  if (compressed.size() != block.compressed_bytes || checksum(compressed) != block.checksum)
    return damaged("checksum does not match");
  std::string raw(block.raw_bytes, '\0');
  const std::size_t size = ZSTD_decompress(raw.data(), raw.size(), compressed.data(), compressed.size());
  if (ZSTD_isError(size) || size != raw.size()) return damaged("does not decompress");
  return raw;
}

}  // namespace oc::stores
