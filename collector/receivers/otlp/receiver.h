// The `otlp` receiver: takes logs over HTTP, as protobuf and JSON.
#pragma once

#include <memory>

#include "collector/receivers/otlp/answer.h"
#include "collector/receivers/otlp/config.h"
#include "collector/receivers/otlp/otlp_port.h"
#include "collector/receivers/otlp/pushed_data.h"

namespace oc::collector {

class OtlpReceiver final : public Receiver {
 public:
  OtlpReceiver(ComponentId id, std::shared_ptr<const OtlpReceiverConfig> config, const Host& host)
      : id_(std::move(id)), config_(std::move(config)), host_(host) {}
  ~OtlpReceiver() override { stop(); }

  Status start(ReceiverStart start) override;
  void set_consumer(std::shared_ptr<LogConsumer> consumer) override { pushed_->set_consumer(std::move(consumer)); }
  void stop() override;
  std::uint16_t port() const { return ports_ ? ports_->port_of(this) : 0; }

 private:
  const ComponentId id_;
  const std::shared_ptr<const OtlpReceiverConfig> config_;
  const Host host_;
  std::shared_ptr<OtlpPorts> ports_;
  std::shared_ptr<PushedDataList> list_;
  std::shared_ptr<PushedData> pushed_;
};

ReceiverFactory otlp_receiver_factory();

}  // namespace oc::collector
