#include "stores/logs/columns/stretch.h"

#include <array>

#define ZSTD_STATIC_LINKING_ONLY  // for ZSTD_c_literalCompressionMode
#include <zstd.h>

namespace oc::stores::columns {

namespace {
// Smaller ones lie in the directory, which is compressed as a whole: a frame and a checksum would cost more than they
// hold.
constexpr std::size_t kInDirectoryBytes = 192;
constexpr int kDirectoryLevel = 5;

// Whether all bytes come equally often, as far as some of them show: the sum of the squares of their counts tells.
bool looks_random(std::string_view bytes) {
  constexpr std::size_t kRun = 1024, kRuns = 4, kSample = kRun * kRuns;
  if (bytes.size() < kSample) return false;
  std::array<std::uint32_t, 256> counts{};
  for (std::size_t run = 0; run < kRuns; ++run)
    for (const char c : bytes.substr(bytes.size() / kRuns * run, kRun)) ++counts[static_cast<unsigned char>(c)];
  std::uint64_t squares = 0;
  for (const std::uint64_t count : counts) squares += count * count;
  // Random bytes give 256 + 4096 * 4096 / 256 of it per 4096, give or take a fiftieth.
  return squares < (kSample * kSample / 256 + kSample) * 21 / 20;
}
}  // namespace

StretchWriter::StretchWriter() : context_(ZSTD_createCCtx()) {}
void StretchWriter::Free::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }

std::string StretchWriter::compress(std::string_view bytes, int level) {
  std::string out;
  out.resize_and_overwrite(ZSTD_compressBound(bytes.size()), [&](char* to, std::size_t room) {
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_literalCompressionMode, ZSTD_ps_enable);
    const std::size_t size = ZSTD_compress2(context_.get(), to, room, bytes.data(), bytes.size());
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
  const std::string compressed = looks_random(bytes) ? std::string() : compress(bytes, level);
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

Result<std::string> StretchReader::read_stored(std::span<const Stretch> stretches) const {
  std::uint64_t begin = 0, size = 0;
  for (const Stretch& stretch : stretches) {
    if (stretch.stored_bytes == 0) continue;
    if (size == 0) begin = stretch.offset;
    OC_TRY(allow(stretch.raw_bytes));
    OC_TRY(allow(stretch.stored_bytes));
    size += stretch.stored_bytes;
  }
  if (size == 0) return std::string();
  OC_TRY_ASSIGN(std::string stored, read_(begin, size));
  if (stored.size() != size) return permanent("malformed column block: a stretch ends beyond the block");
  return stored;
}

Result<LoadedStretches> StretchReader::load(std::span<const Stretch> stretches, std::uint64_t expected_bytes) {
  for (const Stretch& stretch : stretches)
    if (stretch.raw_bytes != expected_bytes) return permanent("malformed column block: a stretch of another size");
  LoadedStretches loaded;
  OC_TRY_ASSIGN(loaded.stored, read_stored(stretches));
  std::string_view rest = loaded.stored;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const Stretch& stretch = stretches[i];
    const std::string_view stored = rest.substr(0, stretch.stored_bytes);
    rest.remove_prefix(stored.size());
    loaded.bytes[i] = stretch.coding == Stretch::Coding::kInDirectory ? stretch.in_directory : stored;
    if (stretch.coding == Stretch::Coding::kInDirectory) continue;
    if (static_cast<std::uint32_t>(checksum(stored)) != stretch.checksum)
      return permanent("checksum of a stretch does not match");
    if (stretch.coding == Stretch::Coding::kRaw) continue;
    OC_TRY_ASSIGN(loaded.unpacked[i], decompress(stored, stretch.raw_bytes));
    loaded.bytes[i] = loaded.unpacked[i];
  }
  return loaded;
}

Result<std::string> StretchReader::load(const Stretch& stretch, std::uint64_t expected_bytes) {
  OC_TRY_ASSIGN(LoadedStretches loaded, load(std::span(&stretch, 1), expected_bytes));
  switch (stretch.coding) {
    case Stretch::Coding::kInDirectory:
      return std::string(stretch.in_directory);
    case Stretch::Coding::kRaw:
      return std::move(loaded.stored);
    case Stretch::Coding::kZstd:
      break;
  }
  return std::move(loaded.unpacked[0]);
}

namespace {
struct FreeDecompressor {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};
}  // namespace

Result<std::string> decompress(std::string_view bytes, std::uint64_t raw_bytes) {
  // Making one takes longer than a short stretch does.
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context(ZSTD_createDCtx());
  if (!context) return retryable("no memory to decompress with");
  std::string raw;
  raw.resize_and_overwrite(raw_bytes, [&](char* to, std::size_t) {
    const std::size_t size = ZSTD_decompressDCtx(context.get(), to, raw_bytes, bytes.data(), bytes.size());
    return ZSTD_isError(size) ? 0 : size;
  });
  if (raw.size() != raw_bytes) return permanent("does not decompress");
  return raw;
}

}  // namespace oc::stores::columns
