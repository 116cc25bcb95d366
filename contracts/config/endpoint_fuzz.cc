#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "contracts/config/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using oc::contracts::Endpoint;
  const auto endpoint = Endpoint::parse({reinterpret_cast<const char*>(data), size});
  if (endpoint && Endpoint::parse(endpoint->text()) != *endpoint) std::abort();
  return 0;
}
