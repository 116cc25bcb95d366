// Reads a batch record by record.
#pragma once

#include <vector>

#include "collector/pipeline/batch.h"
#include "collector/record/log_record.h"

namespace oc::collector {

class BatchReader {
 public:
  // Both must outlive it and the records it gives.
  BatchReader(const LogBatch& batch, Arena& arena);

  std::size_t size() const { return batch_.records.size(); }
  LogRecord record(std::size_t index) const;
  // Of the record in the file: with its line end, and empty lines up to the next.
  contracts::ByteRange range(std::size_t index) const;
  const LogBatch& batch() const { return batch_; }
  const Value& resource() const { return resource_; }

 private:
  Value valid_body(std::size_t index) const;

  const LogBatch& batch_;
  Arena& arena_;
  Value resource_, attributes_;             // of the stream
  std::vector<std::uint64_t> left_starts_;  // where something begins that was left out; sorted
};

}  // namespace oc::collector
