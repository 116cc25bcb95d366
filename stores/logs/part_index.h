// The index at the end of a part: its streams, its blocks, and which rows of a block are whose (FORMAT.md, "Part").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "stores/logs/part.h"

namespace oc::stores {

struct PartIndex {
  std::uint64_t streams = 0;
  std::string labels;  // of the streams, encoded, one after the other
  std::vector<PartBlock> blocks;
  std::vector<PartRun> runs;  // block by block, streams rising
};

// As the newest version has it.
std::string encode_index(const PartIndex& index);
// An error is permanent: malformed.
Result<PartIndex> decode_index(std::string_view bytes, std::uint32_t version);

}  // namespace oc::stores
