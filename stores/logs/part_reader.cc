#include <algorithm>

#include <fmt/format.h>

#include "stores/logs/encoded_labels.h"
#include "stores/logs/part.h"
#include "stores/logs/part_format.h"
#include "stores/logs/part_index.h"

namespace oc::stores {

namespace {

struct Trailer {
  std::uint64_t index_offset = 0;
  std::uint64_t index_bytes = 0;
  std::uint64_t index_checksum = 0;
  std::uint32_t version = 0;
};

Result<Trailer> read_trailer(const ReadableFile& file, const std::string& name) {
  OC_TRY_ASSIGN(const std::uint64_t size, file.size());
  if (size < part_format::kHeaderBytes + part_format::kTrailerBytes) return permanent(name + ": too short for a part");
  OC_TRY_ASSIGN(const std::string bytes, file.read(size - part_format::kTrailerBytes, part_format::kTrailerBytes));
  ByteReader in(bytes);
  const Trailer trailer{in.fixed<std::uint64_t>(), in.fixed<std::uint64_t>(), in.fixed<std::uint64_t>(),
                        in.fixed<std::uint32_t>()};
  if (!in.ok() || in.rest() != part_format::kMagic) return permanent(name + ": not a part, or its end is damaged");
  if (trailer.version < part_format::kRowsVersion || trailer.version > part_format::kVersion)
    return permanent(fmt::format("{}: version {}, this program reads {} to {}", name, trailer.version,
                                 part_format::kRowsVersion, part_format::kVersion));
  const std::uint64_t end = size - part_format::kTrailerBytes;
  if (trailer.index_offset > end || trailer.index_bytes != end - trailer.index_offset)
    return permanent(name + ": its index lies outside the file");
  return trailer;
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
  part->version_ = trailer.version;
  auto decoded = decode_index(index, trailer.version);
  if (!decoded) return in_context(std::move(decoded).error(), path.string());
  std::vector<std::string_view> streams;
  streams.reserve(decoded->streams);
  for (ByteReader labels(decoded->labels); !labels.at_end();) streams.push_back(read_labels(labels));
  part->streams_ = registry.intern(streams);
  part->blocks_ = std::move(decoded->blocks);
  part->runs_ = std::move(decoded->runs);
  return part;
}

Status Part::check_header() const {
  OC_TRY_ASSIGN(const std::string bytes, file_->read(0, part_format::kHeaderBytes));
  std::string expected(part_format::kMagic);
  put_fixed(expected, version_);
  put_fixed<std::uint32_t>(expected, 0);
  return bytes == expected ? Status() : permanent(path_.string() + ": its first bytes are damaged");
}

std::string Part::where(const PartBlock& block) const {
  return fmt::format("{}: block at {}", path_.string(), block.offset);
}

Result<std::string> Part::read_checked(std::uint64_t offset, std::uint64_t size, std::uint64_t expected) const {
  const auto damaged = [&](std::string_view how) {
    return permanent(fmt::format("{}: block at {}: {}", path_.string(), offset, how));
  };
  if (size > part_format::kMaxRawBlockBytes) return damaged("larger than any block");
  OC_TRY_ASSIGN(std::string bytes, file_->read(offset, size));
  if (bytes.size() != size || checksum(bytes) != expected) return damaged("checksum does not match");
  return bytes;
}

Result<std::string> Part::read_stored(const PartBlock& block) const {
  return read_checked(block.offset, block.compressed_bytes, block.checksum);
}

Result<std::string> Part::read_rows(const PartBlock& block) const {
  if (block.raw_bytes > part_format::kMaxRawBlockBytes) return permanent(where(block) + ": larger than any block");
  OC_TRY_ASSIGN(const std::string stored, read_stored(block));
  auto raw = columns::decompress(stored, block.raw_bytes);
  return raw ? std::move(raw) : in_context(std::move(raw).error(), where(block));
}

Result<std::unique_ptr<columns::BlockReader>> Part::open_columns(const PartBlock& block, Reading reading) const {
  if (std::max({block.raw_bytes, block.raw_directory_bytes, block.bounds.rows}) > part_format::kMaxRawBlockBytes)
    return permanent(where(block) + ": larger than any block");
  std::string bytes;
  if (reading == Reading::kWhole) {
    OC_TRY_ASSIGN(bytes, read_stored(block));
  } else {
    OC_TRY_ASSIGN(bytes, read_checked(block.offset, block.directory_bytes, block.directory_checksum));
  }
  auto directory =
      columns::decompress(std::string_view(bytes).substr(0, block.directory_bytes), block.raw_directory_bytes);
  if (!directory) return in_context(std::move(directory).error(), where(block));
  columns::ReadBytes read = [this, begin = block.offset + block.directory_bytes](std::uint64_t at, std::uint64_t size) {
    return file_->read(begin + at, size);
  };
  if (reading == Reading::kWhole)
    read = [all = std::move(bytes), begin = block.directory_bytes](std::uint64_t at,
                                                                   std::uint64_t size) -> Result<std::string> {
      return at <= all.size() - begin ? all.substr(begin + at, size) : std::string();
    };
  auto reader = columns::BlockReader::open(std::move(*directory), std::move(read), block.bounds.rows, block.raw_bytes);
  return reader ? std::move(reader) : in_context(std::move(reader).error(), where(block));
}

}  // namespace oc::stores
