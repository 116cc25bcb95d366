#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agent/discovery/journal/journal_inventory.h"

// What is understood is written and understood again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oc::agent;
  const auto inventory = decode_journal_inventory(std::string_view(reinterpret_cast<const char*>(data), size));
  if (inventory && !decode_journal_inventory(encode_journal_inventory(*inventory))) std::abort();
  return 0;
}
