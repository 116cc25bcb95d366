// What is kept of a file over a restart. One storage entry a generation of a file: "file_log/SOURCE_ID/FILE_ID".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "collector/receivers/file_log/file_identity.h"

namespace oc::collector {

// Where in a file reading under a config began: what was not delivered by then, and all that follows, was read under it
// or a later one.
struct Floor {
  std::string config_hash;
  std::uint64_t offset = 0;
  bool operator==(const Floor&) const = default;
};
// Each config that a file was read under costs some 50 bytes in its checkpoint. A change is proven, or taken back,
// before many others follow it.
inline constexpr std::size_t kKeptFloors = 8;

struct Checkpoint {
  std::string source_id;
  std::string file_id;
  std::string path;           // where it was last seen
  std::string first_path;     // what its records carry as log.file.path
  std::int64_t begun_ns = 0;  // when its generation began; of two that fit one file, the younger is meant
  FileKey key;
  Fingerprint fingerprint;
  std::uint64_t offset = 0;                // everything before it is delivered or declared dropped
  std::optional<std::uint64_t> tail_hash;  // content_hash of what stands before the offset
  // Ends of records that the bytes alone do not give: of unfinished lines and of open groups of lines that were sent
  // because nothing more came. Kept before such a record is sent, so that a second reading cuts the same way.
  std::vector<std::uint64_t> cuts;
  std::optional<std::uint64_t> records;  // before the offset, where they are counted
  bool compressed = false;               // the offset is one of what is in the gzip file
  std::vector<Floor> floors;             // oldest first, of the last kKeptFloors configs
  std::uint64_t again_until = 0;  // bytes before it are read a second time: what the sink knows of them says nothing
};

std::string checkpoint_prefix(std::string_view source_id);
std::string checkpoint_key(std::string_view source_id, std::string_view file_id);
std::string encode_checkpoint(const Checkpoint& checkpoint);
Result<Checkpoint> decode_checkpoint(std::string_view key, std::string_view value);

}  // namespace oc::collector
