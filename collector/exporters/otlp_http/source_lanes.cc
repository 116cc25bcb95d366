#include "collector/exporters/otlp_http/source_lanes.h"

#include <iterator>
#include <utility>

namespace oc::collector {

void SourceLanes::push(LogBatchPtr batch) {
  lane_of(*batch)->batches.push_back(std::move(batch));
  ++size_;
}

SourceLanes::Lanes::iterator SourceLanes::lane_of(const LogBatch& batch) {
  const auto* group = batch.group.get();
  const std::string& source = batch.stream->source_id;
  if (group) {
    if (const auto found = by_group_.find(group); found != by_group_.end()) return found->second;
  } else if (const auto found = by_source_.find(source); found != by_source_.end()) {
    return found->second;
  }
  turns_.push_back({.group = group, .source_id = group ? std::string() : source});
  const auto lane = std::prev(turns_.end());
  if (group) {
    by_group_[group] = lane;
  } else {
    by_source_[lane->source_id] = lane;
  }
  return lane;
}

LogBatchPtr SourceLanes::pop() {
  auto& batches = turns_.front().batches;
  auto batch = std::move(batches.front());
  batches.pop_front();
  --size_;
  end_turn();
  return batch;
}

void SourceLanes::end_turn() {
  const auto lane = turns_.begin();
  if (!lane->batches.empty()) {
    if (!lane->group) turns_.splice(turns_.end(), turns_, lane);
    return;
  }
  if (lane->group) {
    by_group_.erase(lane->group);
  } else {
    by_source_.erase(lane->source_id);
  }
  turns_.erase(lane);
}

std::vector<LogBatchPtr> SourceLanes::take_all() {
  std::vector<LogBatchPtr> all;
  while (!empty()) all.push_back(pop());
  return all;
}

}  // namespace oc::collector
