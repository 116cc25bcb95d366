#include "collector/pipeline/batch.h"

#include <utility>

namespace oc::collector {

std::shared_ptr<LogBatch> LogBatch::derive(std::shared_ptr<const LogBatch> from) {
  auto batch = std::make_shared<LogBatch>();
  batch->stream = from->stream;
  batch->memory = from->memory;
  batch->records = from->records;
  batch->fields = from->fields;
  batch->added_bytes = from->added_bytes;
  batch->range = from->range;
  batch->left_out = from->left_out;
  batch->left_out_before_ = from->left_out.size();
  batch->observed_ns = from->observed_ns;
  batch->valid_utf8 = from->valid_utf8;
  batch->listener = from->listener;
  batch->group = from->group;
  batch->stored = from->stored;
  batch->from_ = std::move(from);
  return batch;
}

void LogBatch::settle(std::uint64_t dropped, std::string_view reason) const {
  std::vector<LeftOut> lost;
  if (dropped > 0) lost.push_back({std::string(reason), dropped, {}});
  if (dropped > 0 && dropped == records.size()) lost.back().ranges.push_back(range);
  end_branch(std::move(lost), dropped, reason);
}

void LogBatch::settle(std::vector<LeftOut> refused) const {
  std::uint64_t dropped = 0;
  const std::string reason = refused.empty() ? std::string() : refused.back().reason;
  for (const auto& part : refused) dropped += part.records;
  end_branch(std::move(refused), dropped, reason);
}

void LogBatch::end_branch(std::vector<LeftOut> lost_here, std::uint64_t dropped, std::string_view reason) const {
  if (!lost_here.empty() || dropped > 0) {
    std::lock_guard lock(mutex_);
    for (auto& part : lost_here) lost_.push_back(std::move(part));
    if (!reason.empty()) reason_ = reason;
  }
  dropped_.fetch_add(dropped);
  if (pending_.fetch_sub(1) != 1) return;
  if (!from_) return listener->on_settled(*this, dropped_.load(), reason_);
  // What was left out since it was derived is lost to the batch it comes from.
  auto all = lost();
  for (std::size_t i = left_out_before_; i < left_out.size(); ++i) all.push_back(left_out[i]);
  from_->end_branch(std::move(all), dropped_.load(), reason_);
}

std::vector<LeftOut> LogBatch::lost() const {
  std::lock_guard lock(mutex_);
  return lost_;
}

void LogBatch::give_back(const std::shared_ptr<const LogBatch>& batch) {
  if (batch->from_) return give_back(batch->from_);
  batch->listener->on_returned(batch);
}

}  // namespace oc::collector
