// What is kept of a journald receiver over a restart: one storage entry, "journald/SOURCE_ID", a JSON object
//   {"cursor":"…","ends":{"SEQUENCE":17},"floors":[["CONFIG HASH","cursor",{"SEQUENCE":5}]]}
// with members as below.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oc::collector {

// A place in the order of reading.
struct JournalPosition {
  std::string cursor;                         // of the last entry before it; empty: the beginning
  std::map<std::string, std::uint64_t> ends;  // by sequence: behind the last entry of it before this place
  bool operator==(const JournalPosition&) const = default;
};

// Where reading under a config began, see file_log's Floor.
struct JournalFloor {
  std::string config_hash;
  JournalPosition position;
  bool operator==(const JournalFloor&) const = default;
};

struct JournalCheckpoint {
  JournalPosition delivered;  // everything before it is, or is declared dropped
  std::vector<JournalFloor> floors;
  bool operator==(const JournalCheckpoint&) const = default;
};

std::string journal_checkpoint_key(std::string_view source_id);
std::string encode_checkpoint(const JournalCheckpoint& checkpoint);
Result<JournalCheckpoint> decode_journal_checkpoint(std::string_view text);

}  // namespace oc::collector
