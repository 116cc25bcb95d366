#include "collector/extensions/file_storage/key_value_log.h"

#include <algorithm>
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
// A large queue must not hold a multiple of itself on the disk.
constexpr std::uint64_t kMaxDeadBytes = 64 << 20;
// Kept free beside the file for a rewrite on a full disk, which may be full of the file's own dead records: what the
// offsets of 2,500 files need. A queue is that small some time after its sink takes it.
constexpr off_t kReserveBytes = 1 << 20;

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

// Where a valid record begins, from `at` on; npos: nowhere.
std::size_t next_record(std::string_view content, std::size_t at) {
  while (at < content.size() && !parse_record(content.substr(at))) at = content.find(kMagic, at + 1);
  return at < content.size() ? at : std::string_view::npos;
}

// One byte of it was hit, and no record is behind it.
bool is_damaged_header(std::string_view content) {
  if (content.size() > kHeader.size()) return false;
  int wrong = 0;
  for (std::size_t i = 0; i < content.size(); ++i) wrong += content[i] != kHeader[i] ? 1 : 0;
  return wrong == 1;
}

// Where the records begin. Whose file it is, a record says as surely as the header: its sum is one of 64 bits.
Result<std::size_t> first_record(std::string_view content, KeyValueScan& scan) {
  if (content.starts_with(kHeader)) return kHeader.size();
  // A header that was cut short by a crash at creation holds nothing yet.
  if (kHeader.starts_with(content)) return content.size();
  const bool has_records = next_record(content, 0) != std::string_view::npos;
  if (!has_records && !is_damaged_header(content))
    return permanent("it does not begin with 'ONECOLLECTOR-KV 1'", "name another directory, or move the file away");
  scan.damaged_header = true;
  scan.damaged_bytes = std::min(content.size(), kHeader.size());
  return scan.damaged_bytes;
}

}  // namespace

Result<KeyValueScan> scan_key_values(std::string_view content) {
  KeyValueScan scan;
  OC_TRY_ASSIGN(std::size_t at, first_record(content, scan));
  if (at < kHeader.size()) return scan;
  scan.valid_end = at;
  while ((at = next_record(content, at)) != std::string_view::npos) {
    if (at != scan.valid_end) {
      if (scan.damaged_bytes == 0) scan.damaged_at = scan.valid_end;
      scan.damaged_bytes += at - scan.valid_end;
    }
    const auto record = *parse_record(content.substr(at));
    if (record.value) {
      scan.values.insert_or_assign(std::string(record.key), std::string(*record.value));
    } else {
      scan.values.erase(std::string(record.key));
    }
    at += record.size;
    scan.valid_end = at;
  }
  return scan;
}

Result<KeyValueLog> KeyValueLog::open(const std::filesystem::path& file, bool fsync) {
  KeyValueLog log(file, fsync);
  OC_TRY(log.load());
  return log;
}

// A full disk is no reason not to start: what could not be written now is written later.
Status KeyValueLog::load() {
  ::unlink(temporary().c_str());  // a rewrite that a kill ended
  OC_TRY_ASSIGN(fd_, open_file(file_, O_RDWR | O_CREAT, 0600));
  OC_TRY_ASSIGN(const std::string content, read_file(file_, kMaxFileBytes));
  auto scan = scan_key_values(content);
  if (!scan) return in_context(scan.error(), file_.string());
  loaded_ = std::move(scan->values);
  damaged_bytes_ = scan->damaged_bytes;
  size_ = scan->valid_end;
  reserve_room();
  cut_bytes_ = content.size() - size_;
  if (cut_bytes_ > 0) {
    log::warn("{}: the last {} bytes, of an unfinished write or damaged, were cut off; the values before them hold",
              file_.string(), cut_bytes_);
    if (::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0) return errno_error("truncate", file_, errno);
  }
  if (damaged_bytes_ == 0) return {};
  log::error(
      "{}: {} damaged bytes at {} were skipped; files may be read again from an older offset, and requests of a queue "
      "be missing or sent again; look after the disk",
      file_.string(), damaged_bytes_, scan->damaged_at);
  if (auto rewritten = rewrite(loaded_); !rewritten)
    log::warn("{}; the damaged bytes stay in the file until it is rewritten", rewritten.error().text());
  return {};
}

Status KeyValueLog::append(std::span<const Storage::Write> writes) {
  std::string bytes(size_ == 0 ? kHeader : std::string_view());
  for (const auto& write : writes) append_record(bytes, write.key, write.value);
  // Whole records of a write that failed would, behind shorter ones, count as newer than these.
  if (untidy_ && ::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0) return errno_error("truncate", file_, errno);
  untidy_ = false;
  if (::lseek(fd_.get(), static_cast<off_t>(size_), SEEK_SET) < 0) return errno_error("seek", file_, errno);
  auto written = write_all(fd_.get(), bytes, file_);
  if (written && fsync_ && ::fdatasync(fd_.get()) != 0) written = errno_error("sync", file_, errno);
  if (!written) {
    // Part of it may be on disk: take it back, so that nothing half-written stands before later records.
    untidy_ = ::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0;
    written.error().kind = Error::Kind::kRetryable;
    return written;
  }
  size_ += bytes.size();
  return {};
}

bool KeyValueLog::wants_rewrite(const Values& live) const {
  if (size_ <= kRewriteAboveBytes) return false;
  const auto needed = live_bytes(live);
  return size_ > kRewriteAboveFactor * needed || size_ > needed + kMaxDeadBytes;
}

bool KeyValueLog::mostly_dead(const Values& live) const { return size_ > 2 * live_bytes(live); }

std::uint64_t KeyValueLog::live_bytes(const Values& live) {
  std::uint64_t bytes = kHeader.size();
  for (const auto& [key, value] : live) bytes += kRecordHeaderBytes + key.size() + value.size();
  return bytes;
}

Status KeyValueLog::rewrite(const Values& live) {
  std::string content(kHeader);
  for (const auto& [key, value] : live) append_record(content, key, value);
  auto replacement = write_replacement(content);
  if (!replacement && ::unlink(reserve().c_str()) == 0) replacement = write_replacement(content);
  if (!replacement) {
    ::unlink(temporary().c_str());
    return std::unexpected(replacement.error());
  }
  if (::rename(temporary().c_str(), file_.c_str()) != 0) return errno_error("rename", file_, errno);
  // From here on it is the file, whatever comes.
  fd_ = std::move(*replacement);
  size_ = content.size();
  untidy_ = false;
  reserve_room();
  return sync_directory(file_.parent_path());
}

// Where the file system cannot do that, or has no room, there is none.
void KeyValueLog::reserve_room() const {
  const auto fd = open_file(reserve(), O_RDWR | O_CREAT, 0600);
  if (fd && ::fallocate(fd->get(), 0, 0, kReserveBytes) != 0) ::unlink(reserve().c_str());
}

Result<UniqueFd> KeyValueLog::write_replacement(std::string_view content) const {
  OC_TRY_ASSIGN(UniqueFd fd, open_file(temporary(), O_RDWR | O_CREAT | O_TRUNC, 0600));
  OC_TRY(write_all(fd.get(), content, temporary()));
  if (::fsync(fd.get()) != 0) return errno_error("sync", temporary(), errno);
  return fd;
}

}  // namespace oc::collector
