#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "contracts/opamp/messages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace opamp = oc::contracts::opamp;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // What was read must survive being written and read again.
  if (const auto message = opamp::decode_agent_to_server(bytes)) {
    if (opamp::decode_agent_to_server(opamp::encode(*message)) != *message) std::abort();
  }
  if (const auto message = opamp::decode_server_to_agent(bytes)) {
    if (opamp::decode_server_to_agent(opamp::encode(*message)) != *message) std::abort();
  }
  return 0;
}
