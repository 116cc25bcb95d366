// Lines of any bytes: patterns stay bounded, and one is not longer than the line it came from but for what is left
// open.
#include <cstdlib>
#include <string_view>

#include "query/patterns/pattern_miner.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  oc::query::PatternMiner miner(1);
  std::uint64_t lines = 0;
  for (; !text.empty(); ++lines) {
    const auto end = std::min(text.find('\n'), text.size());
    miner.add(text.substr(0, end), "info", static_cast<oc::Nanos>(lines));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::uint64_t counted = miner.left_out();
  for (const auto& pattern : miner.patterns()) {
    counted += pattern.lines;
    if (pattern.texts.size() + 1 != pattern.blanks.size()) std::abort();
    (void)pattern.text();
  }
  if (counted != lines) std::abort();
  return 0;
}
