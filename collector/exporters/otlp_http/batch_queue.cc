#include "collector/exporters/otlp_http/batch_queue.h"

#include <algorithm>
#include <thread>

#include "collector/exporters/otlp_http/request.h"
#include "contracts/delivery/ranges.h"

namespace oc::collector {

bool BatchQueue::has_room() const {
  std::lock_guard lock(mutex_);
  return held_bytes_ < kMaxHeldBytes;
}

std::size_t BatchQueue::held_batches() const {
  std::lock_guard lock(mutex_);
  return waiting_.size() + sending_.size();
}

void BatchQueue::push(LogBatchPtr batch) {
  std::lock_guard lock(mutex_);
  waiting_bytes_ += batch->text_bytes();
  held_bytes_ += batch->memory_bytes();
  waiting_.push_back(std::move(batch));
  if (may_send()) changed_.notify_one();
}

bool BatchQueue::may_send() const { return !waiting_.empty() && (senders_ == 0 || waiting_bytes_ >= kRequestBytes); }

std::vector<LogBatchPtr> BatchQueue::take(const std::stop_token& stopping) {
  std::unique_lock lock(mutex_);
  std::vector<LogBatchPtr> batches;
  if (!changed_.wait(lock, stopping, [&] { return may_send(); }) || stopping.stop_requested()) return batches;
  wait_for_group(lock);
  std::size_t bytes = 0, records = 0, header = 0;
  while (!waiting_.empty()) {
    const auto& next = waiting_.front();
    bytes += next->text_bytes();
    records += next->records.size();
    header += delivery_bytes(BatchPart::whole(next));
    if (!batches.empty() && (next->group != batches[0]->group || next->stream->pushed != batches[0]->stream->pushed))
      break;
    const bool full = !next->group && (bytes > kRequestBytes || records > kRequestRecords ||
                                       header > contracts::kMaxDeliveryHeaderBytes / 2);
    if (full && !batches.empty()) break;
    waiting_bytes_ -= next->text_bytes();
    batches.push_back(next);
    waiting_.pop_front();
  }
  sending_.insert(sending_.end(), batches.begin(), batches.end());
  ++senders_;
  return batches;
}

// The members of a group come one after the other: the first of them is not sent alone.
void BatchQueue::wait_for_group(std::unique_lock<std::mutex>& lock) {
  constexpr std::chrono::microseconds kPoll{50};
  while (!waiting_.empty() && waiting_.front()->group && !waiting_.front()->group->complete) {
    lock.unlock();
    std::this_thread::sleep_for(kPoll);
    lock.lock();
  }
}

void BatchQueue::finished(const std::vector<LogBatchPtr>& batches) {
  std::lock_guard lock(mutex_);
  for (const auto& batch : batches) {
    held_bytes_ -= batch->memory_bytes();
    std::erase(sending_, batch);
  }
  --senders_;
  changed_.notify_all();
}

bool BatchQueue::wait_until_empty(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [&] { return held_bytes_ == 0; });
}

std::vector<LogBatchPtr> BatchQueue::take_back() {
  std::lock_guard lock(mutex_);
  std::vector<LogBatchPtr> batches = std::move(sending_);
  batches.insert(batches.end(), waiting_.begin(), waiting_.end());
  sending_.clear();
  waiting_.clear();
  waiting_bytes_ = held_bytes_ = 0;
  senders_ = 0;
  return batches;
}

}  // namespace oc::collector
