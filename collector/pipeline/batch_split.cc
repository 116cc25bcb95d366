#include "collector/pipeline/batch_split.h"

#include <algorithm>

namespace oc::collector {

namespace {

// Tells the whole batch what became of a part of it.
class PartListener final : public DeliveryListener {
 public:
  explicit PartListener(LogBatchPtr whole) : whole_(std::move(whole)) {}
  void on_settled(const LogBatch& part, std::uint64_t, std::string_view) override { whole_->settle(part.lost()); }
  void on_returned(LogBatchPtr part) override { whole_->listener->on_returned(std::move(part)); }
  void on_trouble(std::string_view reason) override { whole_->listener->on_trouble(reason); }

 private:
  const LogBatchPtr whole_;
};

// What was left out inside `range`, for those that need to know where; the whole batch has the counts.
std::vector<LeftOut> left_out_within(const std::vector<LeftOut>& all, contracts::ByteRange range) {
  std::vector<LeftOut> inside;
  for (const auto& part : all) {
    LeftOut cut{part.reason, 0, {}};
    for (const auto& left : part.ranges)
      if (left.start < range.end && left.end > range.start)
        cut.ranges.push_back({std::max(left.start, range.start), std::min(left.end, range.end)});
    if (!cut.ranges.empty()) inside.push_back(std::move(cut));
  }
  return inside;
}

}  // namespace

std::shared_ptr<DeliveryListener> listener_of_parts(LogBatchPtr whole) {
  return std::make_shared<PartListener>(std::move(whole));
}

std::shared_ptr<LogBatch> part_of_batch(const LogBatch& whole, std::size_t first, std::size_t end) {
  const auto cut = [&](const auto& items) {
    const auto begin = items.begin();
    return std::remove_cvref_t<decltype(items)>(begin + static_cast<std::ptrdiff_t>(first),
                                                begin + static_cast<std::ptrdiff_t>(end));
  };
  auto part = std::make_shared<LogBatch>();
  part->memory = whole.memory;
  part->records = cut(whole.records);
  if (!whole.fields.empty()) part->fields = cut(whole.fields);
  part->range = {first > 0 ? whole.records[first].offset : whole.range.start,
                 end < whole.records.size() ? whole.records[end].offset : whole.range.end};
  part->left_out = left_out_within(whole.left_out, part->range);
  part->observed_ns = whole.observed_ns + static_cast<Nanos>(first);
  part->valid_utf8 = whole.valid_utf8;
  part->group = whole.group;
  part->stored = whole.stored;
  part->added_bytes = whole.added_bytes * (end - first) / whole.records.size();
  return part;
}

std::pair<LogBatchPtr, LogBatchPtr> split_batch(const LogBatchPtr& batch, std::size_t count) {
  const auto listener = listener_of_parts(batch);
  batch->expect(1);
  auto first = part_of_batch(*batch, 0, count);
  auto rest = part_of_batch(*batch, count, batch->records.size());
  first->stream = rest->stream = batch->stream;
  first->listener = rest->listener = listener;
  return {std::move(first), std::move(rest)};
}

}  // namespace oc::collector
