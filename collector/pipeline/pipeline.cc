#include "collector/pipeline/pipeline.h"

#include <algorithm>

namespace oc::collector {

namespace {
template <typename Consumers>
void hand_to_all(const Consumers& consumers, const LogBatchPtr& batch) {
  batch->expect(static_cast<int>(consumers.size()) - 1);
  for (const auto& consumer : consumers) consumer->consume(batch);
}
constexpr auto is_ready = [](const auto& part) { return part->ready(); };
}  // namespace

bool Pipeline::ready() {
  return std::ranges::all_of(processors_, is_ready) && std::ranges::all_of(exporters_, is_ready);
}

void Pipeline::consume(LogBatchPtr batch) {
  for (const auto& processor : processors_) {
    batch = processor->process(std::move(batch));
    if (!batch) return;
  }
  hand_to_all(exporters_, batch);
}

bool FanOut::ready() { return std::ranges::all_of(consumers_, is_ready); }

void FanOut::consume(LogBatchPtr batch) { hand_to_all(consumers_, batch); }

}  // namespace oc::collector
