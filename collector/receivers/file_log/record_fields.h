// What records of a file may carry that is different for each of them, beside their offset.
#pragma once

#include <cstdint>

#include "collector/pipeline/batch.h"

namespace oc::collector {

struct RecordFields {
  bool numbers = false;             // log.file.record_number; records without text count, and are then left out
  std::int64_t records_before = 0;  // less those of its header
  bool bodies_are_bytes = false;
};
// Of a batch that nobody else has yet.
void add_record_fields(LogBatch& batch, const RecordFields& rules);
// Records before `end` are no records.
void leave_out_header(LogBatch& batch, std::uint64_t end, const std::string& reason);

}  // namespace oc::collector
