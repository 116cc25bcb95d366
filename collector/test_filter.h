// For tests: a processor that leaves out the records whose text contains what its config says.
#pragma once

#include "collector/pipeline/config_reader.h"
#include "collector/pipeline/factory.h"

namespace oc::collector {

struct TestFilterConfig : ComponentConfig {
  std::string drop;
};

class TestFilter final : public Processor {
 public:
  TestFilter(ComponentId id, std::string drop) : id_(std::move(id)), drop_(std::move(drop)) {}
  Status start() override { return {}; }
  void stop() override {}
  LogBatchPtr process(LogBatchPtr batch) override {
    auto rest = LogBatch::derive(batch);
    rest->records.clear();
    rest->fields.clear();
    LeftOut left_out{id_.text(), 0, {}};
    contracts::RangeSet ranges;
    for (std::size_t i = 0; i < batch->records.size(); ++i) {
      const auto& record = batch->records[i];
      const auto end = i + 1 < batch->records.size() ? batch->records[i + 1].offset : batch->range.end;
      if (record.body.find(drop_) == std::string_view::npos) {
        rest->records.push_back(record);
        if (!batch->fields.empty()) rest->fields.push_back(batch->fields[i]);
      } else {
        ++left_out.records;
        ranges.add({record.offset, end});
      }
    }
    left_out.ranges = ranges.ranges();
    if (left_out.records > 0) rest->left_out.push_back(std::move(left_out));
    return rest;
  }

 private:
  const ComponentId id_;
  const std::string drop_;
};

inline ProcessorFactory test_filter_factory() {
  return {
      .type = "test_filter",
      .aliases = {},
      .parse = [](const ComponentId& id, const ConfigValue& value) -> Result<std::shared_ptr<const ComponentConfig>> {
        auto config = std::make_shared<TestFilterConfig>();
        ConfigReader reader(value, id.text());
        reader.text("drop", config->drop);
        OC_TRY(reader.finish());
        return config;
      },
      .make = [](const ComponentId& id, std::shared_ptr<const ComponentConfig> config,
                 const Host&) -> std::shared_ptr<Processor> {
        return std::make_shared<TestFilter>(id, static_cast<const TestFilterConfig&>(*config).drop);
      }};
}

}  // namespace oc::collector
