#include "collector/receivers/file_log/receiver.h"

namespace oc::collector {

Status FileLogReceiver::start(ReceiverStart start) {
  loop_ = host_.shared.get<ReadLoop>([&] { return std::make_shared<ReadLoop>(host_); });
  FileSource::Setup setup{.owner = this,
                          .receiver = id_.text(),
                          .config = config_,
                          .consumer = std::move(start.consumer),
                          .storage = std::move(start.storage),
                          .running = std::move(start.config),
                          .held = held_files(host_)};
  // A source without checkpoints has sent nothing that a sink could hold.
  const auto& id = config_->source_id;
  if (setup.storage && !setup.storage->read(checkpoint_prefix(id)).empty()) setup.watermarks = start.watermarks(id);
  loop_->add(id, std::move(setup));
  return {};
}

void FileLogReceiver::set_consumer(std::shared_ptr<LogConsumer> consumer) {
  loop_->set_consumer(config_->source_id, this, std::move(consumer));
}

void FileLogReceiver::run_under(std::shared_ptr<const RunningConfig> config) {
  loop_->run_under(config_->source_id, this, std::move(config));
}

void FileLogReceiver::stop() { loop_->remove(config_->source_id, this); }

ReceiverFactory file_log_factory() {
  return {.type = "file_log",
          .aliases = {"filelog"},
          .parse = parse_file_log_config,
          .make = [](const ComponentId& id, std::shared_ptr<const ReceiverConfig> config,
                     const Host& host) -> std::shared_ptr<Receiver> {
            return std::make_shared<FileLogReceiver>(id, std::static_pointer_cast<const FileLogConfig>(config), host);
          }};
}

}  // namespace oc::collector
