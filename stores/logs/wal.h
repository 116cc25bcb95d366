// The write-ahead log: one checksummed frame a request (FORMAT.md, "WAL"). A file is written from its creation until
// the head it belongs to is sealed; it is never appended to by a later process.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "stores/logs/file_system.h"

namespace oc::stores {

struct WalFrame {
  std::uint64_t first_arrival = 0;  // of the record's rows
  std::string_view record;
  std::uint64_t record_checksum = 0;  // checksum(record): taken by the appender, off the committer's thread
};

class WalWriter {
 public:
  static Result<std::unique_ptr<WalWriter>> create(FileSystem& files, const std::filesystem::path& path);
  // All frames are durable, or none will be seen by this process again. After an error the file's tail is put back to
  // the last durable frame before anything else is written.
  Status commit(std::span<const WalFrame> frames);
  std::uint64_t size_bytes() const { return durable_bytes_; }

 private:
  WalWriter(std::unique_ptr<WritableFile> file, std::uint64_t salt) : file_(std::move(file)), salt_(salt) {}
  Status write_header();
  Status write(std::span<const WalFrame> frames);
  Status repair_tail();

  std::unique_ptr<WritableFile> file_;
  std::uint64_t salt_;
  std::uint64_t durable_bytes_ = 0;
  bool tail_is_dirty_ = false;
};

struct WalReplay {
  std::uint64_t bytes = 0;  // of the file
  std::uint64_t frames = 0;
  std::uint64_t damaged_frames = 0;  // in the middle: skipped, the frames after them were read
  std::uint64_t torn_bytes = 0;      // at the end, of a write that never was acknowledged: cut off
};

// Calls `on_frame` for each whole frame in order; the view lives until it returns. An unreadable file is an error, a
// damaged one is not.
Result<WalReplay> read_wal(FileSystem& files, const std::filesystem::path& path,
                           const std::function<void(const WalFrame&)>& on_frame);
// Likewise, and cuts the torn bytes off.
Result<WalReplay> replay_wal(FileSystem& files, const std::filesystem::path& path,
                             const std::function<void(const WalFrame&)>& on_frame);

}  // namespace oc::stores
