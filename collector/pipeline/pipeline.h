// A pipeline as its receivers see it: processors in order, then all exporters. Never changed; a reload makes a new one
// from the parts that stay.
#pragma once

#include <memory>
#include <vector>

#include "collector/pipeline/component.h"

namespace oc::collector {

class Pipeline final : public LogConsumer {
 public:
  Pipeline(std::vector<std::shared_ptr<Processor>> processors, std::vector<std::shared_ptr<Exporter>> exporters);
  bool ready() override;
  void consume(LogBatchPtr batch) override;
  bool settles_pushed_data() const override;

 private:
  const std::vector<std::shared_ptr<Processor>> processors_;
  const std::vector<std::shared_ptr<Exporter>> exporters_;
  std::shared_ptr<Pipeline> rest_;  // without the first processor; nullptr: there is none
};

// For a receiver that is in several pipelines: each gets everything.
class FanOut final : public LogConsumer {
 public:
  explicit FanOut(std::vector<std::shared_ptr<LogConsumer>> consumers) : consumers_(std::move(consumers)) {}
  bool ready() override;
  void consume(LogBatchPtr batch) override;
  bool settles_pushed_data() const override;

 private:
  const std::vector<std::shared_ptr<LogConsumer>> consumers_;
};

}  // namespace oc::collector
