#include <cstddef>
#include <cstdint>

#include "formats/logfmt.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  std::size_t bytes = 0;
  const auto count = [&](std::string_view key, std::string_view value) { bytes += key.size() + value.size(); };
  oc::formats::for_each_logfmt_field(line, count);
  if (bytes > size * 3) __builtin_trap();  // a value never grows but by the replacement of a lone surrogate
  return 0;
}
