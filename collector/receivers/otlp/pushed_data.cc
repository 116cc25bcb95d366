#include "collector/receivers/otlp/pushed_data.h"

#include <condition_variable>
#include <mutex>

#include "base/log.h"
#include "contracts/metric_names/metric_names.h"

namespace oc::collector {

namespace names = contracts::metric_names;

// Of the batches of one request.
class PushedData::Delivery final : public DeliveryListener {
 public:
  Delivery(std::weak_ptr<PushedData> from, std::size_t batches) : from_(std::move(from)), open_(batches) {}

  void on_settled(const LogBatch& batch, std::uint64_t, std::string_view) override {
    std::lock_guard lock(mutex_);
    for (const auto& part : batch.lost())
      if (part.reason.ends_with(kOnError)) failed_ = part.reason;
    if (--open_ == 0) settled_.notify_all();
  }
  void on_returned(LogBatchPtr batch) override {
    if (const auto from = from_.lock()) from->take_back(std::move(batch));
  }
  void on_trouble(std::string_view reason) override {
    std::lock_guard lock(mutex_);
    trouble_ = reason;
  }

  Status wait(const std::stop_token& cancelled) {
    std::unique_lock lock(mutex_);
    if (!settled_.wait_for(lock, cancelled, kMaxWait, [&] { return open_ == 0; }))
      return retryable("the data is not safe yet: " + (trouble_.empty() ? "the pipeline is slow" : trouble_));
    return {};
  }
  // Of the processors, by now.
  Status failure() {
    std::lock_guard lock(mutex_);
    return failed_.empty() ? Status() : retryable(failed_);
  }

 private:
  const std::weak_ptr<PushedData> from_;
  std::mutex mutex_;
  std::condition_variable_any settled_;
  std::size_t open_;
  std::string failed_, trouble_;
};

PushedData::PushedData(MetricRegistry& metrics, std::string receiver)
    : receiver_(std::move(receiver)),
      accepted_(metrics.counter(std::string(names::kReceiverAccepted), "Records taken into the pipeline",
                                {{"receiver", receiver_}, {"transport", "http"}})),
      refused_(metrics.counter("otelcol_receiver_refused_log_records", "Records that were not taken, to be sent again",
                               {{"receiver", receiver_}, {"transport", "http"}})) {}

void PushedData::set_consumer(std::shared_ptr<LogConsumer> consumer) {
  std::unique_lock lock(mutex_);
  consumer_ = std::move(consumer);
}

Status PushedData::take(std::vector<std::shared_ptr<LogBatch>> batches, const std::stop_token& cancelled) {
  if (batches.empty()) return {};
  std::size_t records = 0;
  for (const auto& batch : batches) records += batch->records.size();
  const auto delivery = std::make_shared<Delivery>(weak_from_this(), batches.size());
  bool settles = false;
  {
    std::shared_lock lock(mutex_);
    if (!consumer_ || !consumer_->ready()) {
      refused_->add(records);
      return retryable("the pipeline takes nothing at the moment");
    }
    settles = consumer_->settles_pushed_data();
    for (auto& batch : batches) {
      batch->listener = delivery;
      consumer_->consume(std::move(batch));
    }
  }
  if (auto failed = delivery->failure(); !failed) {
    refused_->add(records);
    return failed;
  }
  accepted_->add(records);
  return settles ? delivery->wait(cancelled) : Status();
}

// An exporter went away with it: it goes the way there is now.
void PushedData::take_back(LogBatchPtr batch) {
  std::shared_lock lock(mutex_);
  if (consumer_) return consumer_->consume(std::move(batch));
  refused_->add(batch->records.size());
  if (std::uint64_t unsaid = 0; log_limit_.allow(std::chrono::steady_clock::now(), unsaid))
    log::error("{}: {} records that were under way are lost: receiver and exporter were removed together", receiver_,
               batch->records.size());
}

}  // namespace oc::collector
