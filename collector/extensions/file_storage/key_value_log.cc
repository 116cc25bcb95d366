#include "collector/extensions/file_storage/key_value_log.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/log.h"

namespace oc::collector {

namespace {

constexpr std::string_view kHeader = "ONECOLLECTOR-KV 1\n";
constexpr std::string_view kMagic = "OCKV";
constexpr std::size_t kRecordHeaderBytes = 20;
constexpr std::uint32_t kErased = 0xFFFFFFFF;
constexpr std::uint32_t kMaxKeyBytes = 4096;
constexpr std::uint32_t kMaxValueBytes = 16 << 20;
// A log of a million checkpoints; a larger file is not ours.
constexpr std::size_t kMaxFileBytes = 1ull << 30;
// Rewriting smaller files saves nothing worth a rename.
constexpr std::uint64_t kRewriteAboveBytes = 1 << 20;
constexpr std::uint64_t kRewriteAboveFactor = 4;

template <typename T>
T load_number(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

void append_record(std::string& out, std::string_view key, std::optional<std::string_view> value) {
  const std::uint32_t sizes[2] = {static_cast<std::uint32_t>(key.size()),
                                  value ? static_cast<std::uint32_t>(value->size()) : kErased};
  out += kMagic;
  const std::size_t sum_at = out.size();
  out.append(sizeof(std::uint64_t), '\0');
  out.append(reinterpret_cast<const char*>(sizes), sizeof sizes);
  out += key;
  out += value.value_or("");
  const std::size_t summed = sum_at + sizeof(std::uint64_t);
  const std::uint64_t sum = XXH3_64bits(out.data() + summed, out.size() - summed);
  std::memcpy(out.data() + sum_at, &sum, sizeof sum);
}

struct Record {
  std::string_view key;
  std::optional<std::string_view> value;
  std::size_t size = 0;
};

std::optional<Record> parse_record(std::string_view in) {
  if (in.size() < kRecordHeaderBytes || !in.starts_with(kMagic)) return std::nullopt;
  const auto key_size = load_number<std::uint32_t>(in.data() + 12);
  const auto value_size = load_number<std::uint32_t>(in.data() + 16);
  const std::uint32_t value_bytes = value_size == kErased ? 0 : value_size;
  if (key_size == 0 || key_size > kMaxKeyBytes || value_bytes > kMaxValueBytes) return std::nullopt;
  const std::size_t size = kRecordHeaderBytes + key_size + value_bytes;
  if (in.size() < size) return std::nullopt;
  const auto key = in.substr(kRecordHeaderBytes, key_size);
  const auto value = in.substr(kRecordHeaderBytes + key_size, value_bytes);
  if (XXH3_64bits(in.data() + 12, size - 12) != load_number<std::uint64_t>(in.data() + 4)) return std::nullopt;
  return Record{key, value_size == kErased ? std::nullopt : std::optional(value), size};
}

}  // namespace

Result<KeyValueScan> scan_key_values(std::string_view content) {
  if (!content.starts_with(kHeader)) {
    // A header that was cut short by a crash at creation holds nothing yet.
    if (kHeader.starts_with(content)) return KeyValueScan{};
    return permanent("it does not begin with 'ONECOLLECTOR-KV 1'", "name another directory, or move the file away");
  }
  KeyValueScan scan;
  scan.valid_end = kHeader.size();
  std::size_t at = kHeader.size();
  while (at < content.size()) {
    if (const auto record = parse_record(content.substr(at))) {
      if (at != scan.valid_end) {
        if (scan.damaged_bytes == 0) scan.damaged_at = scan.valid_end;
        scan.damaged_bytes += at - scan.valid_end;
      }
      if (record->value) {
        scan.values.insert_or_assign(std::string(record->key), std::string(*record->value));
      } else {
        scan.values.erase(std::string(record->key));
      }
      at += record->size;
      scan.valid_end = at;
    } else {
      at = content.find(kMagic, at + 1);
      if (at == std::string_view::npos) break;
    }
  }
  return scan;
}

Result<KeyValueLog> KeyValueLog::open(const std::filesystem::path& file, bool fsync) {
  KeyValueLog log(file, fsync);
  OC_TRY(log.load());
  return log;
}

Status KeyValueLog::load() {
  OC_TRY_ASSIGN(fd_, open_file(file_, O_RDWR | O_CREAT, 0600));
  OC_TRY_ASSIGN(const std::string content, read_file(file_, kMaxFileBytes));
  auto scan = scan_key_values(content);
  if (!scan) return in_context(scan.error(), file_.string());
  loaded_ = std::move(scan->values);
  damaged_bytes_ = scan->damaged_bytes;
  if (scan->valid_end == 0 || scan->damaged_bytes > 0) {
    if (scan->damaged_bytes > 0)
      log::error("{}: {} damaged bytes at {} were skipped; files may be read again from an older offset",
                 file_.string(), scan->damaged_bytes, scan->damaged_at);
    return rewrite(loaded_);
  }
  if (scan->valid_end < content.size())
    log::warn("{}: {} bytes of an unfinished write were cut off", file_.string(), content.size() - scan->valid_end);
  size_ = scan->valid_end;
  if (::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0) return errno_error("truncate", file_, errno);
  return {};
}

Status KeyValueLog::append(std::span<const Storage::Write> writes) {
  std::string bytes;
  for (const auto& write : writes) append_record(bytes, write.key, write.value);
  if (::lseek(fd_.get(), static_cast<off_t>(size_), SEEK_SET) < 0) return errno_error("seek", file_, errno);
  auto written = write_all(fd_.get(), bytes, file_);
  if (written && fsync_ && ::fdatasync(fd_.get()) != 0) written = errno_error("sync", file_, errno);
  if (!written) {
    // Part of it may be on disk: take it back, so that nothing half-written stands before later records.
    if (::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0)
      log::error("{}", errno_error("truncate", file_, errno).error().text());
    written.error().kind = Error::Kind::kRetryable;
    return written;
  }
  size_ += bytes.size();
  return {};
}

bool KeyValueLog::wants_rewrite(const Values& live) const {
  if (size_ <= kRewriteAboveBytes) return false;
  std::uint64_t live_bytes = 0;
  for (const auto& [key, value] : live) live_bytes += kRecordHeaderBytes + key.size() + value.size();
  return size_ > kRewriteAboveFactor * live_bytes;
}

Status KeyValueLog::rewrite(const Values& live) {
  std::string content(kHeader);
  for (const auto& [key, value] : live) append_record(content, key, value);
  OC_TRY(write_file_atomic(file_, content, 0600));
  OC_TRY_ASSIGN(fd_, open_file(file_, O_RDWR));
  size_ = content.size();
  return {};
}

}  // namespace oc::collector
