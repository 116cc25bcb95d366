// How a source hears what became of its records.
#include <algorithm>
#include <utility>

#include "collector/receivers/journald/journal_source.h"
#include "contracts/otlp/fields.h"

namespace oc::collector {

namespace otlp = contracts::otlp;

namespace {

// The way back of a source's batches: to the loop's thread.
class ToJournalLoop final : public DeliveryListener {
 public:
  ToJournalLoop(std::shared_ptr<TaskInbox> inbox, std::weak_ptr<JournalSource> source, int epoch)
      : inbox_(std::move(inbox)), source_(std::move(source)), epoch_(epoch) {}

  void on_settled(const LogBatch& batch, std::uint64_t dropped, std::string_view reason) override {
    JournalSource::Settled settled{.epoch = epoch_,
                                   .sequence = batch.stream->file_id,
                                   .range = batch.range,
                                   .acknowledged = 0,
                                   .left_out = batch.lost(),
                                   .error = {}};
    std::uint64_t lost = 0;
    for (const auto& part : settled.left_out) lost += part.records;
    settled.acknowledged = batch.records.size() - std::min<std::uint64_t>(lost, batch.records.size());
    settled.left_out.insert(settled.left_out.end(), batch.left_out.begin(), batch.left_out.end());
    if (dropped > 0) settled.error = reason;
    post([settled = std::move(settled)](JournalSource& source) { source.on_settled(settled); });
  }
  void on_returned(LogBatchPtr batch) override {
    post([epoch = epoch_, batch = std::move(batch)](JournalSource& source) { source.on_returned(epoch, batch); });
  }
  void on_trouble(std::string_view reason) override {
    post([reason = std::string(reason)](JournalSource& source) { source.on_trouble(reason); });
  }

 private:
  template <typename Task>
  void post(Task task) {
    inbox_->post([source = source_, task = std::move(task)] {
      if (const auto to = source.lock()) task(*to);
    });
  }

  const std::shared_ptr<TaskInbox> inbox_;
  const std::weak_ptr<JournalSource> source_;
  const int epoch_;
};

std::string wire_attributes(const std::map<std::string, std::string>& attributes, std::uint32_t field) {
  std::string out;
  for (const auto& [key, value] : attributes)
    otlp::append_string_attribute(out, field, otlp::to_valid_utf8(key), otlp::to_valid_utf8(value));
  return out;
}

}  // namespace

void JournalSource::on_settled(const Settled& settled) {
  ledger_->settled(settled.acknowledged, settled.left_out);
  ledger_->last_error(settled.error);
  if (settled.epoch != epoch_) return;  // it is read again
  settled_[settled.sequence].add(settled.range);
  while (!pending_.empty() && settled_[pending_.front().sequence].covers(pending_.front().range)) {
    auto& front = pending_.front();
    settled_[front.sequence].remove(front.range);
    kept_.delivered.ends[front.sequence] = front.range.end;
    kept_.delivered.cursor = std::move(front.cursor);
    ledger_->acknowledged_offset(front.range.end);
    pending_.pop_front();
    changed_ = true;
  }
}

void JournalSource::on_returned(int epoch, LogBatchPtr batch) {
  if (epoch == epoch_) returned_.push_back(std::move(batch));
}

void JournalSource::connect(const std::string& sequence) {
  if (stream_ && stream_->file_id == sequence) return;
  auto stream = std::make_shared<LogStream>();
  stream->source_id = source_id_;
  stream->file_id = sequence;
  stream->counts_bytes = false;
  stream->resource_attributes =
      wire_attributes(config_->resource, static_cast<std::uint32_t>(otlp::Resource::attributes));
  stream->record_attributes =
      wire_attributes(config_->attributes, static_cast<std::uint32_t>(otlp::LogRecord::attributes));
  stream_ = std::move(stream);
  listener_ = std::make_shared<ToJournalLoop>(inbox_, weak_from_this(), epoch_);
}

}  // namespace oc::collector
