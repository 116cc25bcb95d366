#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collector/receivers/file_log/glob.h"

// The first line is a pattern, the rest a path. Deep `**` nesting multiplies the ways to match, so inputs are kept
// short, as PATH_MAX does in life.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 64) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto line = input.find('\n');
  if (line == std::string_view::npos) return 0;
  if (const auto glob = oc::collector::Glob::parse(input.substr(0, line))) {
    (void)glob->matches(input.substr(line + 1));
    if (glob->is_literal()) (void)glob->literal_path();
  }
  return 0;
}
