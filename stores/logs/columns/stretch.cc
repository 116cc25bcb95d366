#include "stores/logs/columns/stretch.h"

#include <zstd.h>

namespace oc::stores::columns {

namespace {
// Smaller ones lie in the directory, which is compressed as a whole: a frame and a checksum would cost more than they
// hold.
constexpr std::size_t kInDirectoryBytes = 192;
constexpr int kDirectoryLevel = 5;
}  // namespace

StretchWriter::StretchWriter() : context_(ZSTD_createCCtx()) {}
StretchWriter::~StretchWriter() { ZSTD_freeCCtx(context_); }

std::string StretchWriter::compress(std::string_view bytes, int level) {
  std::string out;
  out.resize_and_overwrite(ZSTD_compressBound(bytes.size()), [&](char* to, std::size_t room) {
    const std::size_t size = ZSTD_compressCCtx(context_, to, room, bytes.data(), bytes.size(), level);
    return ZSTD_isError(size) ? 0 : size;  // only for want of memory: then it is stored as it is
  });
  return out;
}

void StretchWriter::put_stretch(std::string_view bytes, int level) {
  put_number(bytes.size());
  if (bytes.size() <= kInDirectoryBytes) {
    directory_.append(bytes);
    return;
  }
  const std::string compressed = compress(bytes, level);
  const bool worth_it = !compressed.empty() && compressed.size() < bytes.size() - bytes.size() / 64;
  const std::string_view stored = worth_it ? std::string_view(compressed) : bytes;
  put_number(worth_it ? stored.size() : 0);
  put_fixed(directory_, static_cast<std::uint32_t>(checksum(stored)));
  data_.append(stored);
}

StretchWriter::Finished StretchWriter::finish() {
  Finished finished{.bytes = compress(directory_, kDirectoryLevel), .raw_directory_bytes = directory_.size()};
  finished.directory_bytes = finished.bytes.size();
  finished.bytes += data_;
  directory_.clear();
  data_.clear();
  return finished;
}

Stretch StretchReader::next_stretch() {
  Stretch stretch;
  stretch.raw_bytes = in_.varint();
  if (stretch.raw_bytes <= kInDirectoryBytes) {
    stretch.in_directory = in_.raw(stretch.raw_bytes);
    return stretch;
  }
  const std::uint64_t compressed = in_.varint();
  stretch.coding = compressed == 0 ? Stretch::Coding::kRaw : Stretch::Coding::kZstd;
  stretch.stored_bytes = compressed == 0 ? stretch.raw_bytes : compressed;
  stretch.checksum = in_.fixed<std::uint32_t>();
  stretch.offset = next_offset_;
  next_offset_ += stretch.stored_bytes;
  return stretch;
}

Status StretchReader::allow(std::uint64_t bytes) const {
  if (bytes > limit_) return permanent("malformed column block: a column claims to hold more than the block");
  return {};
}

Status StretchReader::charge(std::uint64_t bytes) {
  if (bytes > budget_) return permanent("malformed column block: its columns claim to hold more than the block");
  budget_ -= bytes;
  return {};
}

Result<std::string> StretchReader::load(const Stretch& stretch, std::uint64_t expected_bytes) {
  if (stretch.raw_bytes != expected_bytes) return permanent("malformed column block: a stretch of another size");
  if (stretch.coding == Stretch::Coding::kInDirectory) return std::string(stretch.in_directory);
  OC_TRY(allow(stretch.raw_bytes));
  OC_TRY(allow(stretch.stored_bytes));
  OC_TRY_ASSIGN(std::string stored, read_(stretch.offset, stretch.stored_bytes));
  if (stored.size() != stretch.stored_bytes || static_cast<std::uint32_t>(checksum(stored)) != stretch.checksum)
    return permanent("checksum of a stretch does not match");
  if (stretch.coding == Stretch::Coding::kRaw) return stored;
  return decompress(stored, stretch.raw_bytes);
}

Result<std::string> decompress(std::string_view bytes, std::uint64_t raw_bytes) {
  std::string raw;
  raw.resize_and_overwrite(raw_bytes, [&](char* to, std::size_t) {
    const std::size_t size = ZSTD_decompress(to, raw_bytes, bytes.data(), bytes.size());
    return ZSTD_isError(size) ? 0 : size;
  });
  if (raw.size() != raw_bytes) return permanent("does not decompress");
  return raw;
}

}  // namespace oc::stores::columns
