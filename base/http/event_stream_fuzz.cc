// Whatever a server sends is read without a crash, and cuts make no difference.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/http/event_stream.h"

namespace {

std::string read_in_cuts(std::string_view bytes, std::size_t cut) {
  std::string events;
  oc::http::EventStreamReader reader;
  const auto note = [&](const oc::http::ServerSentEvent& event) { events += to_event_stream(event); };
  for (std::size_t at = 0; at < bytes.size(); at += cut)
    if (!reader.feed(bytes.substr(at, cut), note)) break;
  return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (read_in_cuts(bytes, 1) != read_in_cuts(bytes, size + 1)) std::abort();
  return 0;
}
