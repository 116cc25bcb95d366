#include <cstddef>
#include <cstdint>

#include "formats/cri.h"
#include "formats/docker_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  (void)oc::formats::parse_docker_line(line);
  if (const auto cri = oc::formats::parse_cri_line(line); cri && cri->text.size() > size) __builtin_trap();
  return 0;
}
