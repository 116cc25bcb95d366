#include "collector/receivers/journald/receiver.h"

namespace oc::collector {

Status JournaldReceiver::start(ReceiverStart start) {
  loop_ = host_.shared.get<JournalLoop>([&] { return std::make_shared<JournalLoop>(host_); });
  loop_->add(config_->source_id, {.owner = this,
                                  .receiver = id_.text(),
                                  .config = config_,
                                  .consumer = std::move(start.consumer),
                                  .storage = std::move(start.storage),
                                  .running = std::move(start.config)});
  return {};
}

void JournaldReceiver::set_consumer(std::shared_ptr<LogConsumer> consumer) {
  loop_->set_consumer(config_->source_id, this, std::move(consumer));
}

void JournaldReceiver::run_under(std::shared_ptr<const RunningConfig> config) {
  loop_->run_under(config_->source_id, this, std::move(config));
}

ReceiverFactory journald_factory() {
  return {.type = "journald",
          .aliases = {},
          .parse = parse_journald_config,
          .make = [](const ComponentId& id, std::shared_ptr<const ReceiverConfig> config,
                     const Host& host) -> std::shared_ptr<Receiver> {
            return std::make_shared<JournaldReceiver>(id, std::static_pointer_cast<const JournaldConfig>(config), host);
          }};
}

}  // namespace oc::collector
