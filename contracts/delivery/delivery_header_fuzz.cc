#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "contracts/delivery/ranges.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto files = oc::contracts::decode_delivery({reinterpret_cast<const char*>(data), size});
  // Whatever is accepted means the same after it was written again. The comma's space may push it over the limit.
  if (!files) return 0;
  const auto header = oc::contracts::encode_delivery(*files);
  if (header.size() <= oc::contracts::kMaxDeliveryHeaderBytes && oc::contracts::decode_delivery(header) != *files)
    std::abort();
  return 0;
}
