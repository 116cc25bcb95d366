// Whatever a line holds, its level is a word and found without reading beyond the line.
#include <cstdlib>
#include <string>
#include <string_view>

#include "stores/ingest/detected_level.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string line(reinterpret_cast<const char*>(data), size);
  if (oc::stores::level_in_line(line).empty()) std::abort();
  return 0;
}
