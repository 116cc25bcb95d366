#include "stores/logs/columns/stretch.h"

#include <algorithm>
#include <array>
#include <utility>

#define ZSTD_STATIC_LINKING_ONLY  // for ZSTD_c_literalCompressionMode
#include <zstd.h>

namespace oc::stores::columns {

namespace {
// Smaller ones lie in the directory, which is compressed as a whole: a frame and a checksum would cost more than they
// hold.
constexpr std::size_t kInDirectoryBytes = 192;
constexpr int kDirectoryLevel = 5;
// Looks for repeats where bytes come in runs; those are found quickly.
constexpr int kRunsLevel = 1;

// Calls visit(byte, the one before it) for all, or for some of many.
template <typename Visit>
std::size_t for_each_of_some(std::string_view bytes, Visit visit) {
  constexpr std::size_t kRun = 1024, kRuns = 4;
  std::size_t visited = 0;
  const std::size_t stride = std::max(kRun, bytes.size() / kRuns);
  for (std::size_t begin = 1; begin < bytes.size(); begin += stride)
    for (std::size_t i = begin; i < std::min(begin + kRun, bytes.size()); ++i, ++visited)
      visit(static_cast<unsigned char>(bytes[i]), static_cast<unsigned char>(bytes[i - 1]));
  return visited;
}

// Whether all bytes come equally often, as far as some of them show: the sum of the squares of their counts tells.
bool looks_random(std::string_view bytes) {
  constexpr std::size_t kFewest = 4096;
  if (bytes.size() < kFewest) return false;
  std::array<std::uint32_t, 256> counts{};
  const std::size_t all = for_each_of_some(bytes, [&](unsigned char byte, unsigned char) { ++counts[byte]; });
  std::uint64_t squares = 0;
  for (const std::uint64_t count : counts) squares += count * count;
  // Random bytes give n + n * n / 256 of it, give or take a fiftieth.
  return squares < (all * all / 256 + all) * 21 / 20;
}

// Whether most bytes are the same as the one before.
bool runs_on(std::string_view bytes) {
  std::size_t same = 0;
  const std::size_t all = for_each_of_some(bytes, [&](unsigned char a, unsigned char b) { same += a == b; });
  return same > all - all / 8;
}

StretchWriter::Packed as_it_is(std::string bytes) {
  const std::uint64_t size = bytes.size();
  return {.bytes = std::move(bytes), .raw_bytes = size};
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

StretchWriter::Packed StretchWriter::pack(std::string bytes, int level) {
  if (bytes.size() <= kInDirectoryBytes || looks_random(bytes)) return as_it_is(std::move(bytes));
  std::string compressed = compress(bytes, level == kNumberLevel && runs_on(bytes) ? kRunsLevel : level);
  const bool worth_it = !compressed.empty() && compressed.size() < bytes.size() - bytes.size() / 64;
  if (!worth_it) return as_it_is(std::move(bytes));
  return {.bytes = std::move(compressed), .raw_bytes = bytes.size(), .compressed = true};
}

void StretchWriter::put_stretch(const Packed& packed) {
  put_number(packed.raw_bytes);
  if (packed.raw_bytes <= kInDirectoryBytes) {
    directory_.append(packed.bytes);
    return;
  }
  put_number(packed.compressed ? packed.bytes.size() : 0);
  put_fixed(directory_, static_cast<std::uint32_t>(checksum(packed.bytes)));
  data_.append(packed.bytes);
}

void StretchWriter::put_plain_stretch(std::string_view bytes) {
  if (bytes.size() <= kInDirectoryBytes) {
    directory_.append(bytes);
    return;
  }
  put_fixed(directory_, static_cast<std::uint32_t>(checksum(bytes)));
  data_.append(bytes);
}

void StretchWriter::begin_inner() {
  outer_ = std::exchange(directory_, {});
  inner_begin_ = data_.size();
}

void StretchWriter::end_inner() {
  std::string inner = std::exchange(directory_, std::move(outer_));
  put_number(data_.size() - inner_begin_);
  put_stretch(std::move(inner), kDirectoryLevel);
}

StretchWriter::Finished StretchWriter::finish() {
  Finished finished{.bytes = compress(directory_, kDirectoryLevel), .raw_directory_bytes = directory_.size()};
  finished.directory_bytes = finished.bytes.size();
  finished.bytes += data_;
  directory_.clear();
  data_.clear();
  return finished;
}

StretchReader::Inner StretchReader::next_inner() {
  Inner inner{.first_offset = next_offset_, .directory = {}};
  next_offset_ += in_.varint();
  inner.directory = next_stretch();
  return inner;
}

Result<std::unique_ptr<StretchReader>> StretchReader::open(const Inner& inner) {
  OC_TRY_ASSIGN(std::string directory, load(inner.directory, inner.directory.raw_bytes));
  auto reader = std::make_unique<StretchReader>(std::move(directory), read_, limit_, inner.first_offset);
  reader->set_recurring(recurring_);
  return reader;
}

Stretch StretchReader::next_stretch() {
  const std::uint64_t raw_bytes = in_.varint();
  if (raw_bytes <= kInDirectoryBytes) return {.raw_bytes = raw_bytes, .in_directory = in_.raw(raw_bytes)};
  const std::uint64_t compressed = in_.varint();
  if (compressed == 0) return next_in_data(Stretch::Coding::kRaw, raw_bytes, raw_bytes);
  return next_in_data(Stretch::Coding::kZstd, raw_bytes, compressed);
}

Stretch StretchReader::next_plain_stretch(std::uint64_t bytes) {
  if (bytes <= kInDirectoryBytes) return {.raw_bytes = bytes, .in_directory = in_.raw(bytes)};
  return next_in_data(Stretch::Coding::kRaw, bytes, bytes);
}

Stretch StretchReader::next_in_data(Stretch::Coding coding, std::uint64_t raw_bytes, std::uint64_t stored_bytes) {
  const Stretch stretch{.coding = coding,
                        .raw_bytes = raw_bytes,
                        .offset = next_offset_,
                        .stored_bytes = stored_bytes,
                        .checksum = in_.fixed<std::uint32_t>()};
  next_offset_ += stored_bytes;
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
