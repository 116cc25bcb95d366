// What the agent remembers of its sources between runs (FORMAT.md): which file is which source. A source keeps its id
// through rotation, renaming and restarts of the agent.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/discovery/named_files.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/log_source.h"

namespace oc::agent {

using SteadyTime = std::chrono::steady_clock::time_point;

struct KnownSource {
  std::string id;
  std::string path;                  // without links; of several hard links the first one seen
  std::vector<std::string> aliases;  // sorted
  FileIdentity file;                 // the file now, or last, at `path`
  std::uint64_t start_offset = 0;
  std::uint64_t skipped_bytes = 0;
  std::string first_run;  // what the first-run policy did, for people; empty: nothing
  Nanos discovered_at_ns = 0;
  Metadata said;  // by its container or process; empty: it was found by where it lies
  model::LogShape shape;
  unsigned inferences = 0;               // of the present file
  std::uint64_t inferred_at_size = 0;    // its size at the last one
  std::optional<SteadyTime> gone_since;  // not kept between runs
};

// A file that belonged to a source and is no longer its live file: rotated away. It is never a source of its own while
// that source lives, or its lines would be collected twice.
struct RetiredFile {
  std::string source_id;
  std::string path;                        // where the source lived
  std::optional<SteadyTime> unseen_since;  // not kept between runs
};

struct Inventory {
  Nanos first_started_ns = 0;  // of the agent's first run: files older than this fall under the first-run policy
  std::uint64_t backfill_left_bytes = 0;
  std::map<std::string, KnownSource> sources;  // by id
  std::map<FileIdentity, RetiredFile> retired;
};

std::string encode_inventory(const Inventory& inventory);
Result<Inventory> decode_inventory(std::string_view text);

// A missing file is an empty optional. A damaged one is set aside as PATH.damaged with a line in the log, and is an
// empty optional, too: the sources are found again, those of unrotated files under the same ids.
Result<std::optional<Inventory>> load_inventory(const std::filesystem::path& path);
Status save_inventory(const std::filesystem::path& path, const Inventory& inventory);

}  // namespace oc::agent
