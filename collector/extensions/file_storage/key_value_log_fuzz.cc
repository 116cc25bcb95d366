#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collector/extensions/file_storage/key_value_log.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  const auto scan = oc::collector::scan_key_values(content);
  // Cutting the torn tail must change nothing, else a crash right after opening would.
  if (scan && oc::collector::scan_key_values(content.substr(0, scan->valid_end))->values != scan->values) std::abort();
  return 0;
}
