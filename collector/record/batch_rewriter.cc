#include "collector/record/batch_rewriter.h"

#include <algorithm>

namespace oc::collector {

namespace {

// What keeps a changed batch's text alive.
struct Memory {
  std::shared_ptr<const void> lines;
  std::shared_ptr<const Arena> added;
  std::shared_ptr<const void> owner;
};

}  // namespace

BatchRewriter::BatchRewriter(const BatchReader& from, std::shared_ptr<Arena> arena, std::shared_ptr<const void> owner)
    : from_(from), arena_(std::move(arena)), owner_(std::move(owner)) {
  records_.reserve(from_.size());
}

void BatchRewriter::keep(std::size_t index, const LogRecord& record) {
  changed_ |= record.changed();
  const bool had_fields = !from_.batch().fields.empty();
  if (fields_.empty() && (record.changed() || had_fields)) {
    fields_.reserve(from_.size());
    for (const auto before : kept_) fields_.push_back(from_.record(before).fields());
    kept_.clear();
  }
  if (!fields_.empty() || record.changed() || had_fields) {
    fields_.push_back(record.fields());
  } else {
    kept_.push_back(index);
  }
  if (origins_.empty() && record.origin_changed()) origins_.assign(records_.size(), {from_.resource(), {}});
  if (!origins_.empty() || record.origin_changed()) origins_.push_back(record.origin());
  records_.push_back(from_.batch().records[index]);
}

void BatchRewriter::leave_out(std::size_t index, std::string_view reason) {
  auto part = std::ranges::find(left_out_, reason, &LeftOut::reason);
  if (part == left_out_.end()) part = left_out_.insert(part, {std::string(reason), 0, {}});
  ++part->records;
  const auto range = from_.range(index);
  if (!part->ranges.empty() && part->ranges.back().end == range.start) {
    part->ranges.back().end = range.end;
  } else {
    part->ranges.push_back(range);
  }
}

void BatchRewriter::finish(LogBatch& to) {
  to.records = std::move(records_);
  if (changed_) {
    to.memory = std::make_shared<Memory>(Memory{to.memory, arena_, owner_});
    to.added_bytes += arena_->bytes();
    to.valid_utf8 = true;
  }
  to.fields = std::move(fields_);
  for (auto& part : left_out_) to.left_out.push_back(std::move(part));
}

}  // namespace oc::collector
