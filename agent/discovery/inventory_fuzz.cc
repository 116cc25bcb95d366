#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "agent/discovery/inventory.h"
#include "base/ids.h"

// Both as it comes and with the checksum made right, so that the reader behind the checksum is reached.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  (void)oc::agent::decode_inventory(input);
  const auto sealed = fmt::format("onecollector-inventory 1 {}\n{}\n", oc::stable_hash(input), input);
  if (const auto inventory = oc::agent::decode_inventory(sealed)) (void)oc::agent::encode_inventory(*inventory);
  return 0;
}
