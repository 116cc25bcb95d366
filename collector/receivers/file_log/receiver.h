// The `file_log` receiver.
#pragma once

#include <memory>

#include "collector/pipeline/factory.h"
#include "collector/receivers/file_log/read_loop.h"

namespace oc::collector {

class FileLogReceiver final : public Receiver {
 public:
  FileLogReceiver(ComponentId id, std::shared_ptr<const FileLogConfig> config, const Host& host)
      : id_(std::move(id)), config_(std::move(config)), host_(host) {}

  Status start(ReceiverStart start) override;
  void set_consumer(std::shared_ptr<LogConsumer> consumer) override;
  void run_under(std::shared_ptr<const RunningConfig> config) override;
  void read_again() override { loop_->read_again(config_->source_id, this); }
  void stop() override;

 private:
  const ComponentId id_;
  const std::shared_ptr<const FileLogConfig> config_;
  const Host host_;
  std::shared_ptr<ReadLoop> loop_;  // from start() on, shared by all receivers of the type
};

ReceiverFactory file_log_factory();

}  // namespace oc::collector
