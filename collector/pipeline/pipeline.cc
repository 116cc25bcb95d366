#include "collector/pipeline/pipeline.h"

#include <algorithm>

namespace oc::collector {

namespace {
template <typename Consumers>
void hand_to_all(const Consumers& consumers, const LogBatchPtr& batch) {
  batch->expect(static_cast<int>(consumers.size()) - 1);
  for (const auto& consumer : consumers) consumer->consume(batch);
}
constexpr auto settles = [](const auto& part) { return part->settles_pushed_data(); };
constexpr auto is_ready = [](const auto& part) { return part->ready(); };
}  // namespace

Pipeline::Pipeline(std::vector<std::shared_ptr<Processor>> processors, std::vector<std::shared_ptr<Exporter>> exporters)
    : processors_(std::move(processors)), exporters_(std::move(exporters)) {
  if (processors_.empty()) return;
  rest_ = std::make_shared<Pipeline>(std::vector(processors_.begin() + 1, processors_.end()), exporters_);
}

bool Pipeline::ready() {
  return std::ranges::all_of(processors_, is_ready) && std::ranges::all_of(exporters_, is_ready);
}

void Pipeline::consume(LogBatchPtr batch) {
  const Pipeline* at = this;
  for (; !at->processors_.empty(); at = at->rest_.get()) {
    batch = at->processors_[0]->process(std::move(batch), at->rest_);
    if (!batch) return;
  }
  hand_to_all(at->exporters_, batch);
}

bool Pipeline::settles_pushed_data() const { return std::ranges::any_of(exporters_, settles); }

bool FanOut::ready() { return std::ranges::all_of(consumers_, is_ready); }

bool FanOut::settles_pushed_data() const { return std::ranges::any_of(consumers_, settles); }

void FanOut::consume(LogBatchPtr batch) { hand_to_all(consumers_, batch); }

}  // namespace oc::collector
