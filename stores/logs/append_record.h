// One request as it lies in the WAL (FORMAT.md, "Append record"): for each stream its labels and one row block, and
// what the request adds to the range memory. The head keeps the very same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/logql/log_reader.h"
#include "stores/logs/append_batch.h"
#include "stores/logs/range_memory.h"
#include "stores/logs/row_block.h"

namespace oc::stores {

// Rows whose `keep` is false are left out. Arrivals count from 0.
std::string encode_append_record(const AppendBatch& batch, const std::vector<bool>& keep,
                                 const std::vector<FileDelivery>& deliveries);

struct AppendRecord {
  struct StreamRows {
    std::string_view labels;  // encoded; as `block` into the record's bytes
    RowBounds bounds;
    std::string_view block;
  };
  std::uint64_t rows = 0;
  std::vector<StreamRows> streams;
  std::vector<FileDelivery> deliveries;

  static Result<AppendRecord> decode(std::string_view bytes);
};

}  // namespace oc::stores
