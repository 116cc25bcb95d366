// What becomes of a batch: which of its records go on, changed or as they are, and which are left out and why.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "collector/record/batch_reader.h"

namespace oc::collector {

class BatchRewriter {
 public:
  // Changed records view the batch's own memory, the arena, and `owner`, the component that changed them.
  BatchRewriter(const BatchReader& from, std::shared_ptr<Arena> arena, std::shared_ptr<const void> owner);

  // Each record, in order: kept once or, as several, more often, or left out.
  void keep(std::size_t index, const LogRecord& record);
  void leave_out(std::size_t index, std::string_view reason);

  bool changed_any() const { return changed_ || !left_out_.empty() || records_.size() > from_.size(); }
  // `to` is the batch itself or one derived from it; afterwards its records are those that go on.
  void finish(LogBatch& to);
  // One for each record that goes on, or none where all have their stream's.
  const std::vector<LogOrigin>& origins() const { return origins_; }

 private:
  const BatchReader& from_;
  const std::shared_ptr<Arena> arena_;
  const std::shared_ptr<const void> owner_;
  std::vector<contracts::otlp::LogRecordView> records_;
  std::vector<contracts::otlp::LogFields> fields_;
  std::vector<std::size_t> kept_;  // indexes of records_, until one of them is changed
  std::vector<LogOrigin> origins_;
  std::vector<LeftOut> left_out_;  // one a reason
  bool changed_ = false;
};

}  // namespace oc::collector
