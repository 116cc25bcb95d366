// The order in which waiting batches are sent: sources take turns, a batch each, so that one with much to send does not
// make the others wait for all of it. A source's own batches stay in order; a group (batch.h) goes as a whole, in the
// order the groups came. Not thread-safe: the queue's lock guards it.
#pragma once

#include <cstddef>
#include <deque>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collector/pipeline/batch.h"

namespace oc::collector {

class SourceLanes {
 public:
  void push(LogBatchPtr batch);
  bool empty() const { return turns_.empty(); }
  std::size_t size() const { return size_; }
  // The next in turn; there is one. What is pushed meanwhile comes after it.
  const LogBatchPtr& front() const { return turns_.front().batches.front(); }
  LogBatchPtr pop();
  std::vector<LogBatchPtr> take_all();

 private:
  struct Lane {
    const BatchGroup* group = nullptr;  // nullptr: of a source
    std::string source_id;
    std::deque<LogBatchPtr> batches = {};  // never empty
  };
  using Lanes = std::list<Lane>;  // iterators stay valid while turns change
  Lanes::iterator lane_of(const LogBatch& batch);
  void end_turn();

  Lanes turns_;
  std::unordered_map<std::string_view, Lanes::iterator> by_source_;  // views of the lane's own id
  std::unordered_map<const BatchGroup*, Lanes::iterator> by_group_;
  std::size_t size_ = 0;
};

}  // namespace oc::collector
