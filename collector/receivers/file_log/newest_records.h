// Where the newest records of a source begin, for a look at them that leaves no trace. Files are only read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collector/receivers/file_log/checkpoint.h"
#include "collector/receivers/file_log/config.h"

namespace oc::collector {

struct NewestRecords {
  // For every file that the receiver would read: a receiver that takes these up reads the bytes from `start` to `end`
  // of one of them, and of the others only what is yet to be written.
  std::vector<Checkpoint> checkpoints;
  std::string file_id;      // the one that was written to last; empty: there is no complete line
  std::uint64_t start = 0;  // where a line begins
  std::uint64_t end = 0;    // behind the last complete line there was
};

// At most `lines` lines, or as many as end within `max_bytes`.
NewestRecords newest_records(const FileLogConfig& config, std::uint64_t lines, std::uint64_t max_bytes);
// Whether they can be read still: the file is at its path, and not shorter than they reach.
bool still_there(const NewestRecords& records);

}  // namespace oc::collector
