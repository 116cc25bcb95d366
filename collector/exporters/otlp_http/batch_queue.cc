#include "collector/exporters/otlp_http/batch_queue.h"

#include <algorithm>
#include <thread>

#include "collector/exporters/otlp_http/request.h"
#include "collector/pipeline/batch_split.h"
#include "contracts/delivery/ranges.h"

namespace oc::collector {

namespace {

template <typename Number>
Number or_default(Number value, Number fallback) {
  return value == 0 ? fallback : value;
}

}  // namespace

BatchQueue::BatchQueue(QueueLimits limits, RequestShape shape)
    : limits_{limits.batches, limits.records, or_default(limits.bytes, kMaxHeldBytes)},
      shape_{shape.min_records, shape.min_bytes, shape.flush_timeout, or_default(shape.max_records, kRequestRecords),
             or_default(shape.max_bytes, kRequestBytes)} {}

bool BatchQueue::has_room() const {
  std::lock_guard lock(mutex_);
  return held_bytes_ < limits_.bytes && (limits_.records == 0 || held_records_ < limits_.records) &&
         (limits_.batches == 0 || waiting_.size() + sending_.size() < limits_.batches);
}

std::size_t BatchQueue::held_batches() const {
  std::lock_guard lock(mutex_);
  return waiting_.size() + sending_.size();
}

void BatchQueue::push(LogBatchPtr batch) {
  std::lock_guard lock(mutex_);
  if (closed_) return;
  while (!batch->group && batch->records.size() > shape_.max_records) {
    auto [first, rest] = split_batch(batch, shape_.max_records);
    add(std::move(first));
    batch = std::move(rest);
  }
  add(std::move(batch));
  if (may_send() || shape_.flush_timeout.count() > 0) changed_.notify_all();
}

void BatchQueue::add(LogBatchPtr batch) {
  if (waiting_.empty()) since_ = std::chrono::steady_clock::now();
  waiting_bytes_ += batch->text_bytes();
  waiting_records_ += batch->records.size();
  held_bytes_ += batch->memory_bytes();
  held_records_ += batch->records.size();
  waiting_.push(std::move(batch));
}

bool BatchQueue::is_full(std::size_t records, std::size_t bytes) const {
  return bytes > shape_.max_bytes || records > shape_.max_records;
}

bool BatchQueue::may_send() const {
  if (waiting_.empty()) return false;
  if (shape_.min_records == 0 && shape_.min_bytes == 0) return senders_ == 0 || waiting_bytes_ >= kRequestBytes;
  const bool enough = (shape_.min_records > 0 && waiting_records_ >= shape_.min_records) ||
                      (shape_.min_bytes > 0 && waiting_bytes_ >= shape_.min_bytes);
  return enough || draining_ || std::chrono::steady_clock::now() >= since_ + shape_.flush_timeout;
}

void BatchQueue::wait_until_due(std::unique_lock<std::mutex>& lock, const std::stop_token& stopping) {
  const auto due = [&] { return may_send(); };
  if (shape_.flush_timeout.count() > 0 && !waiting_.empty()) {
    changed_.wait_until(lock, stopping, since_ + shape_.flush_timeout, due);
  } else {
    changed_.wait(lock, stopping, [&] { return due() || (shape_.flush_timeout.count() > 0 && !waiting_.empty()); });
  }
}

std::vector<LogBatchPtr> BatchQueue::take(const std::stop_token& stopping) {
  std::unique_lock lock(mutex_);
  std::vector<LogBatchPtr> batches;
  while (true) {
    if (stopping.stop_requested()) return batches;
    wait_for_group(lock);  // meanwhile somebody else may have taken it
    if (may_send()) break;
    wait_until_due(lock, stopping);
  }
  std::size_t bytes = 0, records = 0, header = 0;
  while (!waiting_.empty()) {
    const auto& next = waiting_.front();
    bytes += next->text_bytes();
    records += next->records.size();
    header += delivery_bytes(BatchPart::whole(next));
    if (!batches.empty() && (next->group != batches[0]->group || next->stream->pushed != batches[0]->stream->pushed))
      break;
    const bool full = !next->group && (is_full(records, bytes) || header > contracts::kMaxDeliveryHeaderBytes / 2);
    if (full && !batches.empty()) break;
    waiting_bytes_ -= next->text_bytes();
    waiting_records_ -= next->records.size();
    batches.push_back(waiting_.pop());
  }
  since_ = std::chrono::steady_clock::now();
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
    held_records_ -= batch->records.size();
    std::erase(sending_, batch);
  }
  --senders_;
  changed_.notify_all();
}

bool BatchQueue::wait_until_empty(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  draining_ = true;
  changed_.notify_all();
  const bool empty = changed_.wait_for(lock, timeout, [&] { return held_bytes_ == 0; });
  draining_ = false;
  return empty;
}

std::vector<LogBatchPtr> BatchQueue::take_back() {
  std::lock_guard lock(mutex_);
  std::vector<LogBatchPtr> batches = std::move(sending_);
  std::ranges::move(waiting_.take_all(), std::back_inserter(batches));
  sending_.clear();
  waiting_bytes_ = waiting_records_ = held_bytes_ = held_records_ = 0;
  senders_ = 0;
  closed_ = true;
  return batches;
}

}  // namespace oc::collector
