#include "collector/exporters/nop/nop.h"

#include "collector/pipeline/config_reader.h"

namespace oc::collector {

namespace {

class NopExporter final : public Exporter {
 public:
  Status start() override { return {}; }
  bool ready() override { return true; }
  void consume(LogBatchPtr batch) override { batch->settle(); }
  Result<std::vector<contracts::Watermark>> watermarks(const std::vector<std::string>&) override {
    return std::vector<contracts::Watermark>();
  }
  bool drain(std::chrono::milliseconds) override { return true; }
  std::vector<LogBatchPtr> stop() override { return {}; }
};

class NopReceiver final : public Receiver {
 public:
  Status start(ReceiverStart) override { return {}; }
  void set_consumer(std::shared_ptr<LogConsumer>) override {}
  void stop() override {}
};

// It has no keys.
template <typename Config, typename As>
Result<std::shared_ptr<const As>> parse_nop(const ComponentId& id, const ConfigValue& value,
                                            std::shared_ptr<Config> config) {
  OC_TRY(ConfigReader(value, id.text()).finish());
  return config;
}

}  // namespace

ExporterFactory nop_exporter_factory() {
  return {
      .type = "nop",
      .aliases = {},
      .parse =
          [](const ComponentId& id, const ConfigValue& value) {
            return parse_nop<ComponentConfig, ComponentConfig>(id, value, std::make_shared<ComponentConfig>());
          },
      .make = [](const ComponentId&, std::shared_ptr<const ComponentConfig>, const Host&,
                 std::shared_ptr<Storage>) -> std::shared_ptr<Exporter> { return std::make_shared<NopExporter>(); }};
}

ReceiverFactory nop_receiver_factory() {
  return {.type = "nop",
          .aliases = {},
          .parse =
              [](const ComponentId& id, const ConfigValue& value) {
                auto config = std::make_shared<ReceiverConfig>();
                config->source_id = id.text();
                return parse_nop<ReceiverConfig, ReceiverConfig>(id, value, std::move(config));
              },
          .make = [](const ComponentId&, std::shared_ptr<const ReceiverConfig>,
                     const Host&) -> std::shared_ptr<Receiver> { return std::make_shared<NopReceiver>(); }};
}

}  // namespace oc::collector
