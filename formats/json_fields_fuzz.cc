#include <cstddef>
#include <cstdint>

#include "formats/json_fields.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  std::size_t bytes = 0;
  const auto count = [&](std::string_view key, std::string_view value) { bytes += key.size() + value.size(); };
  (void)oc::formats::for_each_json_field(line, count);
  (void)oc::formats::for_each_json_member(line, count);
  return 0;
}
