// The file behind `file_storage`: an append-only, checksummed log of key-value records (FORMAT.md). Not thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/result.h"
#include "collector/pipeline/component.h"

namespace oc::collector {

struct KeyValueScan {
  std::map<std::string, std::string, std::less<>> values;
  std::uint64_t valid_end = 0;      // everything behind it is a torn tail
  std::uint64_t damaged_bytes = 0;  // between valid records
  std::uint64_t damaged_at = 0;     // the first of them
  bool damaged_header = false;      // it is not right, but valid records are behind it
};
// Reads the content of a log; whatever the bytes are, it ends and does not fail, except for a foreign header.
Result<KeyValueScan> scan_key_values(std::string_view content);

class KeyValueLog {
 public:
  using Values = std::map<std::string, std::string, std::less<>>;

  // Opens or creates; cuts a torn tail, logs damage and rewrites the file without it.
  static Result<KeyValueLog> open(const std::filesystem::path& file, bool fsync);

  // What the file holds when it was opened; the caller keeps the present state.
  Values take_loaded() { return std::move(loaded_); }
  // How much of the file was damaged, and is left out of that.
  std::uint64_t damaged_bytes() const { return damaged_bytes_; }
  // Likewise at the file's end: of an unfinished write, or of a damaged last record.
  std::uint64_t cut_bytes() const { return cut_bytes_; }
  // Appends all writes and makes them durable, or (retryable error) leaves the file as it was.
  Status append(std::span<const Storage::Write> writes);
  // Whether the file has outgrown `live`.
  bool wants_rewrite(const Values& live) const;
  // Whether a rewrite would make much room.
  bool mostly_dead(const Values& live) const;
  // Makes `live` all that the file holds, or leaves it as it was.
  Status rewrite(const Values& live);

 private:
  KeyValueLog(std::filesystem::path file, bool fsync) : file_(std::move(file)), fsync_(fsync) {}
  Status load();
  Result<UniqueFd> write_replacement(std::string_view content) const;
  void reserve_room() const;
  std::filesystem::path reserve() const { return file_.string() + ".reserve"; }
  std::filesystem::path temporary() const { return file_.string() + ".tmp"; }
  static std::uint64_t live_bytes(const Values& live);

  std::filesystem::path file_;
  bool fsync_;
  UniqueFd fd_;
  std::uint64_t size_ = 0, damaged_bytes_ = 0, cut_bytes_ = 0;
  bool untidy_ = false;  // what a failed append left behind size_ could not be taken back
  Values loaded_;
};

}  // namespace oc::collector
