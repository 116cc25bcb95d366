// The `filter` processor: leaves out the records for which one of its conditions holds. The batch names them, with the
// processor's id as the reason.
#pragma once

#include <memory>
#include <string>

#include "collector/pipeline/log_rate_limit.h"
#include "collector/processors/filter/config.h"

namespace oc::collector {

class FilterProcessor final : public Processor {
 public:
  FilterProcessor(ComponentId id, std::shared_ptr<const FilterConfig> config)
      : id_(id.text()), config_(std::move(config)) {}

  Status start() override { return {}; }
  void stop() override {}
  LogBatchPtr process(LogBatchPtr batch) override;

 private:
  enum class Verdict { kKeep, kLeaveOut, kRefuseBatch };
  static LogBatchPtr refused(LogBatchPtr without_records);
  Verdict judge(const LogRecord& record, Arena& arena);
  void say(const Condition& condition, const Error& error);

  const std::string id_;
  const std::shared_ptr<const FilterConfig> config_;
  LogRateLimit log_limit_;
};

ProcessorFactory filter_factory();

}  // namespace oc::collector
