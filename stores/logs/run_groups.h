// Which runs of a block a sink takes together.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "query/logql/log_reader.h"
#include "stores/logs/part.h"

namespace oc::stores {

struct RunGroup {
  const query::Stream* stream = nullptr;  // one of theirs
  std::vector<PartRun> runs;
  std::uint64_t rows = 0, raw_bytes = 0;  // of all of them
};

// Those whose streams agree in these labels, in the order of the first of each.
std::vector<RunGroup> grouped(const Part& part, std::span<const PartRun> runs, query::ToldApartBy labels);

}  // namespace oc::stores
