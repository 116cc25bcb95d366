#include "collector/dry_run/stand_ins.h"

#include <algorithm>

namespace oc::collector {

std::vector<std::pair<std::string, std::string>> MemoryStorage::read(std::string_view key_prefix) const {
  std::lock_guard lock(mutex_);
  std::vector<std::pair<std::string, std::string>> found;
  for (auto at = values_.lower_bound(key_prefix); at != values_.end() && at->first.starts_with(key_prefix); ++at)
    found.emplace_back(*at);
  return found;
}

void MemoryStorage::write(std::vector<Write> writes, std::function<void()> durable) {
  {
    std::lock_guard lock(mutex_);
    for (auto& write : writes) {
      if (write.value) {
        values_[write.key] = std::move(*write.value);
      } else {
        values_.erase(write.key);
      }
    }
  }
  if (durable) durable();
}

void CountingExporter::consume(LogBatchPtr batch) {
  records_ += batch->records.size();
  batch->settle();
}

// Hears what became of the copy that went on, and settles the receiver's batch.
class Sample::Outcome final : public DeliveryListener {
 public:
  Outcome(std::shared_ptr<Sample> sample, LogBatchPtr original)
      : sample_(std::move(sample)), original_(std::move(original)) {}
  void on_settled(const LogBatch& batch, std::uint64_t, std::string_view) override {
    sample_->on_settled(batch);
    original_->settle();
  }
  void on_returned(LogBatchPtr) override {}  // the sinks take everything
  void on_trouble(std::string_view) override {}

 private:
  const std::shared_ptr<Sample> sample_;
  const LogBatchPtr original_;
};

void Sample::consume(LogBatchPtr batch) {
  if (batch->stream->file_id != wanted_.file_id || batch->range.start >= wanted_.end) return batch->settle();
  auto copy = std::make_shared<LogBatch>();
  copy->stream = batch->stream;
  copy->memory = batch->memory;
  for (const auto& record : batch->records) {
    if (record.offset >= wanted_.end || left_ == 0) break;
    copy->records.push_back(record);
    --left_;
  }
  if (!batch->fields.empty())  // one a record
    copy->fields.assign(batch->fields.begin(),
                        batch->fields.begin() + static_cast<std::ptrdiff_t>(copy->records.size()));
  copy->added_bytes = batch->added_bytes;
  copy->range = {batch->range.start, std::min(batch->range.end, wanted_.end)};
  copy->left_out = batch->left_out;
  copy->observed_ns = batch->observed_ns;
  copy->valid_utf8 = batch->valid_utf8;
  copy->listener = std::make_shared<Outcome>(shared_from_this(), batch);
  {
    std::lock_guard lock(mutex_);
    ++under_way_;
    all_came_ |= batch->range.end >= wanted_.end || left_ == 0;
  }
  pipelines_->consume(std::move(copy));
}

void Sample::on_settled(const LogBatch& batch) {
  std::lock_guard lock(mutex_);
  source_.read_records += batch.records.size();
  source_.emitted_records += batch.records.size();
  for (const auto& part : batch.left_out) {  // by the receiver's own operators
    source_.read_records += part.records;
    source_.dropped[part.reason] += part.records;
  }
  for (const auto& part : batch.lost()) {
    source_.emitted_records -= std::min(part.records, source_.emitted_records);
    source_.dropped[part.reason] += part.records;
  }
  --under_way_;
  done_ |= all_came_ && under_way_ == 0;
  if (done_) changed_.notify_all();
}

bool Sample::wait_until(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [&] { return done_; });
}

DryRunReport::Source Sample::result() const {
  std::lock_guard lock(mutex_);
  return source_;
}

}  // namespace oc::collector
