#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "contracts/config/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto config = oc::contracts::parse_config({reinterpret_cast<const char*>(data), size}, "fuzz.yaml", 0);
  // Nothing that can be written in a config opens a port to other machines.
  if (config && !oc::contracts::require_loopback(config->listen.ui)) std::abort();
  return 0;
}
