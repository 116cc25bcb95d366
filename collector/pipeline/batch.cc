#include "collector/pipeline/batch.h"

namespace oc::collector {

void LogBatch::settle(std::uint64_t dropped, std::string_view reason) const {
  if (dropped > 0) dropped_.fetch_add(dropped);
  if (pending_.fetch_sub(1) == 1) listener->on_settled(*this, dropped_.load(), reason);
}

}  // namespace oc::collector
