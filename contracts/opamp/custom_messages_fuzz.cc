#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "contracts/delivery/ranges.h"
#include "contracts/opamp/custom_messages.h"

namespace {

template <typename Message>
void check(const oc::Json& json) {
  const auto message = oc::contracts::from_json<Message>(json);
  if (!message) return;
  const auto written = oc::contracts::to_json(*message);
  const auto again = oc::contracts::from_json<Message>(written);
  if (!again || oc::contracts::to_json(*again) != written) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oc::contracts;
  const auto json = oc::parse_json({reinterpret_cast<const char*>(data), size});
  if (!json) return 0;
  check<SourcesSnapshot>(*json);
  check<SourcesDelta>(*json);
  check<SourcesHeartbeat>(*json);
  check<SourcesLedger>(*json);
  check<SourcesAck>(*json);
  check<SourcesResync>(*json);
  check<ProbeWrite>(*json);
  check<ProbeWritten>(*json);
  (void)watermarks_from_json(*json);
  return 0;
}
