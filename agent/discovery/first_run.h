// Where collection begins in files that were there before the agent first ran. Files born later are read from byte 0.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "agent/discovery/file_stat.h"
#include "contracts/config/config.h"

namespace oc::agent {

struct FirstRunPolicy {
  contracts::Backfill backfill = contracts::Backfill::kRecent;
  contracts::Limits limits;
  Nanos now_ns = 0;
};

struct FirstRunStart {
  std::uint64_t offset = 0;  // at the start of a line; what lies before it is skipped
  std::string text;          // what was left out and why, for people; empty: nothing
};

// The start of the first line not older than the given time; nullopt if the lines bear no time that is understood.
using OffsetOfTime = std::function<std::optional<std::uint64_t>(Nanos not_before)>;

// `left_in_total` is what may still be taken in of all files together; what this file takes is taken off. An
// unfinished last line is always kept: it is written from now on.
Result<FirstRunStart> first_run_start(const FirstRunPolicy& policy, int fd, const FileStat& stat,
                                      const OffsetOfTime& offset_of_time, std::uint64_t& left_in_total);

// "3.2 GB", "812 KB", "17 B"; powers of 1,000.
std::string human_bytes(std::uint64_t bytes);

}  // namespace oc::agent
