#include <cstddef>
#include <cstdint>

#include "formats/find_timestamp.h"
#include "formats/time_layout.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  if (const auto found = oc::formats::find_timestamp(line)) {
    if (found->start >= found->end || found->end > size) __builtin_trap();
    if (!oc::formats::check_time_layout(found->layout)) __builtin_trap();
    (void)oc::formats::to_iso8601(found->time);
    (void)oc::formats::to_unix_nanos(found->time);
  }
  (void)oc::formats::timestamp_value(line);
  const std::size_t half = size / 2;
  (void)oc::formats::parse_time(line.substr(0, half), line.substr(half));
  return 0;
}
