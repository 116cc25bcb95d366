// The `journald` receiver.
#pragma once

#include <memory>

#include "collector/pipeline/factory.h"
#include "collector/receivers/journald/journal_loop.h"

namespace oc::collector {

class JournaldReceiver final : public Receiver {
 public:
  JournaldReceiver(ComponentId id, std::shared_ptr<const JournaldConfig> config, const Host& host)
      : id_(std::move(id)), config_(std::move(config)), host_(host) {}

  Status start(ReceiverStart start) override;
  void set_consumer(std::shared_ptr<LogConsumer> consumer) override;
  void run_under(std::shared_ptr<const RunningConfig> config) override;
  void read_again() override { loop_->read_again(config_->source_id, this); }
  void stop() override { loop_->remove(config_->source_id, this); }

 private:
  const ComponentId id_;
  const std::shared_ptr<const JournaldConfig> config_;
  const Host host_;
  std::shared_ptr<JournalLoop> loop_;  // from start() on, shared by all receivers of the type
};

ReceiverFactory journald_factory();

}  // namespace oc::collector
