// The `otlp_http` exporter: a queue that is acknowledged on delivery, for pushed data on disk where the config names a
// storage, and a few senders.
#pragma once

#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "collector/exporters/otlp_http/batch_queue.h"
#include "collector/exporters/otlp_http/config.h"
#include "collector/exporters/otlp_http/dead_letters.h"
#include "collector/exporters/otlp_http/sender.h"
#include "collector/exporters/otlp_http/stored_queue.h"
#include "collector/pipeline/factory.h"

namespace oc::collector {

class OtlpHttpExporter final : public Exporter {
 public:
  OtlpHttpExporter(ComponentId id, std::shared_ptr<const OtlpHttpConfig> config, const Host& host,
                   std::shared_ptr<Storage> storage);
  ~OtlpHttpExporter() override { stop(); }

  Status start() override;
  bool ready() override { return queue_->has_room() && (!stored_ || stored_->has_room()); }
  void consume(LogBatchPtr batch) override;
  Result<std::vector<contracts::Watermark>> watermarks(const std::vector<std::string>& source_ids) override;
  bool drain(std::chrono::milliseconds timeout) override;
  bool settles_pushed_data() const override { return stored_ || config_->waits_for_result; }
  std::vector<LogBatchPtr> stop() override;

 private:
  void run(Sender& sender, const std::stop_token& stopping);

  const ComponentId id_;
  const std::shared_ptr<const OtlpHttpConfig> config_;
  DeadLetters dead_letters_;
  const std::shared_ptr<BatchQueue> queue_;
  std::shared_ptr<StoredQueue> stored_;  // nullptr: nothing of the queue is on disk
  std::shared_ptr<Gauge> queue_size_;
  std::shared_ptr<Gauge> queue_capacity_;
  std::vector<std::unique_ptr<Sender>> senders_;
  std::stop_source stopping_;
  std::mutex mutex_;  // guards running_
  std::condition_variable ended_;
  int running_ = 0;
  std::vector<std::thread> threads_;
};

ExporterFactory otlp_http_factory();

}  // namespace oc::collector
