// The `batch` processor: keeps batches until they hold send_batch_size records, or the oldest waits for `timeout`, and
// passes them on as groups that exporters send in one request each.
//
// What it keeps is not settled: files are acknowledged after it was sent, and a stop passes everything on.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "collector/pipeline/config_reader.h"
#include "collector/pipeline/factory.h"

namespace oc::collector {

struct BatchProcessorConfig : ComponentConfig {
  Duration timeout = std::chrono::milliseconds(200);  // 0: nothing waits
  std::size_t send_size = 8192;                       // 0: only the timeout counts
  std::size_t max_size = 0;                           // of records in a group; 0: there is no limit
  std::vector<std::string> metadata_keys;             // kept apart by these; lower case
  std::size_t metadata_limit = 1000;                  // combinations of their values at a time
};

class BatchProcessor final : public Processor {
 public:
  BatchProcessor(ComponentId id, std::shared_ptr<const BatchProcessorConfig> config, const Host& host);
  ~BatchProcessor() override { stop(); }

  Status start() override;
  void stop() override;
  LogBatchPtr process(LogBatchPtr batch) override { return batch; }
  LogBatchPtr process(LogBatchPtr batch, const std::shared_ptr<LogConsumer>& rest) override;
  void flush() override;

 private:
  // Batches of one combination of metadata on their way to one place.
  struct Waiting {
    std::vector<LogBatchPtr> batches;
    std::size_t records = 0;
    std::chrono::steady_clock::time_point since;
    std::shared_ptr<LogConsumer> rest;
  };
  using Key = std::vector<std::string>;
  using Outgoing = std::pair<std::shared_ptr<LogConsumer>, std::vector<LogBatchPtr>>;

  void run(const std::stop_token& stopping);
  Key key_of(const LogBatch& batch) const;
  bool is_full(const Waiting& waiting) const;
  // Takes a group off the front, of max_size records at most.
  Outgoing take_group(Waiting& waiting);
  void take_all(Waiting& waiting, std::vector<Outgoing>& out);
  static void pass_on(std::vector<Outgoing> groups);

  const ComponentId id_;
  const std::shared_ptr<const BatchProcessorConfig> config_;
  std::shared_ptr<Counter> by_size_, by_timeout_;
  std::mutex mutex_;  // guards waiting_
  std::condition_variable_any changed_;
  std::map<Key, Waiting> waiting_;
  std::jthread thread_;
};

ProcessorFactory batch_factory();

}  // namespace oc::collector
