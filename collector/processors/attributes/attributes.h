// The `attributes` processor changes attributes of records, `resource` those of their resources.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "collector/pipeline/factory.h"
#include "collector/processors/attributes/actions.h"
#include "collector/record/record_match.h"

namespace oc::collector {

struct AttributesConfig : ComponentConfig {
  std::shared_ptr<const AttributeActions> actions;
  std::shared_ptr<const RecordMatch> include, exclude;  // nullptr: all, none
};

class AttributesProcessor final : public Processor {
 public:
  explicit AttributesProcessor(std::shared_ptr<const AttributesConfig> config) : config_(std::move(config)) {}
  Status start() override { return {}; }
  void stop() override {}
  LogBatchPtr process(LogBatchPtr batch) override;

 private:
  const std::shared_ptr<const AttributesConfig> config_;
};

// All batches of a stream have one resource: it is worked out once a stream.
class ResourceProcessor final : public Processor {
 public:
  explicit ResourceProcessor(std::shared_ptr<const AttributesConfig> config) : config_(std::move(config)) {}
  Status start() override { return {}; }
  void stop() override {}
  LogBatchPtr process(LogBatchPtr batch) override;

 private:
  std::shared_ptr<const LogStream> changed(const std::shared_ptr<const LogStream>& stream);

  const std::shared_ptr<const AttributesConfig> config_;
  std::mutex mutex_;  // guards the next two: the last stream seen, and what it became
  std::weak_ptr<const LogStream> last_;
  std::shared_ptr<const LogStream> last_changed_;
};

ProcessorFactory attributes_factory();
ProcessorFactory resource_factory();

}  // namespace oc::collector
