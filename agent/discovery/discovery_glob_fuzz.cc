#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/discovery/glob.h"

// The first line is the pattern, the rest the path.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto split = input.find('\n');
  if (split == std::string_view::npos) return 0;
  if (const auto glob = oc::agent::Glob::parse(input.substr(0, split))) (void)glob->matches(input.substr(split + 1));
  return 0;
}
