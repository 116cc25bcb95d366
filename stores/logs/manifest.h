// What belongs to the store: its parts, from which WAL file on rows are not in parts, and the range memory up to there
// (FORMAT.md, "MANIFEST"). Replaced as a whole, so a crash leaves the old or the new one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "stores/logs/file_system.h"
#include "stores/logs/part.h"
#include "stores/logs/range_memory.h"

namespace oc::stores {

struct PartEntry {
  std::uint64_t id = 0;
  PartSummary summary;
  Nanos written_ns = 0;  // the latest wall time its rows may have arrived at
};

struct Manifest {
  std::uint64_t next_file_id = 1;
  std::uint64_t first_wal = 1;  // WAL files below are superseded by parts
  std::uint64_t next_arrival = 1;
  std::vector<PartEntry> parts;
  RangeMemory ranges;

  std::string encode() const;
  static Result<Manifest> decode(std::string_view bytes, const std::string& name_for_errors);
};

// The manifest on disk and its copy in memory, which change together. Thread-safe.
class ManifestFile {
 public:
  // A missing file makes an empty store, unless there are parts: then it was lost, and nothing may be deleted.
  static Result<std::unique_ptr<ManifestFile>> open(FileSystem& files, const std::filesystem::path& directory);
  // On an error nothing has changed.
  Status update(const std::function<void(Manifest&)>& change);
  Manifest current() const;

 private:
  ManifestFile(FileSystem& files, std::filesystem::path path) : files_(files), path_(std::move(path)) {}

  FileSystem& files_;
  std::filesystem::path path_;
  mutable std::mutex mutex_;
  Manifest manifest_;
};

inline constexpr std::string_view kManifestName = "MANIFEST";
std::string wal_name(std::uint64_t id);
std::string part_name(std::uint64_t id);
// The id in a name made by these; nullopt for any other name.
std::optional<std::uint64_t> wal_id(std::string_view name);
std::optional<std::uint64_t> part_id(std::string_view name);

}  // namespace oc::stores
